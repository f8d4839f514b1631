#include <signal.h>
#include <sys/stat.h>

#include <charconv>
#include <filesystem>
#include <map>
#include <set>
#include <sstream>

#include "lab/lab_for_test.h"
#include "lab/supervisor.h"

namespace holdfast::lab {
namespace {

namespace fs = std::filesystem;

/// Every process below one, itself included, with its time of start, so that a number that is used
/// again is not mistaken for it.
std::map<int, std::string> family(int head) {
  std::map<int, std::pair<int, std::string>> all;  // parent, start
  std::error_code error;
  for (const auto& entry : fs::directory_iterator("/proc", error)) {
    const Result<std::string> stat = read_file(entry.path() / "stat");
    const std::string number = entry.path().filename();
    if (!stat || number.find_first_not_of("0123456789") != std::string::npos) continue;
    std::istringstream fields(stat->substr(stat->rfind(')') + 2));
    std::string state;
    int parent = 0;
    fields >> state >> parent;
    std::string field;
    for (int i = 5; i <= 22; ++i) fields >> field;
    all[std::stoi(number)] = {parent, field};
  }
  std::map<int, std::string> found;
  for (const auto& [pid, one] : all) {
    int at = pid;
    for (int depth = 0; depth < 16 && at != head && all.contains(at); ++depth) at = all[at].first;
    if (at == head) found[pid] = one.second;
  }
  return found;
}

/// The identities of the namespaces of some processes.
std::set<std::string> namespaces(const std::map<int, std::string>& pids) {
  std::set<std::string> found;
  std::error_code error;
  for (const auto& [pid, start] : pids) {
    for (const char* kind : {"net", "mnt", "pid", "ipc", "uts"}) {
      const fs::path link = "/proc/" + std::to_string(pid) + "/ns/" + kind;
      const std::string name = fs::read_symlink(link, error);
      if (!error &&
          name != fs::read_symlink("/proc/self/ns/" + std::string(kind), error).string()) {
        found.insert(name);
      }
    }
  }
  return found;
}

std::set<std::string> namespaces_of_machine() {
  std::map<int, std::string> pids;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator("/proc", error)) {
    const std::string number = entry.path().filename();
    if (number.find_first_not_of("0123456789") == std::string::npos) pids[std::stoi(number)] = "";
  }
  return namespaces(pids);
}

/// Loop devices whose file lies in the folder, deleted or not.
int loop_devices(const std::string& folder) {
  int count = 0;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator("/sys/block", error)) {
    const Result<std::string> file = read_file(entry.path() / "loop/backing_file");
    if (file && file->starts_with(folder + "/")) ++count;
  }
  return count;
}

TEST_F(LabSlow, killing_it_leaves_nothing_behind) {
  bring_up();
  const int lab = std::stoi(*read_file(pid_path(options_.directory)));
  EXPECT_EQ(run("one", "setsid -f sleep 100000 >/dev/null 2>&1; ls /sys/class/net").text,
            "hf0\nlo\n");
  const std::map<int, std::string> before = family(lab);
  const std::set<std::string> rooms = namespaces(before);
  EXPECT_GE(before.size(), 9U);  // the lab, its fabric, three hosts, four processes
  EXPECT_GE(rooms.size(), 3U * 5U);
  EXPECT_EQ(loop_devices(options_.directory), 3);

  ASSERT_EQ(::kill(lab, SIGKILL), 0);
  EXPECT_TRUE(comes_true([&] {
    for (const auto& [pid, start] : before) {
      const std::map<int, std::string> now = family(pid);
      if (now.contains(pid) && now.at(pid) == start) return false;
    }
    return true;
  }));
  EXPECT_TRUE(comes_true([&] { return loop_devices(options_.directory) == 0; }));
  const std::set<std::string> left = namespaces_of_machine();
  for (const std::string& room : rooms) EXPECT_FALSE(left.contains(room)) << room;
  const Result<std::string> mounts = read_file("/proc/self/mounts");
  ASSERT_TRUE(mounts);
  EXPECT_EQ(mounts->find(kHostDirectory), std::string::npos);

  bring_up();  // TearDown sees that `down` leaves no file either
  EXPECT_EQ(run("one", "ls | grep -v lost+found").text, "");
}

TEST_F(LabSlow, an_attached_lab_ends_with_its_caller) {
  options_.attached = true;
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const pid_t caller = ::fork();
  if (caller == 0) {
    const bool started = up(options_, [](const std::string&) {}).has_value();
    if (::write(ends[1], started ? "y" : "n", 1) != 1) ::_exit(1);
    ::pause();
  }
  char started = 0;
  ASSERT_EQ(::read(ends[0], &started, 1), 1);
  EXPECT_EQ(started, 'y');
  ::close(ends[0]);
  ::close(ends[1]);
  const int lab = std::stoi(*read_file(pid_path(options_.directory)));
  EXPECT_EQ(run("one", "true").code, 0);
  ::kill(caller, SIGKILL);
  EXPECT_TRUE(comes_true([lab] { return !exists("/proc/" + std::to_string(lab)); }));
  EXPECT_TRUE(comes_true([this] { return loop_devices(options_.directory) == 0; }));
}

}  // namespace
}  // namespace holdfast::lab
