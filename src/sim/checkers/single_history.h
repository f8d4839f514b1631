// No two leaders acknowledge in histories that exclude each other.
#pragma once

#include "sim/checkers/checker.h"

namespace holdfast::sim {

class SingleHistory : public Checker {
 public:
  using Checker::Checker;

  [[nodiscard]] const char* name() const override { return "single-history"; }
  [[nodiscard]] const char* sentence() const override {
    return "Once a leader has let clients in, no leader of an older epoch acknowledges a write "
           "that is not in its history, or lets clients in.";
  }

  void on_write_done(SimTime, MemberRef, Epoch, WriteId, ClientResult, bool cancelled) override;
  void on_open(SimTime, MemberRef, core::Incarnation, Epoch, bool open) override;
};

/// A deposed leader may show an old state for as long as a lease and the stop take, not longer.
class StaleReads : public Checker {
 public:
  using Checker::Checker;

  [[nodiscard]] const char* name() const override { return "stale-reads-bounded"; }
  [[nodiscard]] const char* sentence() const override {
    return "A leader of an older epoch answers no read later than a lease after its successor has "
           "let clients in.";
  }

  void on_read(SimTime, MemberRef, core::Incarnation, Epoch, Timeline, Lsn) override;
};

}  // namespace holdfast::sim
