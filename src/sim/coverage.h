// Watches a run for the situations that probes stand for, and for the rules that decided.
#pragma once

#include <vector>

#include "sim/checkers/truth.h"
#include "sim/chronicle.h"
#include "sim/ledger.h"

namespace holdfast::sim {

class Coverage : public Observer {
 public:
  explicit Coverage(const Truth& truth)
      : truth_(truth), leading_(static_cast<std::size_t>(truth.clusters())) {}

  /// Looks at what became of writes that nobody acknowledged.
  void finish(const Ledger& ledger, const Chronicle& chronicle);
  [[nodiscard]] const std::vector<const core::Rule*>& rules() const { return rules_; }

  void on_record(SimTime,
                 int cluster,
                 const core::RecordPtr& before,
                 const core::RecordPtr& after) override;
  void on_leading(SimTime, MemberRef, core::Incarnation, Epoch, Timeline, Lsn, bool) override;
  void on_core_event(SimTime, int cluster, int host, const core::Event&) override;

 private:
  void note_epoch(int cluster, const core::Record& before, const core::Record& after);
  void note_sets(int cluster, const core::Record& before, const core::Record& after);
  void note_settled(int cluster, const core::Record& before, const core::Record& after);

  const Truth& truth_;
  std::vector<Epoch> leading_;  ///< per cluster: the last epoch that somebody led
  std::vector<const core::Rule*> rules_;
};

}  // namespace holdfast::sim
