// Starting processes. Between fork and exec only system calls are made: other threads may have held
// any lock at that moment.

#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "adapters/process/clock.h"
#include "adapters/process/process.h"

namespace holdfast::process {
namespace {

constexpr std::size_t kOutputKept = 64U << 10;

/// Everything that the child needs, made before the fork.
struct Prepared {
  std::vector<char*> arguments;
  std::vector<char*> environment;
  const SpawnOptions* options = nullptr;
  bool changes_user = false;
  std::vector<gid_t> groups;
  int input = -1;
  int output = -1;
};

std::vector<char*> pointers(const std::vector<std::string>& strings) {
  std::vector<char*> result;
  for (const std::string& it : strings) result.push_back(const_cast<char*>(it.c_str()));
  result.push_back(nullptr);
  return result;
}

[[noreturn]] void become(const Prepared& it, int failure_pipe) {
  const auto give_up = [&] {
    const int number = errno;
    [[maybe_unused]] const ssize_t n = write(failure_pipe, &number, sizeof number);
    _exit(127);
  };
  setsid();
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  for (int number = 1; number < 32; ++number) signal(number, SIG_DFL);
  if (it.changes_user) {
    const User& user = *it.options->user;
    // The raw calls: the library's would try to change every thread, of which there is one here.
    if (syscall(SYS_setgroups, it.groups.size(), it.groups.data()) != 0) give_up();
    if (syscall(SYS_setgid, user.group) != 0 || syscall(SYS_setuid, user.user) != 0) give_up();
  }
  if (chdir(it.options->directory.c_str()) != 0) give_up();
  if (dup2(it.input, 0) < 0 || dup2(it.output, 1) < 0 || dup2(it.output, 2) < 0) give_up();
  if (dup2(failure_pipe, 3) < 0) give_up();
  failure_pipe = 3;
  fcntl(3, F_SETFD, FD_CLOEXEC);
  syscall(SYS_close_range, 4U, ~0U, 0U);
  execve(it.arguments[0], it.arguments.data(), it.environment.data());
  give_up();
  _exit(127);
}

Result<int> launch(const SpawnOptions& options, int input, int output) {
  if (options.arguments.empty()) return fail(Errc::kInvalidInput, "no program to start");
  Prepared it;
  it.arguments = pointers(options.arguments);
  it.environment = pointers(options.environment);
  it.options = &options;
  it.input = input;
  it.output = output;
  it.changes_user = options.user.has_value() && options.user->user != geteuid();
  if (it.changes_user) {
    it.groups.assign(options.user->groups.begin(), options.user->groups.end());
    if (geteuid() != 0) {
      return fail(Errc::kDenied,
                  "cannot start " + options.arguments[0] + " as user " + options.user->name +
                      ": run as root or as that user");
    }
  }
  int failure[2];
  if (pipe2(failure, O_CLOEXEC) != 0) return fail(Errc::kExhausted, "no pipe can be made");
  const pid_t pid = fork();
  if (pid == 0) become(it, failure[1]);
  close(failure[1]);
  if (pid < 0) {
    close(failure[0]);
    return fail(Errc::kExhausted, "no process can be started: " + std::string(strerror(errno)));
  }
  int number = 0;
  const ssize_t n = read(failure[0], &number, sizeof number);
  close(failure[0]);
  if (n == 0) return static_cast<int>(pid);
  waitpid(pid, nullptr, 0);
  const Errc code = number == ENOENT ? Errc::kNotFound : Errc::kUnavailable;
  return fail(code, "cannot start " + options.arguments[0] + ": " + strerror(number));
}

/// Feeds and drains the child until it closes its output or time is up.
Waited converse(const RunOptions& options, int to_child, int from_child, std::string& output) {
  const MonoTime deadline = boot_now() + options.limit;
  std::size_t given = 0;
  bool feeding = !options.input.empty();
  if (!feeding) close(to_child);
  char buffer[8192];
  Waited waited = Waited::kReady;
  for (;;) {
    // The input is small and the child reads it first, so one is done after the other.
    waited = wait_for(feeding ? to_child : from_child, feeding, deadline, options.interrupt);
    if (waited != Waited::kReady) break;
    if (feeding) {
      const ssize_t n = write(to_child, options.input.data() + given, options.input.size() - given);
      if (n > 0) given += static_cast<std::size_t>(n);
      const bool broken = n < 0 && errno != EINTR && errno != EAGAIN;
      if (broken || given == options.input.size()) {
        feeding = false;
        close(to_child);
      }
      continue;
    }
    const ssize_t n = read(from_child, buffer, sizeof buffer);
    if (n < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (n <= 0) break;
    output.append(buffer, static_cast<std::size_t>(n));
    if (output.size() > 2 * kOutputKept) output.erase(0, output.size() - kOutputKept);
  }
  if (feeding) close(to_child);
  return waited;
}

}  // namespace

Result<User> find_user(const std::string& name) {
  std::vector<char> buffer(16384);
  passwd entry{};
  passwd* found = nullptr;
  getpwnam_r(name.c_str(), &entry, buffer.data(), buffer.size(), &found);
  if (found == nullptr) {
    return fail(Errc::kNotFound, "there is no user named " + name + " on this host");
  }
  User user{name, entry.pw_uid, entry.pw_gid, {}};
  gid_t groups[64];
  int count = 64;
  if (getgrouplist(name.c_str(), entry.pw_gid, groups, &count) < 0) count = 0;
  for (int i = 0; i < count; ++i) user.groups.push_back(groups[i]);
  return user;
}

Result<int> spawn(const SpawnOptions& options) {
  const int input = open("/dev/null", O_RDONLY | O_CLOEXEC);
  const std::string target = options.output_file.empty() ? "/dev/null" : options.output_file;
  const int output = open(target.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (output < 0) {
    const std::string why = strerror(errno);
    close(input);
    return fail(Errc::kUnavailable, "cannot open " + target + ": " + why);
  }
  Result<int> result = launch(options, input, output);
  close(input);
  close(output);
  return result;
}

Result<RunResult> run(const RunOptions& options) {
  int in[2], out[2];
  if (pipe2(in, O_CLOEXEC) != 0) return fail(Errc::kExhausted, "no pipe can be made");
  if (pipe2(out, O_CLOEXEC) != 0) {
    close(in[0]);
    close(in[1]);
    return fail(Errc::kExhausted, "no pipe can be made");
  }
  const Result<int> child = launch(options.spawn, in[0], out[1]);
  close(in[0]);
  close(out[1]);
  if (!child) {
    close(in[1]);
    close(out[0]);
    return tl::unexpected<Error>(child.error());
  }
  fcntl(in[1], F_SETFL, O_NONBLOCK);
  RunResult result;
  const Waited waited = converse(options, in[1], out[0], result.output);
  close(out[0]);
  // It leads a session of its own: with it goes whatever it has started.
  if (waited != Waited::kReady) kill(-*child, SIGKILL);
  int status = 0;
  while (waitpid(*child, &status, 0) < 0 && errno == EINTR) {
  }
  if (result.output.size() > kOutputKept) {
    result.output.erase(0, result.output.size() - kOutputKept);
  }
  const std::string& program = options.spawn.arguments[0];
  if (waited == Waited::kTimeout) {
    return fail(Errc::kTimeout, program + " did not end in time and was killed: " + result.output);
  }
  if (waited == Waited::kInterrupted) {
    return fail(Errc::kUnavailable, program + " was interrupted");
  }
  result.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return result;
}

}  // namespace holdfast::process
