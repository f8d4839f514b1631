// Nothing fails over without a cause that lies in a fault.
#pragma once

#include <vector>

#include "sim/checkers/checker.h"

namespace holdfast::sim {

class NoFailoverWithoutCause : public Checker {
 public:
  explicit NoFailoverWithoutCause(Bench& bench);

  [[nodiscard]] const char* name() const override { return "no-failover-without-cause"; }
  [[nodiscard]] const char* sentence() const override {
    return "An epoch ends only when, as it was decided, a fault had just touched its leader, or an "
           "operator said so.";
  }

  void on_record(SimTime,
                 int cluster,
                 const core::RecordPtr& before,
                 const core::RecordPtr& after) override;

 private:
  /// How good a reason there was at `asked` for the epoch of `before` to end.
  enum class Reason : std::uint8_t {
    kNone,
    kElsewhere,  ///< some other member was touched: the leader must be given its cluster back
    kLeader,
  };
  [[nodiscard]] Reason reason(SimTime asked, int cluster, const core::Record& before) const;
  [[nodiscard]] bool operator_acted(SimTime now, int cluster) const;
  void accuse(SimTime now, int cluster, Epoch epoch, core::Cause cause);

  std::vector<Epoch> suspect_;  ///< per cluster: the epoch that only its own leader may go on in
};

}  // namespace holdfast::sim
