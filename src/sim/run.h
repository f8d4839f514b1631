// One seed from beginning to end: site, faults, clients, checkers, healing, verdict.
//
// The same seed and options give the same result, event for event, on every machine.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/probe.h"
#include "model/site.h"
#include "sim/checkers/checker.h"
#include "sim/observer.h"
#include "sim/plan.h"

namespace holdfast::sim {

struct RunOptions {
  bool story = false;     ///< tell the whole story
  Duration length = 60s;  ///< of the phase with faults
  int faults_max = 12;
  bool as_configured = false;       ///< the site's own timing and ordinary speeds, not drawn ones
  const FaultPlan* plan = nullptr;  ///< instead of the seed's own
  Observer* observer = nullptr;     ///< watches, too; it must not change anything
};

/// The longest wait of one data class for an acknowledged write during a run.
struct SeedOutage {
  FaultKind kind = FaultKind::kCount;  ///< the only fault of the run; kCount: several, or none
  int cluster = 0;
  int data_class = 0;
  Duration longest{};
  std::uint64_t acknowledged = 0;
  std::uint64_t lost = 0;  ///< acknowledged, and lost by a recorded lossy takeover
};

struct SeedResult {
  std::uint64_t seed = 0;
  PlanStyle style = PlanStyle::kSwarm;
  std::vector<Violation> violations;
  std::uint64_t hash = 0;
  std::uint64_t events = 0;
  Duration simulated{};
  Duration healing{};  ///< from the end of the plan until everything was whole
  std::vector<SeedOutage> outages;
  std::uint64_t failovers = 0;  ///< epochs after the first, over all clusters
  std::uint64_t writes = 0;
  std::uint64_t acknowledged = 0;
  std::uint64_t unknown = 0;       ///< told that the outcome is not known
  std::uint64_t lost_lossily = 0;  ///< acknowledged and lost by recorded lossy takeovers
  ProbeCounts probes{};
  std::vector<std::string> rules;  ///< identifiers of those that acted
  FaultPlan plan;
  std::vector<std::string> story;

  [[nodiscard]] bool ok() const { return violations.empty(); }
};

[[nodiscard]] SeedResult run_seed(const model::Site& site,
                                  std::uint64_t seed,
                                  const RunOptions& options);

/// Fewer faults that still make this seed fail in the same checker; at most `tries` runs.
[[nodiscard]] FaultPlan minimise(const model::Site& site,
                                 const SeedResult& failed,
                                 RunOptions options,
                                 int tries);

/// The whole story as text, violations last.
[[nodiscard]] std::string story_text(const model::Site& site, const SeedResult& result);

}  // namespace holdfast::sim
