// The lab's end of a host: starts it, cuts its power, passes on what is asked of it.
//
// Blocking, with bounds; a host answers within milliseconds.
#pragma once

#include <sys/types.h>

#include <functional>
#include <map>
#include <string>

#include "base/result.h"
#include "codec/json_reader.h"
#include "lab/host/plan.h"
#include "lab/os/channel.h"

namespace holdfast::lab {

class HostHandle {
 public:
  /// What a host reports by itself: the exit of a command.
  using Exit = std::function<void(std::int64_t id, int code)>;

  HostHandle(HostPlan plan, Exit exit) : plan_(std::move(plan)), exit_(std::move(exit)) {}

  /// Power on, in two steps so that many hosts start side by side.
  Result<void> launch();
  /// The TUN device of the host that was launched, once it is up.
  Result<Fd> wait_up();
  /// Starts the processes; returns when each has been started once.
  Result<void> begin();

  // Power off, in the order in which these must be called, for all hosts that lose power together.
  void kill_all();
  Result<void> cut_power();
  Result<void> wait_gone();

  /// Asks it to end everything in order; wait_gone() then waits.
  void end() { channel_.send(R"({"do":"end"})"); }

  /// When the host did it.
  Result<std::int64_t> act(const std::string& process, const std::string& what);
  bool execute(std::int64_t id, const codec::Json& argv, const std::vector<int>& files);
  void signal(std::int64_t id, int number);

  /// Reads what the host says. False when it is gone.
  bool listen();

  [[nodiscard]] bool on() const { return pid_ != 0; }
  [[nodiscard]] pid_t pid() const { return pid_; }
  [[nodiscard]] int channel() const { return channel_.fd(); }
  [[nodiscard]] int disk() const { return disk_.get(); }
  [[nodiscard]] const HostPlan& plan() const { return plan_; }
  /// The latest report about each process.
  [[nodiscard]] const std::map<std::string, codec::Json>& processes() const { return processes_; }

 private:
  void note(const codec::Json& event);
  /// Nothing announces a second time what came together with an answer.
  void note_received();

  HostPlan plan_;
  Exit exit_;
  pid_t pid_ = 0;
  Channel channel_;
  Fd disk_;
  std::map<std::string, codec::Json> processes_;
  std::map<std::int64_t, codec::Json> answers_;
  std::int64_t next_request_ = 1;
};

}  // namespace holdfast::lab
