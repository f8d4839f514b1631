// Probes many targets from one thread: starts talks when they are due, never more than a bound at a
// time, and hands every outcome on.
//
// Knows nothing of verdicts: whoever takes a report says when the target is due again.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <vector>

#include "adapters/health/talk.h"
#include "adapters/health/timer_heap.h"
#include "adapters/process/interrupt.h"
#include "base/time.h"

namespace holdfast::health {

struct ProbeReport {
  std::uint32_t slot = 0;
  MonoTime due;      ///< when it should have begun
  MonoTime started;  ///< when it did
  MonoTime ended;
  const Outcome& outcome;
};

struct ProberLimits {
  std::size_t in_flight = 1000;  ///< probes under way at once; others wait for their turn
};

class Prober {
 public:
  /// When the next probe of that slot is due; kNever: not again. Called on the thread in run().
  using Take = std::function<MonoTime(const ProbeReport&)>;

  explicit Prober(Take take, ProberLimits limits = {});
  ~Prober();
  Prober(const Prober&) = delete;
  Prober& operator=(const Prober&) = delete;

  /// Before run(). The slot's number, from 0.
  std::uint32_t add(std::unique_ptr<Talk> talk, MonoTime first_due);
  /// Until the time, or the interrupt (may be null) is raised. Probes under way then are left as
  /// they are and go on with the next call. False if the system refuses what is needed.
  [[nodiscard]] Result<bool> run(MonoTime until, const process::Interrupt* interrupt = nullptr);

 private:
  struct Slot;

  void start_due(MonoTime now);
  void start(std::uint32_t slot, MonoTime now);
  void expire_or_start(std::uint32_t slot, MonoTime now);
  void settle(std::uint32_t slot, MonoTime now);
  void arm(std::uint32_t slot);
  void handle(std::uint64_t tag);
  void start_waiting(MonoTime now);

  Take take_;
  ProberLimits limits_;
  int epoll_ = -1;
  std::vector<Slot> slots_;
  TimerHeap timers_;
  std::deque<std::uint32_t> waiting_;  ///< due, each once, first come first served
  std::size_t in_flight_ = 0;
};

}  // namespace holdfast::health
