// Runs seeds in forked workers: one that dies is reported with its seed, and the others go on.
#pragma once

#include <cstdint>
#include <string>

#include "apps/commands.h"
#include "model/site.h"
#include "sim/summary.h"

namespace holdfast::apps {

/// Hears what workers have to say, in the parent process.
class SimReporter {
 public:
  virtual ~SimReporter() = default;
  /// Seeds done since the last time.
  virtual void on_progress(const sim::Summary& part) = 0;
  /// A failing seed's short story.
  virtual void on_failure(std::uint64_t seed, const std::string& story) = 0;
};

/// Runs the command's seeds, except those in `done`, with command.jobs workers.
void run_workers(const model::Site& site,
                 const SimCommand& command,
                 const sim::SeedRanges& done,
                 SimReporter& reporter);

}  // namespace holdfast::apps
