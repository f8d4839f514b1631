// When enough members are sealed, and who then holds every acknowledged commit.
#pragma once

#include "core/policy.h"
#include "core/record/types.h"

namespace holdfast::core {

/// A member that is (or would be) sealed, with its final position.
struct SealedMember {
  Incarnation who;
  Position position;
};
using SealedMembers = InlineVec<SealedMember, kMembersMax>;

/// True if nothing more can be acknowledged under the pair and the most advanced of `sealed` holds
/// whatever was. Either |S|−W+1 of its members are sealed; or its own primary is; or a sealed
/// member has followed, or was chosen to lead, a later epoch, whose leader was proven to hold it.
[[nodiscard]] bool pair_satisfied(const Record& record,
                                  const Pair& pair,
                                  const SealedMembers& sealed);

/// All recorded pairs. False when `sealed` is empty: no evidence is no proof.
[[nodiscard]] bool all_pairs_satisfied(const Record& record, const SealedMembers& sealed);

/// The most advanced position, or the zero position.
[[nodiscard]] Position most_advanced(const SealedMembers& sealed);

/// Picks the leader among those at the most advanced position: `wanted` first, then the region of
/// the old primary, then the order of the policy; the old primary last if it was deposed. None if
/// none may lead.
[[nodiscard]] Incarnation choose_target(const ClusterPolicy& policy,
                                        const Record& record,
                                        const SealedMembers& sealed,
                                        Incarnation wanted);

}  // namespace holdfast::core
