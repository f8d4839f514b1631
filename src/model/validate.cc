#include "model/validate.h"

#include <utility>

#include "model/rules.h"

namespace holdfast::model {

void Findings::add(FieldPath path, std::string what, std::string allowed) {
  found_.push_back({rule_, std::move(path), std::move(what), std::move(allowed)});
}

std::vector<const Rule*> validation_rules() {
  std::vector<const Rule*> all;
  for (const auto& table : {name_rules(),
                            site_rules(),
                            cluster_rules(),
                            durability_rules(),
                            failover_rules(),
                            objective_rules(),
                            timing_rules(),
                            check_rules(),
                            dns_rules(),
                            dns_together_rules()}) {
    for (const Rule& rule : table) all.push_back(&rule);
  }
  return all;
}

std::vector<Finding> validate(const Site& site) {
  Findings findings;
  for (const Rule* rule : validation_rules()) {
    findings.rule_ = rule;
    rule->check(site, findings);
  }
  return std::move(findings.found_);
}

}  // namespace holdfast::model
