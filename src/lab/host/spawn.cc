#include "lab/host/spawn.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "lab/host/plan.h"
#include "lab/os/files.h"

namespace holdfast::lab {
namespace {

constexpr int kNotRun = 126;
constexpr int kNotFound = 127;

[[noreturn]] void give_up(const std::string& what) {
  const int code = errno == ENOENT ? kNotFound : kNotRun;
  ::dprintf(2, "cannot %s: %s\n", what.c_str(), ::strerror(errno));
  ::_exit(code);
}

void become(const passwd& user) {
  if (::initgroups(user.pw_name, user.pw_gid) != 0 || ::setgid(user.pw_gid) != 0 ||
      ::setuid(user.pw_uid) != 0) {
    give_up("become " + std::string(user.pw_name));
  }
}

/// Becomes the program.
[[noreturn]] void execute(const std::vector<std::string>& argv) {
  std::vector<char*> words;
  for (const std::string& word : argv) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  ::execvp(words[0], words.data());
  give_up("run " + argv[0]);
}

/// What has to be done before; when it fails there is no start.
void prepare(const std::vector<std::string>& argv) {
  const pid_t pid = ::fork();
  if (pid < 0) give_up("start " + argv[0]);
  if (pid == 0) execute(argv);
  int status = 0;
  if (::waitpid(pid, &status, 0) != pid) give_up("wait for " + argv[0]);
  if (!WIFEXITED(status)) ::_exit(kNotRun);
  if (WEXITSTATUS(status) != 0) ::_exit(WEXITSTATUS(status));
}

[[noreturn]] void run(const ProcessSpec& spec,
                      const passwd* user,
                      const std::array<int, 3>& files) {
  ::setsid();
  for (int i = 0; i < 3; ++i) {
    if (::dup2(files[static_cast<std::size_t>(i)], i) < 0) ::_exit(kNotRun);
  }
  ::close_range(3, ~0U, 0);
  ::signal(SIGPIPE, SIG_DFL);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  if (spec.realtime > 0) {
    sched_param priority{};
    priority.sched_priority = spec.realtime;
    // What it starts, databases above all, runs as everything else does.
    const int policy = SCHED_FIFO | SCHED_RESET_ON_FORK;
    if (::sched_setscheduler(0, policy, &priority) != 0) give_up("get real-time priority");
  }
  ::setenv("PATH", program_path().c_str(), 1);
  ::setenv("HOME", user != nullptr ? user->pw_dir : "/root", 1);
  ::setenv("USER", user != nullptr ? user->pw_name : "root", 1);
  for (const std::string& pair : spec.environment) {
    const std::size_t equals = pair.find('=');
    if (equals == pair.npos) continue;
    ::setenv(pair.substr(0, equals).c_str(), pair.substr(equals + 1).c_str(), 1);
  }
  if (user != nullptr) become(*user);
  if (::chdir(kHostDirectory) != 0) give_up("enter " + std::string(kHostDirectory));
  if (!spec.prepare.empty()) prepare(spec.prepare);
  execute(spec.argv);
}

}  // namespace

Result<pid_t> spawn(const ProcessSpec& spec, const std::array<int, 3>& files) {
  if (spec.argv.empty()) return fail(Errc::kInvalidInput, "there is nothing to run");
  const passwd* user = nullptr;
  if (!spec.user.empty()) {
    user = ::getpwnam(spec.user.c_str());
    if (user == nullptr) return fail(Errc::kNotFound, "there is no user \"" + spec.user + "\"");
  }
  const pid_t pid = ::fork();
  if (pid < 0) return system_error("start " + spec.name);
  if (pid == 0) {
    // Standard files are put in place one after the other: none may be overwritten before its turn.
    std::array<int, 3> high{};
    for (std::size_t i = 0; i < 3; ++i) {
      high[i] = files[i] < 3 ? ::dup(files[i]) : files[i];
    }
    run(spec, user, high);
  }
  return pid;
}

}  // namespace holdfast::lab
