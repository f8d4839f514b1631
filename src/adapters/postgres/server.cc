#include "adapters/postgres/server.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <sstream>

#include "adapters/postgres/names.h"
#include "adapters/process/clock.h"

namespace holdfast::postgres {
namespace {

using process::boot_now;

std::string real_path(const std::string& path) {
  char* found = realpath(path.c_str(), nullptr);
  if (found == nullptr) return path;
  std::string result(found);
  free(found);
  return result;
}

std::vector<std::string> pid_file_lines(const Layout& layout) {
  std::vector<std::string> lines;
  const Result<std::string> text = process::read_file(layout.data() + "/postmaster.pid");
  if (!text) return lines;
  std::istringstream in(*text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

bool starts_with_word(std::string_view text, std::string_view word) {
  return text.starts_with(word) && (text.size() == word.size() || text[word.size()] == ' ');
}

}  // namespace

Result<std::string> find_binaries(const std::string& configured) {
  const auto holds = [](const std::string& folder) {
    return access((folder + "/postgres").c_str(), X_OK) == 0 &&
           access((folder + "/pg_rewind").c_str(), X_OK) == 0;
  };
  if (!configured.empty()) {
    if (holds(configured)) return configured;
    return fail(Errc::kNotFound, "no postgres and pg_rewind in " + configured);
  }
  // Where distributions put them; the newest of several versions.
  std::string best;
  std::uint64_t newest = 0;
  for (std::uint64_t version = 12; version < 40; ++version) {
    for (const char* form : {"/usr/lib/postgresql/%s/bin", "/usr/pgsql-%s/bin"}) {
      std::string folder = form;
      folder.replace(folder.find("%s"), 2, std::to_string(version));
      if (version > newest && holds(folder)) {
        newest = version;
        best = folder;
      }
    }
  }
  for (const char* folder : {"/usr/local/pgsql/bin", "/usr/local/bin", "/usr/bin"}) {
    if (best.empty() && holds(folder)) best = folder;
  }
  if (best.empty()) {
    return fail(Errc::kNotFound,
                "PostgreSQL's server programs are not installed: install them, or name their "
                "folder");
  }
  return best;
}

process::SpawnOptions Host::program(const std::string& name,
                                    std::vector<std::string> arguments) const {
  process::SpawnOptions options;
  options.arguments.push_back(binaries + "/" + name);
  for (std::string& it : arguments) options.arguments.push_back(std::move(it));
  options.environment = {"LC_ALL=C", "TZ=UTC", "HOME=/", "PATH=" + binaries + ":/usr/bin:/bin"};
  options.user = user;
  return options;
}

ProcessId find_postmaster(const Layout& layout) {
  const std::vector<std::string> lines = pid_file_lines(layout);
  if (lines.size() < 2) return {};
  const auto pid = parse_number(lines[0]);
  if (!pid || *pid == 0 || *pid > 1U << 30) return {};
  const auto found = process::identify(static_cast<int>(*pid));
  // A number from before a reboot may belong to anybody by now.
  if (!found || process::working_directory_of(found->pid) != real_path(layout.data())) return {};
  return *found;
}

std::string postmaster_status(const Layout& layout, const ProcessId& postmaster) {
  constexpr std::size_t kStatusLine = 7;
  const std::vector<std::string> lines = pid_file_lines(layout);
  // A server that crashed has left its own file behind.
  if (lines.size() <= kStatusLine || lines[0] != std::to_string(postmaster.pid)) return {};
  std::string status = lines[kStatusLine];
  while (!status.empty() && status.back() == ' ') status.pop_back();
  return status;
}

Result<ProcessId> start_postmaster(const Host& host, const Layout& layout) {
  process::SpawnOptions options =
      host.program("postgres", {"-D", layout.data(), "-c", "config_file=" + layout.server_conf()});
  options.output_file = layout.server_log();
  const Result<int> pid = process::spawn(options);
  if (!pid) return tl::unexpected<Error>(pid.error());
  const auto found = process::identify(*pid);
  if (found) return *found;
  process::reap(*pid);
  return fail(Errc::kUnavailable, "PostgreSQL ended at once: " + last_words(layout));
}

Kind kind_of(const std::string& title) {
  constexpr std::string_view kPrefix = "postgres: ";
  std::string_view text = title;
  if (!text.starts_with(kPrefix)) return Kind::kUnknown;
  text.remove_prefix(kPrefix.size());
  if (starts_with_word(text, "startup")) return Kind::kStartup;
  if (starts_with_word(text, "walreceiver")) return Kind::kReceiver;
  if (starts_with_word(text, "walsender")) return Kind::kSender;
  if (starts_with_word(text, "checkpointer")) return Kind::kCheckpointer;
  for (const char* own : {"background writer",
                          "walwriter",
                          "archiver",
                          "logger",
                          "autovacuum",
                          "logical replication",
                          "parallel worker",
                          "background worker"}) {
    if (text.starts_with(own)) return Kind::kOther;
  }
  if (text.find("[local]") != std::string_view::npos) return Kind::kLocalClient;
  return Kind::kClient;
}

std::vector<Child> children(const ProcessId& postmaster, bool all) {
  std::vector<Child> result;
  const std::vector<int> pids =
      all ? process::all_children_of(postmaster.pid) : process::children_of(postmaster.pid);
  for (const int pid : pids) {
    std::string title = process::title_of(pid);
    if (title.empty()) continue;  // it has ended meanwhile
    result.push_back({pid, kind_of(title), std::move(title)});
  }
  return result;
}

void tell_startup(const ProcessId& postmaster) {
  for (const Child& child : children(postmaster, false)) {
    if (child.kind != Kind::kStartup) continue;
    const auto it = process::identify(child.pid);
    if (it) process::send_signal(*it, SIGHUP);
  }
}

bool end_at_once(const Layout& layout, const ProcessId& postmaster, Duration grace) {
  const std::string directory = real_path(layout.data());
  constexpr const char* kName = "postgres";
  const MonoTime limit = boot_now() + grace;
  if (process::send_signal(postmaster, SIGQUIT)) {
    process::wait_for_end(postmaster, limit, nullptr);
  }
  process::reap(postmaster.pid);
  // Whoever is left has lost its postmaster, is stopped, or is stuck in the kernel.
  const MonoTime last = boot_now() + 5s;
  for (;;) {
    const std::vector<ProcessId> left = process::all_in_directory(directory, kName);
    if (left.empty()) return true;
    for (const ProcessId& it : left) process::send_signal(it, SIGKILL);
    for (const ProcessId& it : left) process::wait_for_end(it, last, nullptr);
    process::reap(postmaster.pid);
    if (boot_now() >= last) return false;
  }
}

Result<Control> read_control(const Host& host, const std::string& data) {
  process::RunOptions options;
  options.spawn = host.program("pg_controldata", {"-D", data});
  options.limit = 5s;
  const auto result = process::run(options);
  if (!result) return tl::unexpected<Error>(result.error());
  if (result->exit_code != 0) {
    return fail(Errc::kCorrupt, "the control file does not read back: " + result->output);
  }
  Control control;
  std::istringstream in(result->output);
  for (std::string line; std::getline(in, line);) {
    const std::size_t colon = line.find(':');
    if (colon == std::string::npos) continue;
    const std::string name = line.substr(0, colon);
    const std::size_t begin = line.find_first_not_of(' ', colon + 1);
    const std::string value = begin == std::string::npos ? "" : line.substr(begin);
    if (name == "Database cluster state") control.clean = value.starts_with("shut down");
    if (name == "Latest checkpoint's REDO location") {
      control.checkpoint = parse_lsn(value).value_or(Lsn{});
    }
    if (name == "Minimum recovery ending location") {
      control.minimum_recovery = parse_lsn(value).value_or(Lsn{});
    }
    if (name == "Latest checkpoint's TimeLineID" || name == "Min recovery ending loc's timeline") {
      const Timeline it{parse_number(value).value_or(0)};
      control.timeline = std::max(control.timeline, it);
    }
  }
  return control;
}

std::uint64_t log_size(const Layout& layout) {
  struct stat it {};
  return stat(layout.server_log().c_str(), &it) == 0 ? static_cast<std::uint64_t>(it.st_size) : 0;
}

std::string log_since(const Layout& layout, std::uint64_t offset) {
  constexpr std::size_t kMost = 256U << 10;
  const int file = open(layout.server_log().c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return {};
  std::string text(kMost, '\0');
  const ssize_t n = pread(file, text.data(), text.size(), static_cast<off_t>(offset));
  close(file);
  text.resize(n > 0 ? static_cast<std::size_t>(n) : 0);
  return text;
}

std::string last_words(const Layout& layout) {
  constexpr std::uint64_t kTail = 4096;
  const std::uint64_t size = log_size(layout);
  const std::string tail = log_since(layout, size > kTail ? size - kTail : 0);
  std::istringstream in(tail);
  std::string words;
  for (std::string line; std::getline(in, line);) {
    if (line.find("FATAL") != std::string::npos || line.find("PANIC") != std::string::npos) {
      words = line;
    }
  }
  return words.empty() ? "see " + layout.server_log() : words + " (" + layout.server_log() + ")";
}

}  // namespace holdfast::postgres
