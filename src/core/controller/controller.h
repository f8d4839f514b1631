// A controller's decisions about one cluster: evidence in, compare-and-swaps of the record out.
//
// Any controller may decide; the compare-and-swap picks one. Pure: what is recorded, what is
// observed, and the time come in; what to do comes out. Cost does not depend on how many clusters
// there are.
#pragma once

#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

#include "core/policy.h"
#include "core/record/types.h"
#include "core/report.h"
#include "core/rule.h"

namespace holdfast::core {

/// What a controller last heard of one member.
struct MemberView {
  MonoTime heard = kLongAgo;       ///< when the last report arrived, on this controller's clock
  MonoTime well_since = kLongAgo;  ///< since when it is heard without a gap, running and not sick
  MemberReport report;
  Position reached;                     ///< the highest position this incarnation ever reported
  MonoTime sender_alive_at = kLongAgo;  ///< when the leader last had a reply from it, on this clock
};

enum class OperatorVerb : std::uint8_t {
  kSwitchover,  ///< to `member`, zero loss
  kFailover,    ///< now, with seals, whatever detection says
  kApprove,     ///< the failover that waits for approval
  kResume,      ///< automatic failover, after it was halted or held
  kAcceptLoss,  ///< a lossy takeover beyond policy
};

struct OperatorCommand {
  OperatorVerb verb = OperatorVerb::kResume;
  int member = -1;
  bool powered_off =
      false;  ///< with kAcceptLoss: the recorded statement that the old primary is off
};

struct ReportReceived {
  int member = 0;
  const MemberReport* report = nullptr;
};
struct RecordRead {
  RecordPtr record;
  MonoTime asked = kLongAgo;  ///< when the read began; kLongAgo: a watch showed it
};
enum class WriteResult : std::uint8_t { kWritten, kConflict, kUnknown };
struct WriteDone {
  WriteResult result = WriteResult::kUnknown;
  RecordPtr record;  ///< what the store holds now, if the answer said so
};
struct ControllerTick {};

using ControllerEvent =
    std::variant<ControllerTick, ReportReceived, RecordRead, WriteDone, OperatorCommand>;

/// What the site-wide step knows and one cluster cannot: correlated silence and the cap.
struct SiteHint {
  std::uint32_t lost_zones = 0;    ///< bit per zone
  std::uint32_t lost_regions = 0;  ///< bit per region
  bool hold = false;               ///< the cap on concurrent automatic failovers is reached
};

struct ControllerInput {
  MonoTime now;
  WallTime wall;
  SiteHint hint;
  ControllerEvent event;
};

/// Write `next` if the store's record still has `expected` as its key.
struct WriteRecord {
  RecordKey expected;
  RecordPtr next;
  bool lease_must_be_absent = false;  ///< and then the lease is given to next->target, if it is set
};

struct ControllerState {
  RecordPtr record;
  InlineVec<MemberView, kMembersMax> members;  ///< one per policy member
  MonoTime stepped_at = kLongAgo;
  MonoTime awake_since = kLongAgo;
  bool writing = false;
  MonoTime writing_since = kLongAgo;
  RecordKey ahead;                      ///< the highest key any agent reported
  MonoTime record_since = kLongAgo;     ///< when this controller first saw the current key
  MonoTime leading_seen_at = kLongAgo;  ///< when the leader of this epoch was first seen running
  Epoch leading_seen;
  MonoTime leader_heard_since = kLongAgo;  ///< it has been heard without a gap from then on
  RecordKey approved;                      ///< an operator approved leaving this record
  Epoch accept_loss_for;  ///< an operator accepts what is lost with the leader of this epoch
  /// Up to then the best lossy candidate is known to hold everything, on this controller's clock.
  MonoTime candidate_synced_at = kLongAgo;
  Duration exposure = 24h;  ///< what a lossy takeover could lose now, as time; 24 h: unknown
  MonoTime open_seen_at = kLongAgo;       ///< when the leader last said that clients are let in
  MonoTime store_answered_at = kLongAgo;  ///< when the latest read that was answered had begun
  MonoTime store_wanted_since = kNever;  ///< since when it is read for a verdict; kNever: it is not
  MonoTime store_back_at = kLongAgo;     ///< when it answered after too long a silence while wanted
  std::uint64_t told = 0;  ///< rules already told for `told_for`, so events are not repeated
  RecordKey told_for;
};

struct ControllerStep {
  std::optional<WriteRecord> write;
  std::vector<Event> events;
  const Rule* rule = nullptr;  ///< the row that decided
  bool read_store = false;     ///< a verdict may be near: see whether the store still answers
  MonoTime next_deadline = kNever;

  void clear() {
    write.reset();
    events.clear();
    rule = nullptr;
    read_store = false;
    next_deadline = kNever;
  }
};

/// One step. `out` is cleared first. Total and deterministic; never throws.
void step_controller(const ClusterPolicy& policy,
                     ControllerState& state,
                     const ControllerInput& input,
                     ControllerStep& out);

/// The first record of a new cluster: its first member leads, every other synchronous one is in S.
[[nodiscard]] Record bootstrap_record(const ClusterPolicy& policy,
                                      std::span<const std::uint32_t> lives,
                                      WallTime now);

/// The first record of a cluster of which only the first member exists: it leads alone, and the
/// others join by ordinary changes once they hold a copy. While the policy is to block, writes wait
/// until then.
[[nodiscard]] Record lone_record(const ClusterPolicy& policy, std::uint32_t life, WallTime now);

}  // namespace holdfast::core
