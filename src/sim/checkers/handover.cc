#include "sim/checkers/handover.h"

namespace holdfast::sim {
namespace {

/// What healed so long ago no longer explains anything.
constexpr Duration kAftermath = 10s;

}  // namespace

bool HandoverAtItsAim::disturbed(SimTime now, int cluster) const {
  for (const FaultNote& note : bench_.chronicle.faults()) {
    if (note.fault.kind == FaultKind::kOperator) continue;
    if (note.healed == kNever || now - note.healed <= kAftermath) return true;
  }
  const ClusterNotes& notes = bench_.chronicle.cluster(cluster);
  const core::ClusterPolicy& policy = bench_.truth.policy(cluster);
  // A leader that takes so long to stop is given up on.
  return now - notes.closures.back().from >= policy.timing.lease / 2;
}

void HandoverAtItsAim::on_record(SimTime now,
                                 int cluster,
                                 const core::RecordPtr& before,
                                 const core::RecordPtr& after) {
  if (before == nullptr || after == nullptr || !before->handover) return;
  const bool ends = before->phase == core::Phase::kSealing && after->target.is_set();
  if (!ends || after->target == before->handover->to || disturbed(now, cluster)) return;
  violate(now,
          "cluster " + std::to_string(cluster) + ": epoch " +
              std::to_string(after->key.epoch.value) + " was to be handed over to member " +
              std::to_string(before->handover->to.member) + ", and member " +
              std::to_string(after->target.member) +
              " is made the leader although nothing was disturbed");
}

}  // namespace holdfast::sim
