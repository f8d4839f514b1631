// What is lost in each scenario of the outage bench, and how long an outage is asked for.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/site.h"
#include "sim/plan.h"

namespace holdfast::bench {

/// Bounds on the wait for an acknowledged write; what is not set is not asked for.
struct Asked {
  std::optional<Duration> median;
  std::optional<Duration> tail;  ///< 99.9 % of all runs
  std::optional<Duration> most;  ///< every run
};

/// A cluster whose outage is measured in a scenario.
struct Measured {
  int cluster = 0;
  Asked asked;
};

struct Scenario {
  std::string name;     ///< as a key of JSON
  std::string failure;  ///< as `holdfast simulate --fail` reads it; empty if it cannot say so
  sim::Fault fault;     ///< without its time
  std::vector<Measured> measured;
};

/// For the first member of each cluster, which leads at first: its process, host, zone and region;
/// and the loss of every other region with data.
[[nodiscard]] std::vector<Scenario> scenarios_of(const model::Site& site);

}  // namespace holdfast::bench
