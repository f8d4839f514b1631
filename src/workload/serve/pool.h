// A few connections to one cluster's writer, each on a thread of its own, for requests that can
// wait a moment.
//
// A request that cannot be sent before its deadline is refused: certainly not applied. One that was
// sent and not answered by then is unknown, and is never sent again.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/time.h"
#include "workload/dialer.h"
#include "workload/session.h"

namespace holdfast::workload {

struct Job {
  std::string statement;
  std::vector<std::string> parameters;
  MonoTime deadline{};
  std::function<void(Answer)> done;  ///< called once, on a thread of the pool
};

class Pool {
 public:
  /// As many requests wait at most; one more is refused at once.
  static constexpr std::size_t kWaitingMax = 256;

  Pool(std::vector<Target> targets, Login login, int connections);
  /// What waits is refused; what is under way is given up as unknown.
  ~Pool();
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  /// From any thread.
  void submit(Job job);

 private:
  class Worker;

  std::optional<Job> next();
  [[nodiscard]] bool stopping();

  const std::vector<Target> targets_;
  const Login login_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Job> waiting_;
  bool stop_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace holdfast::workload
