#include "lab/host/rooms.h"

#include <fcntl.h>
#include <pwd.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "base/prng.h"
#include "lab/addresses.h"
#include "lab/os/clock.h"
#include "lab/os/files.h"
#include "lab/os/loop_device.h"
#include "lab/os/tun.h"

namespace holdfast::lab {
namespace {

constexpr const char* kPostgresUser = "postgres";

Result<void> mount_new(const char* type, const char* at, unsigned long flags, const char* options) {
  if (::mount(type, at, type, flags, options) != 0) {
    return system_error("mount " + std::string(type) + " at " + at);
  }
  return {};
}

Result<void> show_file(const std::string& from, const std::string& to) {
  if (::mount(from.c_str(), to.c_str(), nullptr, MS_BIND, nullptr) != 0) {
    return system_error("show " + from + " as " + to);
  }
  return {};
}

/// Pids begin elsewhere after each boot, as on a real machine: a pid file that outlived a power cut
/// must not name a process of the new life each time.
void scatter_pids() {
  Prng prng(static_cast<std::uint64_t>(boot_ns()));
  const std::string first = std::to_string(prng.between(300, 20000));
  if (!put_value("/proc/sys/kernel/ns_last_pid", first))
    return;  // pids then begin at 2: only duller
}

Result<void> show_program(const HostPlan& plan) {
  if (Result<void> made = make_folders(kProgramFolder, 0755); !made) return made;
  if (plan.program.empty()) return {};
  const std::string shown = std::string(kProgramFolder) + "/holdfast";
  if (Result<void> made = write_file(shown, "", 0755); !made) return made;
  return show_file(plan.program, shown);
}

Result<void> own_folders() {
  if (Result<void> done = mount_new("proc", "/proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, nullptr);
      !done) {
    return done;
  }
  if (Result<void> done = mount_new("tmpfs", "/run", MS_NOSUID | MS_NODEV, "mode=0755"); !done) {
    return done;
  }
  if (Result<void> done = mount_new("tmpfs", "/dev/shm", MS_NOSUID | MS_NODEV, "mode=1777");
      !done) {
    return done;
  }
  // Shows this network namespace's devices.
  if (Result<void> done = mount_new("sysfs", "/sys", MS_NOSUID | MS_NODEV | MS_NOEXEC, nullptr);
      !done) {
    return done;
  }
  // Debian's PostgreSQL puts its socket there unless told otherwise.
  if (Result<void> made = make_folders("/run/postgresql", 0775); !made) return made;
  if (const passwd* user = ::getpwnam(kPostgresUser)) {
    if (::chown("/run/postgresql", user->pw_uid, user->pw_gid) != 0) {
      return system_error("give /run/postgresql to its user");
    }
  }
  return {};
}

/// Secrets and keys are for root alone; the folder itself can be entered, because PostgreSQL runs
/// as a user of its own below it.
Result<void> fill_disk(const HostPlan& plan) {
  const std::string root = kHostDirectory;
  if (!plan.identity.empty()) {
    if (Result<void> done = copy_tree(plan.identity, root); !done) return done;
  }
  if (!plan.site_file.empty()) {
    const Result<std::string> site = read_file(plan.site_file);
    if (!site) return tl::unexpected(site.error());
    if (Result<void> done = write_file(root + "/site.yaml", *site, 0644); !done) return done;
  }
  for (const char* secret : {"/tls", "/secrets"}) {
    const std::string folder = root + secret;
    if (!exists(folder)) continue;
    ::chmod(folder.c_str(), 0700);
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
      ::chmod(entry.path().c_str(), 0600);
    }
  }
  if (::chmod(root.c_str(), 0711) != 0) return system_error("set the mode of " + root);
  // Setting up a host ends before its power can be cut.
  const Fd folder(::open(root.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (::syncfs(folder.get()) != 0) return system_error("sync " + root);
  return {};
}

}  // namespace

std::string program_path() {
  return std::string(kProgramFolder) +
         ":/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
}

Result<HostParts> furnish_host(const HostPlan& plan) {
  HostParts parts;
  if (::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) {
    return system_error("make mounts private");
  }
  if (::sethostname(plan.name.c_str(), plan.name.size()) != 0) return system_error("set a name");
  if (Result<void> done = show_file(plan.hosts_file, "/etc/hosts"); !done) {
    return tl::unexpected(done.error());
  }
  if (!plan.resolver_file.empty()) {
    if (Result<void> done = show_file(plan.resolver_file, "/etc/resolv.conf"); !done) {
      return tl::unexpected(done.error());
    }
  }
  if (Result<void> done = mount_disk(plan.image, kHostDirectory); !done) {
    return tl::unexpected(done.error());
  }
  // Before /run is hidden: the plan's paths are the machine's.
  if (plan.fresh) {
    if (Result<void> done = fill_disk(plan); !done) return tl::unexpected(done.error());
  }
  const Fd program(plan.program.empty() ? -1 : ::open(plan.program.c_str(), O_PATH | O_CLOEXEC));
  if (Result<void> done = own_folders(); !done) return tl::unexpected(done.error());
  HostPlan seen = plan;
  if (program.open()) seen.program = "/proc/self/fd/" + std::to_string(program.get());
  if (Result<void> done = show_program(seen); !done) return tl::unexpected(done.error());
  scatter_pids();
  Result<Fd> tun = make_tun(plan.address, kNetworkPrefix, plan.mtu);
  if (!tun) return tl::unexpected(tun.error());
  parts.tun = std::move(*tun);
  parts.disk = Fd(::open(kHostDirectory, O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!parts.disk.open()) return system_error("open " + std::string(kHostDirectory));
  return parts;
}

}  // namespace holdfast::lab
