// Faults as plain values: what is broken, for how long, and how the world is told.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/time.h"
#include "sim/kernel.h"

namespace holdfast::sim {

enum class FaultKind : std::uint8_t {
  kKillPostgres,  ///< the postmaster dies at once (host, cluster)
  kHangPostgres,  ///< every process of it is stopped (SIGSTOP) for `lasts`
  kSlowPostgres,  ///< probes and commits crawl by `amount` for `lasts`
  kKillAgent,     ///< the agent process dies; its supervisor starts it again after `amount`
  kFreezeAgent,   ///< the agent does not run for `lasts`, then goes on with its old beliefs
  kKillController,
  kFreezeController,
  kHostPower,     ///< the host loses power and boots after `lasts`
  kHostSuspend,   ///< a VM suspend: everything stops, boot-time clocks go on, for `lasts`
  kHostReplaced,  ///< the host comes back after `lasts` with empty disks and the same name
  kZonePower,     ///< every host of zone `a`
  kRegionPower,   ///< every host of region `a`, its controller and store member too
  kCut,           ///< host a cannot send to host b (and b to a if `both`) for `lasts`
  kCutHost,    ///< host a is cut from everyone (amount 0: both ways, 1: only its sends, 2: only its
               ///< receives)
  kCutZone,    ///< zone a is cut from the rest
  kCutRegion,  ///< region a is cut from the rest
  kCutRegionPair,  ///< regions a and b are cut from each other
  kLossy,          ///< messages between hosts a and b are lost, duplicated, delayed and reordered
  kSlowDisk,       ///< every fsync of host a takes `amount` longer
  kFullDisk,       ///< host a cannot write WAL
  kClockDrift,     ///< host a's interval clock runs off by `amount` parts per million
  kWallJump,       ///< host a's wall clock jumps by `amount`
  kStoreStop,      ///< store member of region a stops for `lasts`
  kStoreLost,      ///< all store members lose their data; an operator recovers it after `lasts`
  kCancelWaits,    ///< waits for replication on host a are cancelled (an acknowledgement in stock
                   ///< PostgreSQL)
  kPoison,         ///< for `lasts`, every new primary of cluster a crashes soon after opening
  kOldSiteFile,    ///< the controller of region a runs with other timing values for `lasts`
  kOperator,       ///< an operator's command: `b` is a core::OperatorVerb, `a` the cluster, `c` the
                   ///< member
  kCount,
};

struct Fault {
  FaultKind kind = FaultKind::kKillPostgres;
  SimTime when{};
  Duration lasts{};
  int a = 0;  ///< host, zone, region or cluster index, as the kind says
  int b = 0;  ///< second index; for kKillPostgres, kHangPostgres, kSlowPostgres and kCancelWaits
              ///< the cluster
  int c = 0;
  std::int64_t amount = 0;
  bool both = true;
};

const char* fault_name(FaultKind kind);

}  // namespace holdfast::sim
