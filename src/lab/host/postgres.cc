#include "lab/host/postgres.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <map>

#include "lab/os/files.h"
#include "lab/processes.h"

namespace holdfast::lab {
namespace {

struct Found {
  pid_t pid = 0;
  pid_t parent = 0;
  std::string folder;
};

/// From /proc/PID/stat, whose second field is the name in parentheses and whose fourth the parent.
bool read_stat(const std::string& folder, std::string& name, pid_t& parent) {
  const Result<std::string> stat = read_file(folder + "/stat");
  if (!stat) return false;
  const std::size_t open = stat->find('(');
  const std::size_t close = stat->rfind(')');
  if (open == std::string::npos || close == std::string::npos || close + 4 >= stat->size()) {
    return false;
  }
  name = stat->substr(open + 1, close - open - 1);
  const char* begin = stat->data() + close + 4;
  return std::from_chars(begin, stat->data() + stat->size(), parent).ec == std::errc{};
}

std::vector<Found> find_all() {
  std::vector<Found> found;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator("/proc", error)) {
    const std::string number = entry.path().filename();
    Found one;
    const char* end = number.data() + number.size();
    const auto read = std::from_chars(number.data(), end, one.pid);
    if (read.ec != std::errc{} || read.ptr != end) continue;
    std::string name;
    if (!read_stat(entry.path(), name, one.parent) || name != "postgres") continue;
    std::error_code gone;
    one.folder = std::filesystem::read_symlink(entry.path() / "cwd", gone);
    if (!gone) found.push_back(std::move(one));
  }
  return found;
}

bool heads(const std::vector<Found>& all, const Found& one) {
  return std::none_of(all.begin(), all.end(), [&one](const Found& other) {
    return other.pid == one.parent && other.folder == one.folder;
  });
}

}  // namespace

PostgresProcesses find_postgres(const std::string& cluster) {
  const std::string folder = std::string(kHostDirectory) + "/clusters/" + cluster + "/data";
  const std::vector<Found> all = find_all();
  PostgresProcesses result;
  for (const Found& one : all) {
    if (one.folder != folder) continue;
    if (heads(all, one)) result.postmaster = one.pid;
    result.all.push_back(one.pid);
  }
  return result;
}

std::vector<pid_t> find_postmasters() {
  const std::vector<Found> all = find_all();
  std::vector<pid_t> pids;
  for (const Found& one : all) {
    if (heads(all, one)) pids.push_back(one.pid);
  }
  return pids;
}

}  // namespace holdfast::lab
