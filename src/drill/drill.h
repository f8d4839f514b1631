// A drill: a scenario carried out on the twin while clients write, measured, and judged.
//
// Blocking; may be called from one thread at a time for one lab.
#pragma once

#include <functional>
#include <string>

#include "base/result.h"
#include "drill/outcome.h"
#include "drill/scenario.h"
#include "drill/twin.h"

namespace holdfast::drill {

struct DrillPlan {
  std::string scenario = "region";
  std::string cluster;       ///< whose primary is aimed at; empty: the site's first
  std::string history;       ///< the file; a path that every host of the lab sees
  Duration before = 3s;      ///< of undisturbed writing
  Duration hold = 6s;        ///< after each step, before anything is asked of the site
  Duration patience = 3min;  ///< for a step to be over
  Duration after = 1s;       ///< of writing once the last step is over
};

using Progress = std::function<void(const std::string&)>;

/// An error when it cannot be carried out; what it measured, good or bad, otherwise. All faults are
/// undone when it returns.
Result<Outcome> run_drill(Twin& twin, const DrillPlan& plan, const Progress& progress);

/// Creates the clusters and waits until everything is protected as declared.
Result<void> prepare_site(Twin& twin, Duration patience, const Progress& progress);

}  // namespace holdfast::drill
