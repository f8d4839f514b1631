// The host's boot-time clock, for the threads of the adapters that wait without an event loop.
#pragma once

#include "base/time.h"

namespace holdfast::process {

/// CLOCK_BOOTTIME: counts suspend, never steps. From any thread.
[[nodiscard]] MonoTime boot_now();

}  // namespace holdfast::process
