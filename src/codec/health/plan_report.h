// What a site's checks amount to, for people and programs: what is probed, how often, from where.
#pragma once

#include <string>

#include "model/site.h"

namespace holdfast::codec::health {

/// Pre: the site is valid.
[[nodiscard]] std::string plan_text(const model::Site& site);
/// {checks: [...], vantage_points: [{host, checks, probes_per_second}]}.
[[nodiscard]] std::string plan_json(const model::Site& site);

}  // namespace holdfast::codec::health
