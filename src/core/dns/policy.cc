#include "core/dns/policy.h"

#include <algorithm>

#include "core/dns/standing.h"

namespace holdfast::core::dns {
namespace {

/// The next moment at which a minimum time down ends.
MonoTime next_release(const Question& question) {
  MonoTime soonest = kNever;
  for (const model::DnsGroup& group : question.answer.groups) {
    for (const model::DnsChoice& choice : group.targets) {
      if (standing_of(question, choice) != Standing::kHeld) continue;
      soonest = std::min(soonest, held_until(question, choice));
    }
  }
  return soonest;
}

}  // namespace

bool Decision::same_answer(const Decision& other) const {
  return targets == other.targets && ttl == other.ttl && draws_one == other.draws_one;
}

View look(const Question& question, std::size_t group) {
  const std::vector<model::DnsGroup>& groups = question.answer.groups;
  View view{question, std::min(group, groups.empty() ? 0 : groups.size() - 1)};
  view.preferred = groups.size();
  for (std::size_t i = 0; i < groups.size(); ++i) {
    for (const model::DnsChoice& choice : groups[i].targets) {
      const Standing standing = standing_of(question, choice);
      if (standing == Standing::kHeld) ++view.held;
      if (standing != Standing::kUsable) continue;
      ++view.usable;
      view.preferred = std::min(view.preferred, i);
      if (i != view.group) continue;
      ++view.usable_here;
      view.weight_here += static_cast<std::size_t>(std::max(choice.weight, 0));
    }
  }
  return view;
}

void decide(const Question& question, std::size_t group, Decision& out) {
  const View view = look(question, group);
  out.rule = nullptr;
  out.targets.clear();
  out.fails_open = false;
  out.draws_one = question.answer.policy == model::DnsPolicy::kWeighted;
  out.group = view.group;
  out.again = kNever;
  if (question.answer.groups.empty()) return;
  for (const Row& row : rows()) {
    if (!row.matches(view)) continue;
    out.rule = &row.rule;
    row.act(view, out);
    break;
  }
  out.ttl = ttl_of(question, out);
  out.again = next_release(question);
}

}  // namespace holdfast::core::dns
