#include "sim/checkers/suite.h"

namespace holdfast::sim {

Suite::Suite(const Truth& truth, Ledger& ledger)
    : ledger_(ledger),
      chronicle_(truth.clusters()),
      bench_{truth, ledger, chronicle_, violations_},
      survival_(bench_),
      single_history_(bench_),
      stale_reads_(bench_),
      never_reused_(bench_),
      record_as_strict_(bench_),
      no_failover_without_cause_(bench_),
      no_stale_start_(bench_),
      no_closing_without_cause_(bench_),
      loss_within_exposure_(bench_, survival_),
      rejected_never_logged_(bench_),
      handover_at_its_aim_(bench_),
      checkers_{&survival_,
                &single_history_,
                &stale_reads_,
                &never_reused_,
                &record_as_strict_,
                &no_failover_without_cause_,
                &no_stale_start_,
                &no_closing_without_cause_,
                &loss_within_exposure_,
                &rejected_never_logged_,
                &handover_at_its_aim_} {
  observers_.add(ledger_);
  // Causes are judged by what was known before the record changed; the rest by what is known after.
  observers_.add(no_failover_without_cause_);
  observers_.add(chronicle_);
  for (Checker* it : checkers_) {
    if (it != &no_failover_without_cause_) observers_.add(*it);
  }
}

void Suite::finish(SimTime now) {
  for (Checker* it : checkers_) it->on_end(now);
}

}  // namespace holdfast::sim
