#include "adapters/process/clock.h"

#include <time.h>

namespace holdfast::process {

MonoTime boot_now() {
  timespec value{};
  clock_gettime(CLOCK_BOOTTIME, &value);
  return MonoTime(std::chrono::seconds(value.tv_sec) +
                  std::chrono::duration_cast<Duration>(std::chrono::nanoseconds(value.tv_nsec)));
}

}  // namespace holdfast::process
