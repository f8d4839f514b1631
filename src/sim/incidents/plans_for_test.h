// Words in which the fault plans of incidents are written.
#pragma once

#include <initializer_list>
#include <string>

#include "core/controller/controller.h"
#include "sim/plan.h"

namespace holdfast::sim {

/// Aims faults at the hosts, zones and regions of a site by their names.
class PlanBook {
 public:
  PlanBook(const model::Site& site, Duration length) : site_(site) { plan_.length = length; }

  /// `when` and `lasts` hold for the faults that follow.
  PlanBook& at(Duration when, Duration lasts = Duration(0)) {
    when_ = SimTime{} + when;
    lasts_ = lasts;
    return *this;
  }
  PlanBook& host(FaultKind kind, const char* name, std::int64_t amount = 0) {
    return add(kind, host_index(name), 0, amount);
  }
  PlanBook& instance(FaultKind kind, const char* name, int cluster, std::int64_t amount = 0) {
    return add(kind, host_index(name), cluster, amount);
  }
  PlanBook& zone(FaultKind kind, const char* name) {
    return add(kind, static_cast<int>(site_.find_zone(name).value_or(0)));
  }
  PlanBook& region(FaultKind kind, const char* name) { return add(kind, region_index(name)); }
  PlanBook& regions(FaultKind kind, const char* a, const char* b) {
    return add(kind, region_index(a), region_index(b));
  }
  PlanBook& cluster(FaultKind kind, int index) { return add(kind, index); }
  PlanBook& hosts(FaultKind kind, const char* a, const char* b) {
    return add(kind, host_index(a), host_index(b));
  }
  /// Between a host and the controller, and store member, of a region.
  PlanBook& to_controller(FaultKind kind, const char* host, const char* region) {
    return add(kind, host_index(host), controller_index(region));
  }
  PlanBook& controllers(FaultKind kind, const char* a, const char* b) {
    return add(kind, controller_index(a), controller_index(b));
  }
  PlanBook& person(core::OperatorVerb verb, int cluster, int member = 0) {
    add(FaultKind::kOperator, cluster, static_cast<int>(verb));
    plan_.faults.back().c = member;
    return *this;
  }

  [[nodiscard]] FaultPlan done() const { return plan_; }

 private:
  [[nodiscard]] int host_index(const char* name) const {
    return static_cast<int>(site_.find_host(name).value_or(0));
  }
  [[nodiscard]] int region_index(const char* name) const {
    return static_cast<int>(site_.find_region(name).value_or(0));
  }
  /// Controllers have hosts of their own, after those of the site.
  [[nodiscard]] int controller_index(const char* region) const {
    return static_cast<int>(site_.hosts.size()) + region_index(region);
  }
  PlanBook& add(FaultKind kind, int a, int b = 0, std::int64_t amount = 0) {
    Fault fault;
    fault.kind = kind;
    fault.when = when_;
    fault.lasts = lasts_;
    fault.a = a;
    fault.b = b;
    fault.amount = amount;
    plan_.faults.push_back(fault);
    return *this;
  }

  const model::Site& site_;
  FaultPlan plan_;
  SimTime when_{};
  Duration lasts_{};
};

}  // namespace holdfast::sim
