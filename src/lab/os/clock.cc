#include "lab/os/clock.h"

#include <time.h>

namespace holdfast::lab {

std::int64_t boot_ns() {
  timespec value{};
  ::clock_gettime(CLOCK_BOOTTIME, &value);
  return static_cast<std::int64_t>(value.tv_sec) * 1'000'000'000 + value.tv_nsec;
}

MonoTime boot_now() { return MonoTime(Duration(boot_ns() / 1000)); }

}  // namespace holdfast::lab
