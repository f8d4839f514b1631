// What a jittery but living site goes through: nothing that should depose a leader.
#pragma once

#include "base/prng.h"
#include "model/site.h"
#include "sim/plan.h"

namespace holdfast::bench {

struct Unrest {
  Duration length = 10min;
  /// The longest time for which a process or a host stands still, of the shortest detection time of
  /// the site. A leader's silence is that, and what lies between two of its heartbeats or bytes.
  int stall_percent = 50;
};

/// Latency that varies, packets that are lost, doubled and overtaken, but never a whole path; disks
/// that are slow for a while; clocks that run apart as far as they may, and are stepped; processes
/// and hosts that stand still for moments.
[[nodiscard]] sim::FaultPlan draw_unrest(const model::Site& site, Prng prng, const Unrest& unrest);

}  // namespace holdfast::bench
