// The event loop of a real process: one thread that runs everything of Holdfast that may not block.
//
// Callbacks run on the thread inside run(). Only post() and stop() may come from other threads;
// everything else belongs to the loop's thread, or to any thread before run().
#pragma once

#include <functional>
#include <memory>

#include "base/time.h"

namespace holdfast::net {

struct LoopImpl;

class Loop {
 public:
  Loop();
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  /// Until stop(), or the first error that no handler caught.
  void run();
  /// From any thread.
  void stop();
  /// Runs `work` on the loop's thread, after what was posted before. From any thread.
  void post(std::function<void()> work);

  /// CLOCK_BOOTTIME: counts suspend, never steps. From any thread.
  [[nodiscard]] MonoTime now() const;
  /// For people and logs only. From any thread.
  [[nodiscard]] WallTime wall() const;

  /// For adapters that speak Asio: adapters/net and adapters/etcd.
  [[nodiscard]] LoopImpl& impl() { return *impl_; }

 private:
  std::unique_ptr<LoopImpl> impl_;
};

/// One-shot, and may be set again; replaces the deadline before. Destroying it cancels it.
class Timer {
 public:
  Timer(Loop& loop, std::function<void()> fired);
  ~Timer();
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;

  /// kNever cancels; a past deadline fires soon, never from inside this call.
  void set(MonoTime deadline);
  void cancel();

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

/// Calls `ready` whenever the descriptor is readable (level-triggered). Does not own it; destroy
/// the watch before closing the descriptor.
class ReadWatch {
 public:
  ReadWatch(Loop& loop, int descriptor, std::function<void()> ready);
  ~ReadWatch();
  ReadWatch(const ReadWatch&) = delete;
  ReadWatch& operator=(const ReadWatch&) = delete;

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace holdfast::net
