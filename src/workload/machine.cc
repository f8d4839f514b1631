#include "workload/machine.h"

#include <fcntl.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "base/prng.h"

namespace holdfast::workload {
namespace {

Duration read_clock(clockid_t id) {
  timespec value{};
  clock_gettime(id, &value);
  return std::chrono::seconds(value.tv_sec) +
         std::chrono::duration_cast<Duration>(std::chrono::nanoseconds(value.tv_nsec));
}

}  // namespace

MonoTime boot_now() { return MonoTime(read_clock(CLOCK_BOOTTIME)); }
WallTime wall_now() { return WallTime(read_clock(CLOCK_REALTIME)); }

std::string boot_id() {
  Result<std::string> id = read_file("/proc/sys/kernel/random/boot_id");
  if (!id) return "unknown";
  while (!id->empty() && id->back() == '\n') id->pop_back();
  return *id;
}

Run draw_run() {
  std::uint64_t drawn = 0;
  if (getrandom(&drawn, sizeof drawn, 0) != sizeof drawn) {
    drawn = mix64(static_cast<std::uint64_t>(wall_now().time_since_epoch().count()));
  }
  return static_cast<Run>(drawn % kRunMax) + 1;
}

Result<std::string> read_file(const std::string& path) {
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) {
    const Errc code = errno == ENOENT ? Errc::kNotFound : Errc::kInvalidInput;
    return fail(code, "Cannot read " + path + ": " + std::strerror(errno) + ".");
  }
  std::string text;
  std::array<char, 65536> block{};
  ssize_t got = 0;
  while ((got = read(file, block.data(), block.size())) > 0) {
    text.append(block.data(), static_cast<std::size_t>(got));
  }
  const int error = errno;
  close(file);
  if (got < 0) {
    return fail(Errc::kInvalidInput, "Cannot read " + path + ": " + std::strerror(error) + ".");
  }
  return text;
}

}  // namespace holdfast::workload
