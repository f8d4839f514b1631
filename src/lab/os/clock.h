// CLOCK_BOOTTIME, in which the lab stamps what it does.
#pragma once

#include "base/time.h"

namespace holdfast::lab {

/// Microseconds since the machine's boot; the same in every host of a lab.
MonoTime boot_now();
/// The same clock in nanoseconds.
std::int64_t boot_ns();

}  // namespace holdfast::lab
