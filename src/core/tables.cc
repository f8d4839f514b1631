// All rule tables, for `holdfast rules` and the tests over them.

#include <array>
#include <vector>

#include "core/agent/rules.h"
#include "core/controller/internal.h"
#include "core/dns/policy.h"
#include "core/health/check.h"
#include "core/health/consensus.h"
#include "core/health/targets.h"
#include "core/readiness/readiness.h"
#include "core/routing/routing.h"
#include "core/rule.h"

namespace holdfast::core {
namespace {

template <class Row>
std::vector<const Rule*> rules_of(std::span<const Row> rows) {
  std::vector<const Rule*> rules;
  for (const Row& row : rows) rules.push_back(&row.rule);
  return rules;
}

struct Tables {
  std::array<std::vector<const Rule*>, 13> rules{rules_of(agent::fence_rows()),
                                                 rules_of(agent::seal_rows()),
                                                 rules_of(agent::lead_rows()),
                                                 rules_of(agent::follow_rows()),
                                                 rules_of(controller::steady_rows()),
                                                 rules_of(controller::sealing_rows()),
                                                 rules_of(controller::promoting_rows()),
                                                 rules_of(routing::rows()),
                                                 rules_of(health::check::rows()),
                                                 rules_of(health::consensus::standing_rows()),
                                                 rules_of(health::consensus::rows()),
                                                 rules_of(health::targets::rows()),
                                                 rules_of(dns::rows())};
  std::array<RuleTable, 16> tables{{
      {"agent.note", "What does an agent say before it looks at any row?", agent::noted_rules()},
      {"agent.fence", "What must not run on this host?", rules[0]},
      {"agent.seal", "What does a member do while its cluster is being sealed?", rules[1]},
      {"agent.lead", "What does the member do that leads, or is chosen to?", rules[2]},
      {"agent.follow", "What does every other member do?", rules[3]},
      {"controller.guard",
       "When does a controller decide nothing, whatever the phase?",
       controller::guard_rules()},
      {"controller.steady", "What is decided while one member leads?", rules[4]},
      {"controller.sealing", "What is decided while members are being sealed?", rules[5]},
      {"controller.promoting", "What is decided while the chosen member is on its way?", rules[6]},
      {"routing", "Which member are the clients of a cluster sent to?", rules[7]},
      {"health.check", "What does one vantage point make of a probe's result?", rules[8]},
      {"health.votes", "Is the vote of a vantage point counted?", rules[9]},
      {"health.consensus", "What do all vantage points see together?", rules[10]},
      {"health.targets", "Which targets of a record are given to clients?", rules[11]},
      {"dns", "Which targets of a name are answered?", rules[12]},
      {"readiness", "What does a forecast say where no other table speaks?", readiness_rules()},
  }};
};

}  // namespace

std::span<const RuleTable> rule_tables() {
  static const Tables tables;
  return tables.tables;
}

}  // namespace holdfast::core
