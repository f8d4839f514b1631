// A planned handover ends where it was meant to.
#pragma once

#include "sim/checkers/checker.h"

namespace holdfast::sim {

class HandoverAtItsAim : public Checker {
 public:
  using Checker::Checker;

  [[nodiscard]] const char* name() const override { return "handover-at-its-aim"; }
  [[nodiscard]] const char* sentence() const override {
    return "A handover during which nothing is disturbed ends with the successor that it named.";
  }

  void on_record(SimTime,
                 int cluster,
                 const core::RecordPtr& before,
                 const core::RecordPtr& after) override;

 private:
  [[nodiscard]] bool disturbed(SimTime now, int cluster) const;
};

}  // namespace holdfast::sim
