// Which changes of a sync set are safe while its parts learn of them at different moments.
//
// Every WAL sender releases waiters by its own copy of W, but counts whoever calls itself a member
// of S: in PostgreSQL each sender publishes its own standing, and the releasing one reads them all.
// So while a change spreads, an acknowledgement may come from any W members of the old or the new
// set together, with W the smaller of the two. A change is recorded only if every such mixture
// satisfies some recorded pair.
#pragma once

#include <optional>

#include "core/durability/shape.h"

namespace holdfast::core {

/// Would every mixture of the pairs that `leader` may still run under, and of (s, w), satisfy one
/// of them?
[[nodiscard]] bool mixes_safely(const Record& record,
                                Incarnation leader,
                                const MemberSet& s,
                                int w);

/// What an acknowledgement by any w of s survives, besides the leader.
[[nodiscard]] model::Durability protection_of(const ClusterPolicy& policy,
                                              Incarnation leader,
                                              const MemberSet& s,
                                              int w);

/// The next (S, W) on the way from the newest pair to `wanted`: the whole way if that mixes safely,
/// else one that changes only the members or only the number, never weaker than both ends. None: it
/// must wait until older pairs are retired.
[[nodiscard]] std::optional<Shape> next_step(const ClusterPolicy& policy,
                                             const Record& record,
                                             Incarnation leader,
                                             const Pair& newest,
                                             const Shape& wanted);

}  // namespace holdfast::core
