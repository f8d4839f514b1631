// What a drill has measured, for people and for programs. Pure.
#pragma once

#include <string>

#include "drill/outcome.h"
#include "model/site.h"

namespace holdfast::drill {

/// Ends in a newline.
std::string outcome_text(const model::Site& site, const Outcome& outcome);
/// One object in one line.
std::string outcome_json(const Outcome& outcome);

/// Of several drills of one scenario: the pauses of their first steps, per cluster.
std::string summary_json(const std::string& scenario, const std::vector<Outcome>& outcomes);

}  // namespace holdfast::drill
