#include "core/dns/standing.h"

#include <algorithm>

namespace holdfast::core::dns {
namespace {

TargetHealth health_of(const Question& question, const model::DnsChoice& choice) {
  return choice.target < question.health.size() ? question.health[choice.target] : TargetHealth{};
}

bool is_evaluated(const model::DnsAnswer& answer) {
  return answer.evaluate_health && answer.policy != model::DnsPolicy::kSimple;
}

/// Could news about this group alone change what is answered?
bool matters(const Question& question, const Decision& decision, std::size_t group) {
  if (decision.fails_open || group == decision.group) return true;
  const bool returns =
      question.answer.failback == model::Failback::kAutomatic || question.failback_asked;
  return group < decision.group && returns;
}

}  // namespace

Standing standing_of(const Question& question, const model::DnsChoice& choice) {
  const TargetHealth health = health_of(question, choice);
  if (health.verdict == Verdict::kUnhealthy) return Standing::kDown;
  if (health.verdict == Verdict::kUnknown) return Standing::kUsable;
  return held_until(question, choice) > question.now ? Standing::kHeld : Standing::kUsable;
}

MonoTime held_until(const Question& question, const model::DnsChoice& choice) {
  return after(health_of(question, choice).failed, question.answer.minimum_down);
}

Duration ttl_of(const Question& question, const Decision& decision) {
  if (question.answer.ttl != model::DnsRecord::kUnset) return question.answer.ttl;
  Duration soonest = question.bounds.max_ttl;
  if (!is_evaluated(question.answer)) return soonest;
  for (std::size_t i = 0; i < question.answer.groups.size(); ++i) {
    if (!matters(question, decision, i)) continue;
    for (const model::DnsChoice& choice : question.answer.groups[i].targets) {
      Duration change = health_of(question, choice).holds;
      if (standing_of(question, choice) == Standing::kHeld) {
        change = std::max(change, held_until(question, choice) - question.now);
      }
      soonest = std::min(soonest, change);
    }
  }
  const Duration whole = std::chrono::duration_cast<std::chrono::seconds>(soonest);
  return std::clamp(whole, question.bounds.min_ttl, question.bounds.max_ttl);
}

}  // namespace holdfast::core::dns
