// Epochs, revisions and timelines are never used twice, and leaders are those that the record
// names.
#pragma once

#include <array>
#include <vector>

#include "sim/checkers/checker.h"

namespace holdfast::sim {

class NeverReused : public Checker {
 public:
  explicit NeverReused(Bench& bench);

  [[nodiscard]] const char* name() const override { return "never-reused"; }
  [[nodiscard]] const char* sentence() const override {
    return "Records only grow, a timeline begins once, and who leads an epoch is whom the record "
           "of that epoch names.";
  }

  void on_record(SimTime,
                 int cluster,
                 const core::RecordPtr& before,
                 const core::RecordPtr& after) override;
  void on_leading(SimTime, MemberRef, core::Incarnation, Epoch, Timeline, Lsn, bool) override;
  void on_open(SimTime, MemberRef, core::Incarnation, Epoch, bool open) override;

 private:
  struct Begun {
    Timeline timeline;
    Epoch epoch;
    Lsn fork;
    core::Incarnation by;
  };
  void begin_timeline(SimTime now, MemberRef member, const Begun& begun);

  std::vector<std::vector<Begun>> begun_;                        ///< per cluster, ascending by time
  std::vector<core::RecordKey> highest_;                         ///< per cluster
  std::vector<std::array<Timeline, core::kMembersMax>> writes_;  ///< the timeline a member writes
};

}  // namespace holdfast::sim
