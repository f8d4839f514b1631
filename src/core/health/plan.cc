// The site's checks in the form in which they are stepped.
#include <algorithm>
#include <map>

#include "core/health/board.h"
#include "model/placement.h"

namespace holdfast::core::health {
namespace {

using model::CheckKind;

class Planner {
 public:
  explicit Planner(const model::Site& site) : site_(site) {}

  Plan plan() {
    for (const model::Check& check : site_.checks) {
      index_.emplace(check.name, static_cast<std::uint32_t>(plan_.names.size()));
      plan_.names.push_back(check.name);
    }
    for (const model::Check& check : site_.checks) add(check);
    order();
    return std::move(plan_);
  }

 private:
  void add(const model::Check& check) {
    PlannedCheck planned{check.kind,
                         make_check_policy(check),
                         make_consensus_policy(check),
                         {},
                         condition_of(check)};
    if (model::is_probed(check.kind)) {
      for (const model::Index host : model::vantage_points(site_, check)) {
        if (planned.vantages.size() < kVantagesMax) planned.vantages.push_back(vantage(host));
      }
    } else {
      planned.vantages.push_back(0);
    }
    plan_.checks.push_back(std::move(planned));
  }

  std::uint32_t vantage(model::Index host) {
    const std::string& name = site_.hosts[host].name;
    const auto known = std::find(plan_.vantages.begin(), plan_.vantages.end(), name);
    const auto place = static_cast<std::uint32_t>(known - plan_.vantages.begin());
    if (known == plan_.vantages.end()) plan_.vantages.push_back(name);
    return place;
  }

  std::vector<model::ConditionStep> condition_of(const model::Check& check) const {
    if (check.kind != CheckKind::kCalculated) return {};
    model::ConditionReading reading = model::parse_condition(check.healthy_when);
    if (!reading.problem.empty()) return {};
    for (model::ConditionStep& step : reading.condition.steps) {
      if (step.op != model::ConditionStep::Op::kCheck) continue;
      const auto found = index_.find(reading.condition.names[step.operand]);
      step.operand = found == index_.end() ? ~0U : found->second;
    }
    return std::move(reading.condition.steps);
  }

  /// Calculated checks whose operands are all placed, round by round; those of a cycle never are.
  void order() {
    std::vector<bool> placed(plan_.checks.size(), false);
    for (std::size_t i = 0; i < placed.size(); ++i) {
      placed[i] = plan_.checks[i].kind != CheckKind::kCalculated;
    }
    for (bool more = true; more;) {
      more = false;
      for (std::uint32_t i = 0; i < placed.size(); ++i) {
        if (placed[i] || !is_ready(plan_.checks[i], placed)) continue;
        placed[i] = more = true;
        plan_.order.push_back(i);
      }
    }
  }

  static bool is_ready(const PlannedCheck& check, const std::vector<bool>& placed) {
    return std::all_of(check.condition.begin(), check.condition.end(), [&](const auto& step) {
      const bool other = step.op != model::ConditionStep::Op::kCheck;
      return other || step.operand >= placed.size() || placed[step.operand];
    });
  }

  const model::Site& site_;
  Plan plan_;
  std::map<std::string, std::uint32_t> index_;
};

}  // namespace

Plan make_plan(const model::Site& site) { return Planner(site).plan(); }

Board make_board(const Plan& plan) {
  Board board;
  board.verdicts.resize(plan.checks.size());
  board.deadlines.resize(plan.checks.size(), kLongAgo);
  board.isolated.resize(plan.vantages.size(), false);
  for (std::size_t i = 0; i < plan.checks.size(); ++i) {
    for (const std::uint32_t vantage : plan.checks[i].vantages) {
      board.verdicts[i].votes.push_back({vantage, Verdict::kUnknown, Standing::kSilent, kLongAgo});
    }
  }
  return board;
}

}  // namespace holdfast::core::health
