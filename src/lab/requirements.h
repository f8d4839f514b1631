// What a lab needs of the machine, and which of it is missing.
#pragma once

#include <string>
#include <vector>

#include "lab/processes.h"

namespace holdfast::lab {

/// A line for each thing that is missing, with what to do about it. Empty: a lab can be built.
std::vector<std::string> missing_requirements(const ProcessTable& processes);

}  // namespace holdfast::lab
