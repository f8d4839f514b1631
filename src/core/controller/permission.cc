// May an automatic failover begin now? Flapping is damped here, and policy has its say.

#include <algorithm>

#include "base/defect.h"
#include "core/controller/internal.h"

namespace holdfast::core::controller {
namespace {

/// The window doubles with every automatic failover inside the previous one, eight-fold at most.
Duration hold_window(const View& v) {
  const std::size_t count = v.record().failovers.size();
  const int doublings = count > 1 ? static_cast<int>(count) - 1 : 0;
  return v.policy.timing.failover_window * (1 << std::min(doublings, 3));
}

/// A time that lies ahead of this wall clock by more than the window is a jumped clock, not a
/// failover.
bool within_window(const View& v) {
  if (v.record().failovers.empty()) return false;
  const Duration age = v.wall - v.record().failovers.back();
  const Duration window = hold_window(v);
  return age < window && age > -window;
}

bool leaves_region(const View& v, Incarnation successor) {
  const auto& members = v.policy.members;
  return members[v.record().primary.member].region != members[successor.member].region;
}

bool correlated(const View& v) {
  const MemberPolicy& leader = v.policy.members[v.record().primary.member];
  return (v.hint.lost_zones >> leader.zone & 1U) != 0 ||
         (v.hint.lost_regions >> leader.region & 1U) != 0;
}

}  // namespace

bool continues_row(const Record& record, Cause cause) {
  return record.cause == cause || record.cause == Cause::kTargetLost;
}

Permission permission(const View& v, Cause cause, Incarnation successor) {
  if (v.state.approved == v.record().key) return Permission::kYes;
  if (v.record().halted) return Permission::kHalted;
  if (v.hint.hold) return Permission::kSite;
  if (within_window(v) && !correlated(v) && !HF_DEFECT(kFlappingUndamped)) {
    // Two successors in a row that died of one cause: a third would die of it, too.
    if (v.record().same_cause >= 2 && continues_row(v.record(), cause))
      return Permission::kSameCause;
    return Permission::kWindow;
  }
  if (!v.policy.zone_automatic) return Permission::kZonePolicy;
  if (successor.is_set() && leaves_region(v, successor) && !v.policy.region_automatic) {
    return Permission::kApproval;
  }
  return Permission::kYes;
}

}  // namespace holdfast::core::controller
