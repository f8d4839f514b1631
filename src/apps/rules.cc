// `holdfast rules`: every decision table, as the core reads it.
#include <cstdio>

#include "apps/commands.h"
#include "codec/rule_report.h"

namespace holdfast::apps {

int command_rules(const RulesOptions& options) {
  const std::string text = options.json ? codec::rules_json() : codec::rules_text();
  std::fputs(text.c_str(), stdout);
  return 0;
}

}  // namespace holdfast::apps
