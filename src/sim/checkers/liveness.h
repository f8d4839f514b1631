// After the last fault has healed, everything comes back by itself: leader, full sync set, all
// members.
#pragma once

#include <string>

#include "sim/checkers/checker.h"
#include "sim/clients.h"

namespace holdfast::sim {

/// How long everything may take to come back.
inline constexpr Duration kHealingBound = 60s;

/// What keeps the site from being whole again; empty if nothing does.
[[nodiscard]] std::string unsettled(const Bench& bench, const Clients& clients, SimTime now);

}  // namespace holdfast::sim
