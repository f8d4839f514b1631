// Starts one process in the host that this process is.
#pragma once

#include <sys/types.h>

#include <array>

#include "base/result.h"
#include "lab/processes.h"

namespace holdfast::lab {

/// In a session of its own, with these as its standard files and none other open. What the kernel
/// says when it refuses to run the program goes to its standard error.
Result<pid_t> spawn(const ProcessSpec& spec, const std::array<int, 3>& files);

}  // namespace holdfast::lab
