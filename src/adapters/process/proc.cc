// What /proc says, and signals by process descriptor.

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstring>

#include "adapters/process/clock.h"
#include "adapters/process/process.h"

namespace holdfast::process {
namespace {

std::string proc_path(int pid, const char* file) {
  return "/proc/" + std::to_string(pid) + "/" + file;
}

/// Not read_file(): files of /proc are small, and this runs for every process of the host.
std::string read_proc(int pid, const char* file) {
  const int descriptor = open(proc_path(pid, file).c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return {};
  std::string content;
  char buffer[4096];
  for (ssize_t n = 0; (n = read(descriptor, buffer, sizeof buffer)) > 0;) {
    content.append(buffer, static_cast<std::size_t>(n));
  }
  close(descriptor);
  return content;
}

struct Stat {
  std::string name;
  char state = 'Z';
  int parent = 0;
  std::uint64_t started = 0;
};

std::optional<Stat> read_stat(int pid) {
  const std::string text = read_proc(pid, "stat");
  // The name may hold anything, parentheses too: it ends at the last one.
  const std::size_t open_at = text.find('(');
  const std::size_t close_at = text.rfind(')');
  if (open_at == std::string::npos || close_at == std::string::npos) return std::nullopt;
  Stat stat;
  stat.name = text.substr(open_at + 1, close_at - open_at - 1);
  constexpr int kState = 3, kParent = 4, kStarted = 22;  // as proc(5) counts
  int field = kState;
  for (std::size_t at = close_at + 2; at < text.size() && field <= kStarted; ++field) {
    const std::size_t end = std::min(text.find(' ', at), text.size());
    const char* first = text.data() + at;
    const char* last = text.data() + end;
    if (field == kState) stat.state = *first;
    if (field == kParent) std::from_chars(first, last, stat.parent);
    if (field == kStarted) std::from_chars(first, last, stat.started);
    at = end + 1;
  }
  if (field <= kStarted) return std::nullopt;
  return stat;
}

bool is_over(const Stat& stat) { return stat.state == 'Z' || stat.state == 'X'; }

template <class Visit>
void for_each_process(Visit visit) {
  DIR* directory = opendir("/proc");
  if (directory == nullptr) return;
  while (const dirent* entry = readdir(directory)) {
    int pid = 0;
    const char* end = entry->d_name + std::strlen(entry->d_name);
    const auto result = std::from_chars(entry->d_name, end, pid);
    if (result.ec == std::errc{} && result.ptr == end) visit(pid);
  }
  closedir(directory);
}

}  // namespace

std::optional<ProcessId> identify(int pid) {
  if (pid <= 0) return std::nullopt;
  const std::optional<Stat> stat = read_stat(pid);
  if (!stat || is_over(*stat)) return std::nullopt;
  return ProcessId{pid, stat->started};
}

bool is_alive(const ProcessId& process) {
  return process.is_set() && identify(process.pid) == process;
}

int open_watch(const ProcessId& process) {
  const auto descriptor = static_cast<int>(syscall(SYS_pidfd_open, process.pid, 0));
  if (descriptor < 0) return -1;
  fcntl(descriptor, F_SETFD, FD_CLOEXEC);
  // Only now can the number not be given to another any more.
  if (is_alive(process)) return descriptor;
  close(descriptor);
  return -1;
}

bool send_signal(const ProcessId& process, int signal) {
  const int descriptor = open_watch(process);
  if (descriptor < 0) return false;
  const bool sent = syscall(SYS_pidfd_send_signal, descriptor, signal, nullptr, 0) == 0;
  close(descriptor);
  return sent;
}

bool wait_for_end(const ProcessId& process, MonoTime deadline, const Interrupt* interrupt) {
  const int descriptor = open_watch(process);
  if (descriptor < 0) return true;
  const Waited waited = wait_for(descriptor, false, deadline, interrupt);
  close(descriptor);
  return waited == Waited::kReady;
}

void reap(int pid) {
  int status = 0;
  waitpid(pid, &status, WNOHANG);
}

std::string title_of(int pid) {
  std::string title = read_proc(pid, "cmdline");
  std::replace(title.begin(), title.end(), '\0', ' ');
  while (!title.empty() && title.back() == ' ') title.pop_back();
  return title;
}

std::string working_directory_of(int pid) {
  char buffer[4096];
  const ssize_t n = readlink(proc_path(pid, "cwd").c_str(), buffer, sizeof buffer);
  return n > 0 ? std::string(buffer, static_cast<std::size_t>(n)) : std::string();
}

std::uint64_t sleeps_of(int pid) {
  const std::string text = read_proc(pid, "status");
  constexpr std::string_view kName = "\nvoluntary_ctxt_switches:\t";
  const std::size_t at = text.find(kName);
  std::uint64_t count = 0;
  if (at == std::string::npos) return count;
  std::from_chars(text.data() + at + kName.size(), text.data() + text.size(), count);
  return count;
}

std::vector<int> children_of(int pid) {
  const std::string file = "task/" + std::to_string(pid) + "/children";
  const std::string text = read_proc(pid, file.c_str());
  std::vector<int> children;
  for (const char *at = text.data(), *end = at + text.size(); at < end;) {
    int child = 0;
    const auto result = std::from_chars(at, end, child);
    if (result.ec != std::errc{}) break;
    children.push_back(child);
    at = result.ptr + 1;
  }
  return children;
}

std::vector<int> all_children_of(int pid) {
  std::vector<int> children;
  for_each_process([&](int it) {
    const std::optional<Stat> stat = read_stat(it);
    if (stat && stat->parent == pid && !is_over(*stat)) children.push_back(it);
  });
  return children;
}

std::vector<ProcessId> all_in_directory(const std::string& directory, const std::string& name) {
  std::vector<ProcessId> found;
  for_each_process([&](int it) {
    if (working_directory_of(it) != directory) return;
    const std::optional<Stat> stat = read_stat(it);
    if (stat && stat->name == name && !is_over(*stat)) found.push_back({it, stat->started});
  });
  return found;
}

}  // namespace holdfast::process
