// Who serves, and when: no start by old knowledge, and no leader that stops for nothing.
#pragma once

#include "sim/checkers/checker.h"

namespace holdfast::sim {

class NoStaleStart : public Checker {
 public:
  using Checker::Checker;

  [[nodiscard]] const char* name() const override { return "no-stale-start"; }
  [[nodiscard]] const char* sentence() const override {
    return "A member starts as primary only by a read of the store no older than a lease, so not "
           "long after its epoch has ended.";
  }

  void on_leading(SimTime, MemberRef, core::Incarnation, Epoch, Timeline, Lsn, bool) override;

 private:
  /// Did the host or PostgreSQL stand still since then, so that a start took that long?
  [[nodiscard]] bool stood_still(MemberRef member, SimTime since) const;
};

class NoClosingWithoutCause : public Checker {
 public:
  using Checker::Checker;

  [[nodiscard]] const char* name() const override { return "no-closing-without-cause"; }
  [[nodiscard]] const char* sentence() const override {
    return "A leader that is open stays open while nothing but clocks is disturbed and no operator "
           "acts.";
  }

  void on_open(SimTime, MemberRef, core::Incarnation, Epoch, bool open) override;
};

}  // namespace holdfast::sim
