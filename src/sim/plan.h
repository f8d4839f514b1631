// What goes wrong in a run, and under which circumstances: drawn from the seed, swarm style.
//
// Each seed draws a subset of the kinds of faults, so that rare combinations get runs of their own.
// Every fault heals; what no design survives (all copies lost) is left out.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/prng.h"
#include "model/site.h"
#include "sim/fault.h"
#include "sim/postgres.h"

namespace holdfast::sim {

struct FaultPlan {
  std::vector<Fault> faults;  ///< ascending by time
  Duration length = 60s;      ///< then the healing phase begins

  /// When the last of them has healed, by the plan.
  [[nodiscard]] SimTime healed() const;
};

enum class PlanStyle : std::uint8_t {
  kCalm,    ///< no fault at all: nothing may happen
  kSingle,  ///< one fault: what it costs is measured
  kSwarm,   ///< several, also at once and shortly after each other
};

struct SwarmOptions {
  PlanStyle style = PlanStyle::kSwarm;
  int faults_max = 12;
  Duration length = 60s;
  Duration quiet = 3s;                      ///< nothing happens before
  std::uint64_t kinds = ~std::uint64_t{0};  ///< bit per FaultKind that may be drawn
};

[[nodiscard]] FaultPlan make_plan(const model::Site& site, Prng& prng, const SwarmOptions& options);

/// Which style a seed has: a few calm ones, some with one fault, most with several.
[[nodiscard]] PlanStyle style_of_seed(std::uint64_t seed);

/// Timing drawn within what validation allows; everything else as it was.
void randomise_policy(model::Site& site, Prng& prng);
void randomise_timing(model::Timing& timing, Prng& prng);
[[nodiscard]] PgTiming randomise_postgres(Prng& prng);

/// One line for stories and logs.
[[nodiscard]] std::string text_of_fault(const model::Site& site, const Fault& fault);

}  // namespace holdfast::sim
