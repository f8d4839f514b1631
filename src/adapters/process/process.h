// Other processes of the host: started, watched, signalled, found in /proc.
//
// A process is named by its number and its start time, so that a number that was given again is
// never mistaken for the one that was meant.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "adapters/process/files.h"
#include "adapters/process/interrupt.h"
#include "base/result.h"
#include "base/time.h"

namespace holdfast::process {

struct User {
  std::string name;
  unsigned user = 0;
  unsigned group = 0;
  std::vector<unsigned> groups;

  [[nodiscard]] Owner owner() const { return {user, group, true}; }
};

/// kNotFound if the system knows no such user.
Result<User> find_user(const std::string& name);

struct SpawnOptions {
  std::vector<std::string> arguments;    ///< the first one is the program, by path
  std::vector<std::string> environment;  ///< NAME=value; nothing is inherited
  std::string directory = "/";           ///< to start in
  std::optional<User> user;              ///< become this user; nothing to do if we are it already
  std::string output_file;               ///< stdout and stderr are appended; empty: thrown away
};

/// Starts a process in a session of its own: it outlives us. Its number.
Result<int> spawn(const SpawnOptions& options);

struct RunOptions {
  SpawnOptions spawn;                    ///< output_file is not used
  std::string input;                     ///< given to stdin
  Duration limit = 60s;                  ///< then it is killed
  const Interrupt* interrupt = nullptr;  ///< then it is killed, too
};

struct RunResult {
  int exit_code = -1;  ///< 128 + signal if a signal ended it
  std::string output;  ///< stdout and stderr, the last 64 KiB
};

/// Starts a process and waits for its end. kTimeout and kUnavailable (interrupted) if it was
/// killed.
Result<RunResult> run(const RunOptions& options);

struct ProcessId {
  int pid = 0;
  std::uint64_t started = 0;  ///< clock ticks after boot

  friend bool operator==(const ProcessId&, const ProcessId&) = default;
  [[nodiscard]] bool is_set() const { return pid > 0; }
};

/// None if there is no such process, or only a zombie.
[[nodiscard]] std::optional<ProcessId> identify(int pid);
[[nodiscard]] bool is_alive(const ProcessId& process);
/// False if it is gone already.
bool send_signal(const ProcessId& process, int signal);
/// A descriptor that becomes readable when the process ends; -1 if it has ended. To be closed.
[[nodiscard]] int open_watch(const ProcessId& process);
/// True once it has ended.
bool wait_for_end(const ProcessId& process, MonoTime deadline, const Interrupt* interrupt);
/// Collects a child of ours that has ended, so that no zombie stays. Harmless for others.
void reap(int pid);

/// The process's title (its command line, NULs as spaces); empty if it is gone.
[[nodiscard]] std::string title_of(int pid);
[[nodiscard]] std::string working_directory_of(int pid);
/// Times that the process went to sleep of its own accord.
[[nodiscard]] std::uint64_t sleeps_of(int pid);
/// Quick, but may miss a child while others come and go.
[[nodiscard]] std::vector<int> children_of(int pid);
/// By a look at every process: none that lives through the whole call is missed.
[[nodiscard]] std::vector<int> all_children_of(int pid);
/// Every process that runs in this directory and whose name is `name`.
[[nodiscard]] std::vector<ProcessId> all_in_directory(const std::string& directory,
                                                      const std::string& name);

}  // namespace holdfast::process
