// What must hold in every state, judged by the truth: what clients were told, what each WAL really
// holds, and what the store really records.
#pragma once

#include "sim/explore/stage.h"
#include "sim/explore/world.h"

namespace holdfast::sim::explore {

/// The violation that a step already noticed, or the one that this state shows.
///
/// Steps notice: an acknowledgement from a history that lacks an acknowledged commit, clients let
/// in where one is missing, two leaders of an epoch, a timeline begun twice. The state shows
/// whether every acknowledged commit is on W members of S for at least one recorded pair.
[[nodiscard]] Violation judge(const World& world, const Tables& tables);

const char* violation_name(Violation violation);

}  // namespace holdfast::sim::explore
