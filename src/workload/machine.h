// What the machine gives: its clocks, its boot, a seed, files.
#pragma once

#include <string>

#include "base/result.h"
#include "base/time.h"
#include "workload/operation.h"

namespace holdfast::workload {

MonoTime boot_now();  ///< CLOCK_BOOTTIME
WallTime wall_now();
/// Changes with every start of the machine: times of two boots do not compare.
std::string boot_id();
Run draw_run();
Result<std::string> read_file(const std::string& path);

}  // namespace holdfast::workload
