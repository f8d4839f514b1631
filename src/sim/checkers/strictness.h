// The record is at least as strict as the truth: what is acknowledged satisfies a recorded pair.
#pragma once

#include <array>
#include <vector>

#include "sim/checkers/checker.h"

namespace holdfast::sim {

class RecordAsStrict : public Checker {
 public:
  explicit RecordAsStrict(Bench& bench);

  [[nodiscard]] const char* name() const override { return "record-as-strict"; }
  [[nodiscard]] const char* sentence() const override {
    return "When a write is acknowledged, at least W members of S of one recorded pair have it on "
           "disk, in the same history.";
  }

  void on_write_done(SimTime, MemberRef, Epoch, WriteId, ClientResult, bool cancelled) override;
  void on_fault(SimTime, const Fault&, bool begins) override;

 private:
  [[nodiscard]] bool satisfies(
      SimTime now, int cluster, const core::Pair& pair, WriteId write, Lsn lsn) const;
  /// When the host of a member last lost what it had confirmed: its word from before still travels.
  std::vector<std::array<SimTime, core::kMembersMax>> wiped_;
};

}  // namespace holdfast::sim
