// An event loop for the lab's own processes: descriptors that became readable, and deadlines.
//
// One thread. Callbacks may watch, unwatch and stop. It is not the loop of Holdfast's processes,
// because the lab's processes are forked from one another and must own nothing that a fork breaks.
#pragma once

#include <functional>
#include <map>
#include <utility>

#include "base/time.h"
#include "lab/os/fd.h"

namespace holdfast::lab {

class Poller {
 public:
  Poller();

  void watch(int fd, std::function<void()> ready);
  void unwatch(int fd);
  /// Once, not before `when`.
  void at(MonoTime when, std::function<void()> what);
  /// Until stop().
  void run();
  void stop() { running_ = false; }

 private:
  void fire_due();
  [[nodiscard]] int patience_ms() const;

  Fd epoll_;
  std::map<int, std::function<void()>> watched_;
  std::multimap<MonoTime, std::function<void()>> deadlines_;
  bool running_ = false;
};

}  // namespace holdfast::lab
