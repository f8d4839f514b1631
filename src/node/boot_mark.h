// Which boot of the host this is, and the random numbers that a process needs.
//
// A twin of the site on one machine shares one kernel: there a file beside the data says which boot
// its host pretends to be in.
#pragma once

#include <cstdint>
#include <string>

#include "base/ids.h"
#include "base/result.h"
#include "base/time.h"

namespace holdfast::node {

struct BootMark {
  BootId id;
  MonoTime at{};  ///< when the host booted, on CLOCK_BOOTTIME
};

/// From DIR/boot-id ("ID" or "ID BOOTTIME_US") if that exists, else from the kernel.
[[nodiscard]] Result<BootMark> read_boot_mark(const std::string& dir);

/// A random number that is not 0, from the kernel.
[[nodiscard]] std::uint32_t random_life();

}  // namespace holdfast::node
