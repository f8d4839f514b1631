// What an agent says of its member in every heartbeat: observations, never conclusions.
#pragma once

#include <cstdint>

#include "base/ids.h"
#include "base/inline_vec.h"
#include "base/time.h"
#include "core/record/types.h"

namespace holdfast::core {

enum class PgState : std::uint8_t {
  kAbsent,    ///< no data directory that could be started
  kStopped,   ///< stopped by the agent
  kCrashed,   ///< exited without being told to
  kStarting,  ///< starting or recovering
  kStandby,
  kPromoting,
  kPrimary,
  kRewinding,
  kRebuilding,
};

/// What a standby's WAL receiver sees of the epoch's leader.
enum class WalSeen : std::uint8_t {
  kUnknown,  ///< no receiver, or one that is still connecting
  kFlowing,  ///< bytes arrived within the detection time
  kSilent,   ///< connected (or trying for long) and not one byte for the detection time
  kRefused,  ///< the leader's host answers and refuses the connection
};

/// One standby as the primary's WAL sender sees it.
struct SenderReport {
  Incarnation standby;
  Lsn flushed;
  Duration reply_age{};      ///< since the last reply
  Duration behind{};         ///< at least so long ago all WAL was what it has flushed; max: unknown
  Duration streaming_for{};  ///< since it began to stream
};

struct MemberReport {
  Incarnation self;
  BootId boot;
  MonoTime agent_started{};     ///< on the host's boot-time clock: orders agents of one boot
  std::uint64_t heartbeat = 0;  ///< orders the reports of one agent
  RecordKey record;             ///< the newest record this agent has persisted
  PgState state = PgState::kAbsent;
  bool open = false;        ///< primary: clients are let in
  bool restarting = false;  ///< crashed, and on its way back in place within policy's limit
  bool fenced = false;      ///< stopped by its own agent or guardian for want of leases or proof
  bool regressed = false;   ///< came back with less than it had confirmed
  bool able_to_seal = false;
  bool sick = false;     ///< probes have failed for longer than policy.sick
  bool drained = false;  ///< handover: clients are out, everything is flushed on the successor

  Epoch sealed;               ///< it refuses WAL from every primary of an older epoch
  bool sealed_final = false;  ///< no receiver is left and `position` will not move
  Position position;          ///< flushed; of a standby that still receives: a lower bound
  Duration replay_lag{};

  Epoch following;  ///< standby: the epoch whose leader it streams from (0: none)
  WalSeen wal = WalSeen::kUnknown;
  Duration wal_silence{};  ///< awake time without a byte; meaningful for kSilent and kRefused

  Timeline timeline;  ///< primary: the timeline it writes
  Epoch leads;        ///< primary: the epoch it leads
  PairId proven;      ///< the newest pair under which a barrier was acknowledged, all senders new
  Lsn barrier;        ///< the LSN of that barrier
  Duration promise_left{};   ///< candidate: how long its promise to an older primary still runs
  bool reboot_hold = false;  ///< rebooted less than a lease ago: its promises are forgotten
  Duration proof_age{};      ///< leader: since it last asked the store, or renewed its lease there
  InlineVec<SenderReport, kMembersMax> senders;
};

const char* pg_state_name(PgState state);

}  // namespace holdfast::core
