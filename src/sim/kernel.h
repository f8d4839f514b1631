// The simulator's heart: one queue of events under virtual time, in a total order.
//
// Equal times are ordered by the sequence in which they were scheduled, so a seed always replays.
// Events are small plain values; whatever is larger stays with its handler and is named by an
// index.
#pragma once

#include <cstdint>
#include <vector>

#include "base/hash.h"
#include "base/time.h"

namespace holdfast::sim {

/// True time: microseconds since the simulation began. Hosts see it only through their own clocks.
using SimTime = MonoTime;

class Handler {
 public:
  virtual ~Handler() = default;
  /// `kind` and the two words mean what the handler said when it scheduled them.
  virtual void on_event(std::uint32_t kind, std::uint64_t a, std::uint64_t b) = 0;
};

class Kernel {
 public:
  [[nodiscard]] SimTime now() const { return now_; }
  [[nodiscard]] std::uint64_t events() const { return events_; }
  [[nodiscard]] std::uint64_t hash() const { return hash_.value(); }

  /// Schedules an event; a time in the past means now. The handler must outlive the kernel's run.
  void at(
      SimTime when, Handler& handler, std::uint32_t kind, std::uint64_t a = 0, std::uint64_t b = 0);
  void in(Duration delay,
          Handler& handler,
          std::uint32_t kind,
          std::uint64_t a = 0,
          std::uint64_t b = 0) {
    at(now_ + delay, handler, kind, a, b);
  }
  /// Runs all events up to and including `until`, then sets now to it.
  void run_until(SimTime until);
  /// Mixes something that happened into the event hash: two runs of a seed must agree on it.
  void note(std::uint64_t value) { hash_.add(value); }

 private:
  struct Entry {
    SimTime when;
    std::uint64_t seq;
    Handler* handler;
    std::uint64_t a;
    std::uint64_t b;
    std::uint32_t kind;
  };
  static bool later(const Entry& x, const Entry& y) {
    return x.when != y.when ? x.when > y.when : x.seq > y.seq;
  }

  std::vector<Entry> heap_;
  SimTime now_{};
  std::uint64_t seq_ = 0;
  std::uint64_t events_ = 0;
  Hasher hash_;
};

}  // namespace holdfast::sim
