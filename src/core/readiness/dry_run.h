// One loss, rehearsed: the real decisions of a controller and of every surviving agent, over a
// PostgreSQL that only takes its stated time. Works on copies; touches nothing.
#pragma once

#include <vector>

#include "core/controller/controller.h"
#include "core/readiness/readiness.h"

namespace holdfast::core {

struct DryRunInput {
  const ClusterPolicy& policy;
  const ControllerState& state;  ///< as the controller knows the cluster now; it holds a record
  MonoTime now;
  WallTime wall;
  const Latencies& latencies;
  std::uint32_t lost_members = 0;       ///< bit per member: its host is gone
  bool crash = false;                   ///< the leader's PostgreSQL exits, its agent lives
  SiteHint hint{};                      ///< what the site-wide step says once silence has lasted
  bool store_up = true;                 ///< a majority of the store is left
  bool controllers_up = true;           ///< some controller is left
  std::uint16_t controller_region = 0;  ///< where the deciding controller stands
  bool approve = false;                 ///< a person says yes whenever the decision waits for one
};

struct DryRunResult {
  bool interrupted = false;  ///< clients were without service for a while, or still are
  bool serves = false;       ///< clients are served in the end
  bool lossy = false;
  Incarnation leader;  ///< who leads in the end, or none
  Phases phases;
  std::vector<const Rule*> fired;  ///< the rows that changed something, in order
  const Rule* waiting = nullptr;   ///< the controller's last row
  const Rule* fenced = nullptr;    ///< the row by which the leader stopped itself
  ControllerState after;
};

[[nodiscard]] DryRunResult dry_run(const DryRunInput& input);

}  // namespace holdfast::core
