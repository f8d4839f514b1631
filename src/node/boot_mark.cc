#include "node/boot_mark.h"

#include <sys/random.h>

#include <charconv>
#include <fstream>
#include <sstream>

#include "base/assert.h"
#include "base/hash.h"

namespace holdfast::node {
namespace {

constexpr const char* kKernelBoot = "/proc/sys/kernel/random/boot_id";

/// True if the first line could be read and says something.
bool read_line(const std::string& path, std::string& line) {
  std::ifstream file(path);
  return static_cast<bool>(std::getline(file, line)) && !line.empty();
}

BootId id_of(std::string_view text) {
  Hasher hash;
  hash.add(text);
  return BootId{hash.value() | 1U};
}

}  // namespace

Result<BootMark> read_boot_mark(const std::string& dir) {
  std::string line;
  if (!read_line(dir + "/boot-id", line)) {
    if (!read_line(kKernelBoot, line)) {
      return fail(
          Errc::kUnavailable,
          std::string("The boot of this host cannot be told: ") + kKernelBoot + " cannot be read.");
    }
    return BootMark{id_of(line), MonoTime{}};
  }
  std::istringstream words(line);
  std::string id;
  std::string at;
  words >> id >> at;
  BootMark mark{id_of(id), MonoTime{}};
  if (at.empty()) return mark;
  std::int64_t micros = 0;
  const auto read = std::from_chars(at.data(), at.data() + at.size(), micros);
  if (read.ec != std::errc{} || read.ptr != at.data() + at.size()) {
    return fail(Errc::kCorrupt,
                dir + "/boot-id: '" + at +
                    "' is not a number of microseconds. Write \"ID "
                    "BOOTTIME_US\".");
  }
  mark.at = MonoTime(Duration(micros));
  return mark;
}

std::uint32_t random_life() {
  std::uint32_t life = 0;
  while (life == 0) {
    const ssize_t got = getrandom(&life, sizeof life, 0);
    HF_ASSERT(got == static_cast<ssize_t>(sizeof life));
  }
  return life;
}

}  // namespace holdfast::node
