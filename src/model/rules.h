// The rule tables of validate, one for each subject.
#pragma once

#include <span>

#include "base/time.h"
#include "model/validate.h"

namespace holdfast::model {

/// Sealing, promotion, the first barrier and a few round trips between far regions, with room.
inline constexpr Duration kTakeover = 500ms;

std::span<const Rule> name_rules();
std::span<const Rule> site_rules();
std::span<const Rule> cluster_rules();
std::span<const Rule> durability_rules();
std::span<const Rule> failover_rules();
std::span<const Rule> objective_rules();
std::span<const Rule> timing_rules();
std::span<const Rule> check_rules();
std::span<const Rule> dns_rules();
std::span<const Rule> dns_together_rules();

}  // namespace holdfast::model
