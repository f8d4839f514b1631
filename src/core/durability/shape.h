// The shape of a sync set: which members, and how many of them must acknowledge.
#pragma once

#include "core/policy.h"
#include "core/record/types.h"

namespace holdfast::core {

struct Shape {
  MemberSet s;
  int w = 0;
  model::Durability protects = model::Durability::kNone;  ///< what an acknowledged write survives
};

/// The best (S, W) for a leader, given the members that could be in S.
///
/// S is every usable synchronous member (durability zone: of the leader's region). W is one more
/// than the members of S that would be lost together with the leader's own domain or may not lead,
/// so that at least one survivor of the largest promised loss holds every acknowledged write and
/// can go on with it. What cannot be reached
/// falls back: region, zone, any one other member, nobody (w = 0).
[[nodiscard]] Shape sync_shape(const ClusterPolicy& policy,
                               Incarnation leader,
                               const MemberSet& usable);

/// The pair that makes every write wait: more acknowledgements than members.
[[nodiscard]] inline int blocked_w(const MemberSet& s) { return s.count() + 1; }

}  // namespace holdfast::core
