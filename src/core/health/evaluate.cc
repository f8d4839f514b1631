// A condition over verdicts, some of which may be unknown.
#include "core/health/board.h"

namespace holdfast::core::health {
namespace {

/// Replaces the last `count` values by whether at least `needed` of them are healthy.
void at_least(std::vector<Verdict>& stack, std::uint32_t count, std::uint32_t needed) {
  std::uint32_t healthy = 0;
  std::uint32_t possible = 0;
  for (std::uint32_t i = 0; i < count; ++i) {
    healthy += stack.back() == Verdict::kHealthy ? 1U : 0U;
    possible += stack.back() != Verdict::kUnhealthy ? 1U : 0U;
    stack.pop_back();
  }
  const Verdict open = possible >= needed ? Verdict::kUnknown : Verdict::kUnhealthy;
  stack.push_back(healthy >= needed ? Verdict::kHealthy : open);
}

}  // namespace

Verdict evaluate(std::span<const model::ConditionStep> condition,
                 std::span<const HealthVerdict> verdicts) {
  using Op = model::ConditionStep::Op;
  std::vector<Verdict> stack;
  for (const model::ConditionStep& step : condition) {
    if (step.op == Op::kCheck) {
      const bool known = step.operand < verdicts.size();
      stack.push_back(known ? verdicts[step.operand].verdict : Verdict::kUnknown);
      continue;
    }
    if (stack.size() < step.operand) return Verdict::kUnknown;
    if (step.op == Op::kNot) {
      stack.back() = opposite(stack.back());
    } else {
      at_least(stack, step.operand, step.needed);
    }
  }
  return stack.size() == 1 ? stack.back() : Verdict::kUnknown;
}

}  // namespace holdfast::core::health
