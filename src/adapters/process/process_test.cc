#include "adapters/process/process.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include <algorithm>
#include <thread>

#include "adapters/process/clock.h"

namespace holdfast::process {
namespace {

class Folder {
 public:
  Folder() {
    char name[] = "/tmp/hf-process-XXXXXX";
    path = mkdtemp(name);
  }
  ~Folder() { [[maybe_unused]] const int code = system(("rm -rf " + path).c_str()); }
  std::string path;
};

RunOptions shell(const std::string& script) {
  RunOptions options;
  options.spawn.arguments = {"/bin/sh", "-c", script};
  options.spawn.environment = {"PATH=/usr/bin:/bin"};
  return options;
}

TEST(Run, output_and_exit_code_come_back) {
  RunOptions options = shell("cat; echo to stderr >&2; exit 7");
  options.input = "given\n";
  const Result<RunResult> result = run(options);
  ASSERT_TRUE(result);
  EXPECT_EQ(result->exit_code, 7);
  EXPECT_EQ(result->output, "given\nto stderr\n");
}

TEST(Run, environment_is_not_inherited) {
  setenv("HOLDFAST_SECRET", "visible", 1);
  const Result<RunResult> result = run(shell("echo [$HOLDFAST_SECRET]"));
  ASSERT_TRUE(result);
  EXPECT_EQ(result->output, "[]\n");
}

TEST(Run, time_limit_kills_the_whole_session) {
  RunOptions options = shell("sleep 1000 & echo $!; sleep 1000");
  options.limit = 300ms;
  const Result<RunResult> result = run(options);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, Errc::kTimeout);
  const std::size_t at = result.error().message.rfind(": ");
  const int child = std::atoi(result.error().message.c_str() + at + 2);
  ASSERT_GT(child, 0);
  const std::optional<ProcessId> left = identify(child);
  EXPECT_TRUE(!left || wait_for_end(*left, boot_now() + 5s, nullptr));
}

TEST(Run, interrupt_ends_it) {
  Interrupt interrupt;
  RunOptions options = shell("sleep 1000");
  options.interrupt = &interrupt;
  std::thread other([&] { interrupt.raise(); });
  const Result<RunResult> result = run(options);
  other.join();
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, Errc::kUnavailable);
}

TEST(Run, missing_program_is_said) {
  RunOptions options;
  options.spawn.arguments = {"/nowhere/postgres"};
  const Result<RunResult> result = run(options);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, Errc::kNotFound);
  EXPECT_NE(result.error().message.find("/nowhere/postgres"), std::string::npos);
}

TEST(Spawn, end_is_noticed_and_the_dead_are_not_mistaken_for_the_living) {
  Folder folder;
  SpawnOptions options;
  options.arguments = {"/bin/sleep", "1000"};
  options.directory = folder.path;
  const Result<int> pid = spawn(options);
  ASSERT_TRUE(pid);
  const std::optional<ProcessId> process = identify(*pid);
  ASSERT_TRUE(process);
  EXPECT_EQ(title_of(*pid), "/bin/sleep 1000");
  const std::vector<int> quick = children_of(getpid());
  const std::vector<int> all = all_children_of(getpid());
  EXPECT_NE(std::find(quick.begin(), quick.end(), *pid), quick.end());
  EXPECT_NE(std::find(all.begin(), all.end(), *pid), all.end());
  const std::vector<ProcessId> there = all_in_directory(folder.path, "sleep");
  ASSERT_EQ(there.size(), 1U);
  EXPECT_EQ(there[0], *process);

  EXPECT_FALSE(wait_for_end(*process, boot_now(), nullptr));
  EXPECT_TRUE(send_signal(*process, SIGKILL));
  EXPECT_TRUE(wait_for_end(*process, boot_now() + 10s, nullptr));
  // A zombie until it is collected, and no living process.
  EXPECT_FALSE(identify(*pid));
  EXPECT_FALSE(send_signal(*process, SIGTERM));
  reap(*pid);
  EXPECT_TRUE(title_of(*pid).empty());
}

TEST(Spawn, a_number_given_again_is_another_process) {
  const std::optional<ProcessId> self = identify(getpid());
  ASSERT_TRUE(self);
  ProcessId other = *self;
  other.started -= 1;
  EXPECT_TRUE(is_alive(*self));
  EXPECT_FALSE(is_alive(other));
  EXPECT_FALSE(send_signal(other, SIGKILL));
  EXPECT_EQ(open_watch(other), -1);
}

TEST(Spawn, another_user_is_taken_on) {
  if (geteuid() != 0) GTEST_SKIP() << "only root can become another user";
  const Result<User> nobody = find_user("nobody");
  ASSERT_TRUE(nobody);
  RunOptions options = shell("id -un; id -u -r; id -Gn");
  options.spawn.user = *nobody;
  const Result<RunResult> result = run(options);
  ASSERT_TRUE(result);
  EXPECT_EQ(result->output, "nobody\n" + std::to_string(nobody->user) + "\nnogroup\n");
}

TEST(Files, replaced_whole_with_mode) {
  Folder folder;
  const std::string path = folder.path + "/file";
  ASSERT_TRUE(write_file(path, "one", {.mode = 0600}));
  ASSERT_TRUE(write_file(path, "two", {.mode = 0600}));
  const Result<std::string> content = read_file(path);
  ASSERT_TRUE(content);
  EXPECT_EQ(*content, "two");
  EXPECT_FALSE(exists(path + ".new"));
  EXPECT_EQ(read_file(folder.path + "/other").error().code, Errc::kNotFound);
  EXPECT_TRUE(remove_file(path, true));
  EXPECT_FALSE(remove_file(path, true));
  EXPECT_FALSE(write_file(folder.path + "/none/file", "x", {}));
}

TEST(Interrupt, raised_until_cleared) {
  Interrupt interrupt;
  EXPECT_FALSE(interrupt.raised());
  EXPECT_TRUE(interrupt.sleep(1ms));
  interrupt.raise();
  interrupt.raise();
  EXPECT_TRUE(interrupt.raised());
  EXPECT_FALSE(interrupt.sleep(1h));
  interrupt.clear();
  EXPECT_FALSE(interrupt.raised());
}

}  // namespace
}  // namespace holdfast::process
