#include "core/durability/shape.h"

#include "base/defect.h"

namespace holdfast::core {
namespace {

using model::Durability;

const MemberPolicy& of(const ClusterPolicy& policy, Incarnation who) {
  return policy.members[who.member];
}

MemberSet eligible(const ClusterPolicy& policy, Incarnation leader, const MemberSet& usable) {
  MemberSet s;
  for (const Incarnation& who : usable) {
    const MemberPolicy& member = of(policy, who);
    if (who.member == leader.member || member.asynchronous) continue;
    const bool same_region = member.region == of(policy, leader).region;
    if (policy.durability == Durability::kZone && !same_region) continue;
    s.insert_sorted(who);
  }
  return s;
}

}  // namespace

Shape sync_shape(const ClusterPolicy& policy, Incarnation leader, const MemberSet& usable) {
  if (policy.durability == Durability::kNone) return {};
  const MemberSet s = eligible(policy, leader, usable);
  // What cannot lead goes on with nothing: after the loss it is as good as lost.
  int in_region = 0;
  int in_zone = 0;
  for (const Incarnation& who : s) {
    const bool may_lead = of(policy, who).may_lead;
    if (!may_lead || of(policy, who).region == of(policy, leader).region) ++in_region;
    if (!may_lead || of(policy, who).zone == of(policy, leader).zone) ++in_zone;
  }
  if (policy.durability == Durability::kRegion && in_region < s.count()) {
    return {s, HF_DEFECT(kQuorumInOneRegion) ? 1 : in_region + 1, Durability::kRegion};
  }
  if (in_zone < s.count()) return {s, in_zone + 1, Durability::kZone};
  return {s, s.empty() ? 0 : 1, Durability::kNone};
}

}  // namespace holdfast::core
