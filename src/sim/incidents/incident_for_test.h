// Incidents that happened to others, each as a scenario that must end well here.
//
// An incident names the guard that makes it end well; without that guard it must not.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/defect.h"
#include "base/probe.h"
#include "model/site.h"
#include "sim/run.h"

namespace holdfast::sim {

/// What must be so at the end, beyond what the general checkers promise of every run. Losses are
/// judged always, the rest where the site keeps its own timing.
struct Ending {
  Duration registry_wait{};          ///< at most, for an acknowledged write of `registry`
  Duration orders_wait{};            ///< at most, for one of `orders`
  std::uint64_t failovers = 0;       ///< new epochs over both clusters, at least
  std::uint64_t failovers_max = 0;   ///< and at most
  std::uint64_t orders_lost = 0;     ///< at most so many, by a recorded lossy takeover
  const char* decided_by = nullptr;  ///< a rule that must have acted
  Probe rare = Probe::kCount;        ///< a situation that must not have come about
  std::uint32_t rare_max = 0;        ///< more often than so
};

struct Incident {
  const char* id;
  const char* title;
  const char* source;     ///< to whom it happened, and where that is told
  const char* elsewhere;  ///< what went wrong there
  const char* here;       ///< how it ends here, and why
  model::Site (*site)();
  FaultPlan (*plan)(const model::Site& site);
  Ending ending;
  Defect guard;  ///< switched on, it takes away what makes the incident end well
};

/// All of them, in the order of docs/incidents.md.
[[nodiscard]] std::span<const Incident> incidents();

/// One run: odd seeds with the site's own timing, even ones with timing drawn from the seed.
[[nodiscard]] SeedResult rerun(const Incident& incident, std::uint64_t seed, bool story = false);

/// The longest wait for a write of one of the cluster's data classes.
[[nodiscard]] Duration longest_wait(const SeedResult& result, int cluster);

/// What did not end well: broken promises first, then the incident's own. Empty if all did.
[[nodiscard]] std::vector<std::string> complaints(const Incident& incident,
                                                  const SeedResult& result);

/// The guard's name as it is in base/defect.h.
[[nodiscard]] std::string name_of(Defect defect);

}  // namespace holdfast::sim
