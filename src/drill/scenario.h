// What is done to a site in a drill: a few steps, aimed by where its primaries are now.
//
// Pure.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "drill/site_now.h"
#include "lab/fault.h"
#include "model/site.h"

namespace holdfast::drill {

/// When a step is over.
enum class Until {
  kServes,    ///< every cluster serves
  kFollowed,  ///< and every member follows its leader
  kWhole,     ///< and everything is protected as declared
};

struct Step {
  std::string name;   ///< in reports: "loss", "return", "failback", …
  std::string title;  ///< in words
  std::vector<lab::FaultRequest> faults;
  bool heal = false;                 ///< undo all faults
  std::vector<std::string> command;  ///< of `holdfast`, by an operator
  Until until = Until::kServes;
};

struct Scenario {
  std::string name;
  std::vector<Step> steps;
};

struct ScenarioKind {
  const char* name;
  const char* sentence;
};

/// All that can be drilled, in the order of their severity.
const std::vector<ScenarioKind>& scenario_kinds();

/// `cluster` is the one whose primary is aimed at.
Result<Scenario> plan_scenario(const std::string& kind,
                               const model::Site& site,
                               const SiteNow& now,
                               const std::string& cluster);

}  // namespace holdfast::drill
