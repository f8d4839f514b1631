// With one fault alone, the clients' longest wait stays under a stated bound for that kind of
// fault.
#pragma once

#include <optional>

#include "sim/checkers/checker.h"
#include "sim/clients.h"

namespace holdfast::sim {

/// The longest outage of writes that one fault may cause in a cluster, or nothing if it is not
/// bounded (a person decides, or the fault itself keeps clients out).
[[nodiscard]] std::optional<Duration> outage_bound(const Fault& fault,
                                                   const core::ClusterPolicy& policy);

class SingleFaultOutage : public Checker {
 public:
  SingleFaultOutage(Bench& bench, const Clients& clients, const model::Site& site)
      : Checker(bench), clients_(clients), site_(site) {}

  [[nodiscard]] const char* name() const override { return "single-fault-outage"; }
  [[nodiscard]] const char* sentence() const override {
    return "One fault alone keeps no client waiting longer than the bound of its kind.";
  }
  void on_end(SimTime) override;

 private:
  const Clients& clients_;
  const model::Site& site_;
};

}  // namespace holdfast::sim
