// All checkers of a run behind one Observer, in the order in which they must hear of things.
#pragma once

#include <span>
#include <vector>

#include "sim/checkers/cause.h"
#include "sim/checkers/epochs.h"
#include "sim/checkers/exposure.h"
#include "sim/checkers/handover.h"
#include "sim/checkers/outage_bound.h"
#include "sim/checkers/service.h"
#include "sim/checkers/single_history.h"
#include "sim/checkers/strictness.h"
#include "sim/checkers/survival.h"
#include "sim/observers.h"

namespace holdfast::sim {

/// The checkers and what they share.
class Suite {
 public:
  Suite(const Truth& truth, Ledger& ledger);
  Suite(const Suite&) = delete;
  Suite& operator=(const Suite&) = delete;

  /// Judges the run's end. Pre: everything has healed.
  void finish(SimTime now);

  [[nodiscard]] Observers& observer() { return observers_; }
  [[nodiscard]] Bench& bench() { return bench_; }
  [[nodiscard]] const Chronicle& chronicle() const { return chronicle_; }
  [[nodiscard]] std::vector<Violation>& violations() { return violations_; }
  [[nodiscard]] const std::vector<Loss>& losses() const { return survival_.losses(); }
  [[nodiscard]] std::span<Checker* const> checkers() const { return checkers_; }

 private:
  Ledger& ledger_;
  Chronicle chronicle_;
  std::vector<Violation> violations_;
  Bench bench_;
  AcknowledgedSurvives survival_;
  SingleHistory single_history_;
  StaleReads stale_reads_;
  NeverReused never_reused_;
  RecordAsStrict record_as_strict_;
  NoFailoverWithoutCause no_failover_without_cause_;
  NoStaleStart no_stale_start_;
  NoClosingWithoutCause no_closing_without_cause_;
  LossWithinExposure loss_within_exposure_;
  RejectedNeverLogged rejected_never_logged_;
  HandoverAtItsAim handover_at_its_aim_;
  std::vector<Checker*> checkers_;
  Observers observers_;
};

}  // namespace holdfast::sim
