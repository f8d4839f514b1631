// The health of a whole site as one host sees it: every check's verdict, from opinions and
// controls.
//
// One step takes any number of opinions, weighs which vantage points are isolated, and decides the
// checks for which something is new, then those that follow from others. The weighing looks at
// every vote, so opinions are handed in by the batch.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "core/health/check.h"
#include "core/health/consensus.h"
#include "model/condition.h"
#include "model/site.h"

namespace holdfast::core::health {

struct PlannedCheck {
  model::CheckKind kind = model::CheckKind::kTcp;
  CheckPolicy policy;
  ConsensusPolicy consensus;
  std::vector<std::uint32_t> vantages;  ///< places in Plan::vantages; one place for what is told
  std::vector<model::ConditionStep> condition;  ///< operands are places in Plan::checks
};

struct Plan {
  std::vector<std::string> names;     ///< of the checks
  std::vector<std::string> vantages;  ///< hosts that probe anything
  std::vector<PlannedCheck> checks;
  std::vector<std::uint32_t> order;  ///< calculated checks, each after what it follows from
};

/// Total: what a valid site cannot hold (unknown names, cycles) stays undecided.
[[nodiscard]] Plan make_plan(const model::Site& site);

struct ControlSet {
  std::uint32_t check = 0;
  bool on = false;
};

struct Board {
  std::vector<HealthVerdict> verdicts;  ///< one for each check of the plan
  std::vector<MonoTime> deadlines;      ///< of each: when it is decided again without news
  std::vector<bool> isolated;           ///< of each vantage point of the plan

  friend bool operator==(const Board&, const Board&) = default;
};

[[nodiscard]] Board make_board(const Plan& plan);

struct BoardInput {
  MonoTime now;
  std::span<const Opinion> opinions{};
  std::span<const ControlSet> controls{};
};

struct HealthEvent {
  std::uint32_t check = 0;
  const Rule* rule = nullptr;
  Verdict from = Verdict::kUnknown;
  Verdict to = Verdict::kUnknown;

  friend bool operator==(const HealthEvent&, const HealthEvent&) = default;
};

struct BoardStep {
  std::vector<HealthEvent> events;  ///< a verdict, or the reason for it, is another one than before
  MonoTime next_deadline = kNever;
};

/// `out` is replaced. Opinions about unknown checks, from vantage points that have no vote, or
/// older than what is known are passed over.
void step_board(const Plan& plan, Board& board, const BoardInput& input, BoardStep& out);

/// And, or, not and k of n over verdicts of which some are unknown: the answer is known when it
/// does not depend on them (Kleene). `unknown` operands and malformed conditions are kUnknown.
[[nodiscard]] Verdict evaluate(std::span<const model::ConditionStep> condition,
                               std::span<const HealthVerdict> verdicts);

}  // namespace holdfast::core::health
