// Which targets of a name are answered, row by row.
#include "core/dns/standing.h"

namespace holdfast::core::dns {
namespace {

using model::DnsPolicy;
using model::Failback;

const model::DnsAnswer& answer_of(const View& v) { return v.question.answer; }

bool ignores_health(const View& v) {
  return answer_of(v).policy == DnsPolicy::kSimple || !answer_of(v).evaluate_health;
}

bool only_held(const View& v) { return v.usable == 0 && v.held > 0; }

bool none_works(const View& v) { return v.usable == 0; }

bool group_lost(const View& v) { return v.usable_here == 0; }

bool better_back(const View& v) { return v.preferred < v.group; }

bool returns(const View& v) {
  return better_back(v) && answer_of(v).failback == Failback::kAutomatic;
}

bool asked_back(const View& v) { return better_back(v) && v.question.failback_asked; }

bool only_weightless(const View& v) {
  return answer_of(v).policy == DnsPolicy::kWeighted && v.weight_here == 0;
}

bool some_down(const View& v) {
  return v.usable_here < answer_of(v).groups[v.group].targets.size();
}

bool always(const View&) { return true; }

/// Those of a group with the standing.
void take(const View& v, std::size_t group, Standing standing, Decision& out) {
  for (const model::DnsChoice& choice : answer_of(v).groups[group].targets) {
    if (standing_of(v.question, choice) == standing) out.targets.push_back(choice);
  }
}

void everything_of_first(const View& v, Decision& out) {
  out.group = 0;
  out.targets = answer_of(v).groups[0].targets;
}

void held_ones(const View& v, Decision& out) {
  out.fails_open = true;
  for (std::size_t i = 0; i < answer_of(v).groups.size(); ++i) take(v, i, Standing::kHeld, out);
}

void everything(const View& v, Decision& out) {
  out.fails_open = true;
  for (const model::DnsGroup& group : answer_of(v).groups) {
    out.targets.insert(out.targets.end(), group.targets.begin(), group.targets.end());
  }
}

void preferred_group(const View& v, Decision& out) {
  out.group = v.preferred;
  take(v, v.preferred, Standing::kUsable, out);
}

void usable_ones(const View& v, Decision& out) { take(v, v.group, Standing::kUsable, out); }

void equal_shares(const View& v, Decision& out) {
  usable_ones(v, out);
  for (model::DnsChoice& choice : out.targets) choice.weight = 1;
}

constexpr Row kRows[] = {
    {{"D100",
      "Health is not looked at for this name: every target of its first group is answered."},
     ignores_health,
     everything_of_first},
    {{"D110",
      "The only healthy targets are still within their minimum time down: those are answered."},
     only_held,
     held_ones},
    {{"D120", "Every target is unhealthy: all are answered, because to refuse would help nobody."},
     none_works,
     everything},
    {{"D130",
      "The group that was answered has no usable target left: the first group that has one is "
      "answered."},
     group_lost,
     preferred_group},
    {{"D140", "A more preferred group is usable again, and failback is automatic: it is answered."},
     returns,
     preferred_group},
    {{"D150",
      "A more preferred group is usable again, and failback was asked for: it is answered."},
     asked_back,
     preferred_group},
    {{"D160",
      "A more preferred group is usable again, but nobody has asked for failback: the present "
      "group "
      "stays."},
     better_back,
     usable_ones},
    {{"D170", "All usable targets have weight 0: they get equal shares."},
     only_weightless,
     equal_shares},
    {{"D180", "Some targets of the group are not usable: the others are answered."},
     some_down,
     usable_ones},
    {{"D199", "Every target of the group is usable: all are answered."}, always, usable_ones},
};

}  // namespace

std::span<const Row> rows() { return kRows; }

}  // namespace holdfast::core::dns
