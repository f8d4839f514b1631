// What a lossy takeover loses was reported before as exposure, and what clients were refused never
// happened.
#pragma once

#include "sim/checkers/survival.h"

namespace holdfast::sim {

class LossWithinExposure : public Checker {
 public:
  LossWithinExposure(Bench& bench, const AcknowledgedSurvives& survival)
      : Checker(bench), survival_(survival) {}

  [[nodiscard]] const char* name() const override { return "loss-within-exposure"; }
  [[nodiscard]] const char* sentence() const override {
    return "A lossy takeover that no person ordered loses no more than the exposure that was "
           "reported before it.";
  }
  void on_end(SimTime) override;

 private:
  const AcknowledgedSurvives& survival_;
};

class RejectedNeverLogged : public Checker {
 public:
  using Checker::Checker;

  [[nodiscard]] const char* name() const override { return "rejected-never-logged"; }
  [[nodiscard]] const char* sentence() const override {
    return "A write whose client was told that it is not applied is in nobody's WAL, and one whose "
           "client was told that it is durable was released by a leader.";
  }
  void on_end(SimTime) override;
};

}  // namespace holdfast::sim
