// The guardian of one instance: separate from the agent, so that a frozen agent neither stops it
// nor the WAL.
//
// It fences a primary at the deadline that the agent gave it, and writes a little WAL every T/3.
#pragma once

#include "sim/clock.h"
#include "sim/host.h"
#include "sim/postgres.h"

namespace holdfast::sim {

class Guardian {
 public:
  /// Events of these kinds go to `handler`, which passes them on to on_event.
  enum Kind : std::uint32_t { kDeadline = 0x300, kKeepalive };

  Guardian(Kernel& kernel, Host& host, Postgres& postgres, Handler& handler, Duration pace);

  void start();
  void stop();
  void arm(MonoTime deadline);
  /// The armed deadline, if any, comes later by `by`.
  void shift(Duration by);
  /// The host runs again after a suspend: before anything else, was the deadline missed?
  void resume();
  void clock_changed();
  void on_event(std::uint32_t kind, std::uint64_t number);

 private:
  void fence();
  void next_keepalive();
  [[nodiscard]] MonoTime now() const { return host_.now(kernel_.now()); }

  Kernel& kernel_;
  Host& host_;
  Postgres& postgres_;
  Handler& handler_;
  Duration pace_;
  MonoTime armed_ = kNever;
  LazyTimer deadline_;
  LazyTimer keepalive_;
};

}  // namespace holdfast::sim
