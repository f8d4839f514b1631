#include "lab/os/loop_device.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/loop.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <algorithm>
#include <filesystem>

#include "lab/os/files.h"

namespace holdfast::lab {
namespace {

constexpr int kAttempts = 64;  ///< another user can take the free device between asking and using

constexpr int kReleasePolls = 5000;
constexpr useconds_t kReleasePollUs = 2000;

// EXT4_IOC_SHUTDOWN and its argument; the kernel's headers for programs do not have them.
constexpr unsigned long kShutdown = _IOR('X', 125, std::uint32_t);
constexpr std::uint32_t kNoLogFlush = 2;

Result<Fd> attach(const std::string& image, std::string& device) {
  const Fd file(::open(image.c_str(), O_RDWR | O_CLOEXEC));
  if (!file.open()) return system_error("open " + image);
  const Fd control(::open("/dev/loop-control", O_RDWR | O_CLOEXEC));
  if (!control.open()) return system_error("open /dev/loop-control");
  for (int i = 0; i < kAttempts; ++i) {
    const int number = ::ioctl(control.get(), LOOP_CTL_GET_FREE);
    if (number < 0) return system_error("find a free loop device");
    device = "/dev/loop" + std::to_string(number);
    if (!exists(device)) {
      ::mknod(device.c_str(), S_IFBLK | 0600, makedev(7, static_cast<unsigned>(number)));
    }
    Fd loop(::open(device.c_str(), O_RDWR | O_CLOEXEC));
    if (!loop.open()) return system_error("open " + device);
    loop_config config{};
    config.fd = static_cast<std::uint32_t>(file.get());
    config.info.lo_flags = LO_FLAGS_AUTOCLEAR;
    ::strncpy(reinterpret_cast<char*>(config.info.lo_file_name), image.c_str(), LO_NAME_SIZE - 1);
    if (::ioctl(loop.get(), LOOP_CONFIGURE, &config) == 0) return loop;
    if (errno != EBUSY) return system_error("set up " + device);
  }
  return fail(Errc::kExhausted, "no loop device stays free long enough to be used");
}

bool in_use(const std::string& image) {
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator("/sys/block", error)) {
    const Result<std::string> file = read_file(entry.path() / "loop/backing_file");
    if (file && *file == image + "\n") return true;
  }
  return false;
}

}  // namespace

Result<void> wait_released(const std::string& image) {
  std::error_code error;
  const std::string whole = std::filesystem::canonical(image, error);
  for (int i = 0; i < kReleasePolls; ++i) {
    if (!in_use(whole)) return {};
    ::usleep(kReleasePollUs);
  }
  return fail(Errc::kTimeout, "the disk " + image + " is still in use by an earlier mount");
}

Result<void> make_disk(const std::string& image, std::int64_t bytes) {
  {
    const Fd file(::open(image.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
    if (!file.open()) return system_error("make " + image);
    if (::ftruncate(file.get(), bytes) != 0) return system_error("size " + image);
  }
  const std::int64_t journal_mib = std::clamp<std::int64_t>((bytes >> 20) / 16, 4, 32);
  // No blocks kept for root: a full disk is full for everybody.
  Result<std::string> made = run_program({"mkfs.ext4",
                                          "-q",
                                          "-F",
                                          "-m",
                                          "0",
                                          "-E",
                                          "lazy_itable_init=1,nodiscard",
                                          "-J",
                                          "size=" + std::to_string(journal_mib),
                                          image});
  if (!made) return tl::unexpected(std::move(made).error());
  return {};
}

Result<void> mount_disk(const std::string& image, const std::string& at) {
  std::string device;
  const Result<Fd> loop = attach(image, device);
  if (!loop) return tl::unexpected(loop.error());
  // The device stays while it is mounted, and no longer.
  if (::mount(device.c_str(), at.c_str(), "ext4", MS_NOATIME | MS_NOSUID, "noinit_itable") != 0) {
    return system_error("mount " + device + " at " + at);
  }
  return {};
}

Result<void> cut_disk(int inside) {
  std::uint32_t how = kNoLogFlush;
  if (::ioctl(inside, kShutdown, &how) != 0) return system_error("cut the power of a disk");
  return {};
}

}  // namespace holdfast::lab
