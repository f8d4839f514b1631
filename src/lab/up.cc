// Bringing a lab up: checks, files, disks, then the process that is the lab.
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <utility>

#include "lab/addresses.h"
#include "lab/application.h"
#include "lab/client.h"
#include "lab/host_directory.h"
#include "lab/os/files.h"
#include "lab/os/loop_device.h"
#include "lab/requirements.h"
#include "lab/supervisor.h"

namespace holdfast::lab {
namespace {

namespace fs = std::filesystem;
using Progress = std::function<void(const std::string&)>;

constexpr Duration kStartPatience = 120s;

/// What is to run: what was given, or what a real site runs.
Result<ProcessTable> processes_of(const UpOptions& options,
                                  const std::vector<std::uint32_t>& addresses) {
  if (options.processes) return *options.processes;
  ProcessTable table = site_processes(options.site, options.identities, options.realtime);
  if (!options.application) return table;
  if (Result<void> added = add_application(options.site, addresses, table); !added)
    return tl::unexpected(std::move(added).error());
  return table;
}

Result<Fd> lock_directory(const std::string& directory) {
  std::error_code error;
  const bool foreign =
      exists(directory) && !exists(lock_path(directory)) && !fs::is_empty(directory, error);
  if (foreign) {
    return fail(Errc::kInvalidInput,
                directory + " holds something that is no lab; choose another --dir");
  }
  if (Result<void> made = make_folders(directory, 0755); !made) {
    return tl::unexpected(made.error());
  }
  Fd lock(::open(lock_path(directory).c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!lock.open()) return system_error("open " + lock_path(directory));
  if (::flock(lock.get(), LOCK_EX | LOCK_NB) != 0) {
    return fail(Errc::kAlreadyExists,
                "a lab is already up in " + directory + "; end it: holdfast lab down");
  }
  return lock;
}

/// Removes what an earlier lab left. The lock's file goes, too, so it is taken anew.
Result<Fd> fresh_directory(const UpOptions& options) {
  Result<Fd> lock = lock_directory(options.directory);
  if (!lock || options.keep_data) return lock;
  remove_leftovers(options.directory);
  lock->reset();
  return lock_directory(options.directory);
}

Result<std::string> own_program() {
  std::error_code error;
  std::string path = fs::read_symlink("/proc/self/exe", error);
  if (error) return fail(Errc::kInternal, "cannot find this program: " + error.message());
  return path;
}

Result<void> make_identities(const UpOptions& options, const std::string& program) {
  const std::string folder = options.directory + "/identities";
  if (exists(folder)) return {};
  const Result<std::string> made =
      run_program({program, "init", options.site_file, "--dir", folder, "--operator-on-hosts"});
  if (!made) return tl::unexpected(made.error());
  return {};
}

class Builder {
 public:
  Builder(const UpOptions& options, const Progress& progress)
      : options_(options), progress_(progress) {}

  Result<LabPlan> build();

 private:
  Result<void> add_host(std::size_t index, LabPlan& plan);

  const UpOptions& options_;
  const Progress& progress_;
  std::string program_;
  std::vector<std::uint32_t> addresses_;
};

Result<LabPlan> Builder::build() {
  const std::string& directory = options_.directory;
  LabPlan plan;
  plan.directory = directory;
  plan.twin.site = options_.site;
  plan.twin.distances = options_.distances;
  plan.twin.seed = options_.seed;
  plan.twin.realtime = options_.realtime;
  program_ = options_.program;
  if (program_.empty()) {
    const Result<std::string> own = own_program();
    if (!own) return tl::unexpected(own.error());
    program_ = *own;
  }
  Result<std::vector<std::uint32_t>> addresses = host_addresses(options_.site);
  if (!addresses) return tl::unexpected(addresses.error());
  addresses_ = std::move(*addresses);
  for (const char* part : {"/disks", "/logs"}) {
    if (Result<void> made = make_folders(directory + part, 0755); !made) {
      return tl::unexpected(made.error());
    }
  }
  const std::string hosts = hosts_file(options_.site, addresses_);
  if (options_.application) {
    Result<void> done = write_file(directory + "/resolv.conf", kResolvConf, 0644);
    if (!done) return tl::unexpected(done.error());
  }
  if (Result<void> done = write_file(directory + "/hosts", hosts, 0644); !done) {
    return tl::unexpected(done.error());
  }
  if (options_.identities) {
    if (Result<void> made = make_identities(options_, program_); !made) {
      return tl::unexpected(made.error());
    }
    progress_("identities: an authority and a certificate for each host");
  }
  for (std::size_t i = 0; i < options_.site.hosts.size(); ++i) {
    if (Result<void> added = add_host(i, plan); !added) return tl::unexpected(added.error());
  }
  progress_("disks: one ext4 image for each host");
  return plan;
}

Result<void> Builder::add_host(std::size_t index, LabPlan& plan) {
  const model::Host& site_host = options_.site.hosts[index];
  const std::string& directory = options_.directory;
  HostPlan host;
  host.name = site_host.name;
  host.address = addresses_[index];
  host.mtu = options_.mtu;
  host.image = directory + "/disks/" + host.name;
  host.hosts_file = directory + "/hosts";
  const bool resolves = options_.application && site_host.role == model::HostRole::kClinic;
  if (resolves) host.resolver_file = directory + "/resolv.conf";
  host.log_folder = directory + "/logs/" + host.name;
  host.program = program_;
  host.processes = (*options_.processes)[index];
  host.site_file = options_.site_file;
  if (options_.identities) host.identity = directory + "/identities/hosts/" + host.name;
  if (Result<void> made = make_folders(host.log_folder, 0755); !made) return made;
  host.fresh = !exists(host.image);
  if (host.fresh) {
    const bool database = site_host.role == model::HostRole::kDatabase;
    const std::int64_t bytes = database ? options_.database_disk_bytes : options_.other_disk_bytes;
    if (Result<void> made = make_disk(host.image, bytes); !made) return made;
  }
  plan.twin.hosts.push_back(std::move(host));
  return {};
}

/// What a shell had set has no business in the lab.
void clean_environment() {
  const char* zone = ::getenv("TZ");
  const std::string kept = zone != nullptr ? zone : "";
  ::clearenv();
  if (!kept.empty()) ::setenv("TZ", kept.c_str(), 1);
  ::setenv("LANG", "C.UTF-8", 1);
}

void use_files(const std::string& log) {
  const int nothing = ::open("/dev/null", O_RDONLY);
  const int out = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644);
  ::dup2(nothing, 0);
  ::dup2(out, 1);
  ::dup2(out, 2);
}

/// Runs in the process that becomes the lab, first in a PID namespace. `parent_alive`: the reading
/// end of a pipe that only the parent keeps open; negative: the lab outlives its parent.
[[noreturn]] void become_lab(const LabPlan& plan, Channel progress, int lock, int parent_alive) {
  constexpr int kProgress = 3;
  constexpr int kLock = 4;
  constexpr int kHigh = 100;
  const int high_progress = ::fcntl(progress.fd(), F_DUPFD, kHigh);
  const int high_lock = ::fcntl(lock, F_DUPFD, kHigh);
  if (parent_alive >= 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    // The parent may have died before its death could be this one's.
    char nothing = 0;
    ::fcntl(parent_alive, F_SETFL, O_NONBLOCK);
    if (::read(parent_alive, &nothing, 1) == 0) ::_exit(1);
  }
  ::dup3(high_progress, kProgress, O_CLOEXEC);
  ::dup3(high_lock, kLock, O_CLOEXEC);
  ::close_range(kLock + 1, ~0U, 0);
  ::setsid();
  ::umask(022);
  clean_environment();
  use_files(plan.directory + "/logs/lab.log");
  if (::chdir("/") != 0) ::_exit(1);
  run_supervisor(plan, Channel(Fd(kProgress)));
  ::_exit(0);
}

/// Runs in a child of the caller: its only thread, so that the lab can be forked without exec.
[[noreturn]] void fork_lab(const LabPlan& plan, Channel progress, int lock, bool attached) {
  int ends[2] = {-1, -1};
  if (attached) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::setsid();
    if (::pipe2(ends, O_CLOEXEC) != 0) ::_exit(1);
  }
  const long pid = ::syscall(SYS_clone, CLONE_NEWPID | CLONE_NEWNS | SIGCHLD, 0, 0, 0, 0);
  if (pid < 0) {
    const Error error = system_error("make the lab's namespaces").value();
    progress.send(R"({"event":"failed","problem":")" + error.message + "\"}");
    ::_exit(1);
  }
  if (pid == 0) {
    if (attached) ::close(ends[1]);
    become_lab(plan, std::move(progress), lock, ends[0]);
  }
  if (!attached) ::_exit(0);
  ::close_range(0, 2, 0);
  progress.close();
  ::close(lock);
  ::waitpid(static_cast<pid_t>(pid), nullptr, 0);
  ::_exit(0);
}

Result<void> follow(Channel& progress, const Progress& tell) {
  for (;;) {
    const std::optional<std::string> line = progress.wait(kStartPatience);
    if (!line) return fail(Errc::kInternal, "the lab ended while it was coming up");
    const Result<codec::Json> event = codec::parse_json(*line);
    if (!event) continue;
    if (event->at("event").text == "ready") return {};
    if (event->at("event").text == "failed") {
      return fail(Errc::kInternal, event->at("problem").text);
    }
    tell(event->at("text").text);
  }
}

/// Pre: what is to run is settled.
Result<void> check(const UpOptions& options) {
  const std::vector<std::string> missing = missing_requirements(*options.processes);
  if (missing.empty()) return {};
  std::string text = "a lab cannot be built here; missing:";
  for (const std::string& one : missing) text += "\n  " + one;
  return fail(Errc::kUnsupported, text);
}

}  // namespace

Result<void> up(const UpOptions& given, const Progress& progress) {
  UpOptions options = given;
  std::error_code error;
  options.directory = fs::absolute(options.directory, error).lexically_normal();
  if (!options.site_file.empty()) options.site_file = fs::absolute(options.site_file, error);
  const Result<std::vector<std::uint32_t>> addresses = host_addresses(options.site);
  if (!addresses) return tl::unexpected(addresses.error());
  Result<ProcessTable> processes = processes_of(options, *addresses);
  if (!processes) return tl::unexpected(std::move(processes).error());
  options.processes = std::move(*processes);
  if (Result<void> possible = check(options); !possible) return possible;
  const Result<Fd> lock = fresh_directory(options);
  if (!lock) return tl::unexpected(lock.error());
  const Result<LabPlan> plan = Builder(options, progress).build();
  if (!plan) {
    if (!options.keep_data) remove_leftovers(options.directory);
    return tl::unexpected(plan.error());
  }
  // Held until the lab holds it itself.
  const Result<HostDirectory> folder = hold_host_directory();
  if (!folder) return tl::unexpected(folder.error());
  if (folder->ours) {
    Result<void> noted = write_file(options.directory + kMadeMarker, "", 0600);
    if (!noted) return noted;
  }
  Result<std::pair<Channel, Channel>> ends = Channel::pair();
  if (!ends) return tl::unexpected(ends.error());
  const pid_t pid = ::fork();
  if (pid < 0) return system_error("start the lab");
  if (pid == 0) fork_lab(*plan, std::move(ends->second), lock->get(), options.attached);
  ends->second.close();
  if (!options.attached) ::waitpid(pid, nullptr, 0);
  Result<void> ready = follow(ends->first, progress);
  if (!ready && !options.keep_data) remove_leftovers(options.directory);
  return ready;
}

}  // namespace holdfast::lab
