// What many runs of one scenario showed, as JSON beside what is asked.
#pragma once

#include <string>
#include <vector>

#include "base/json_writer.h"
#include "outage/phases.h"
#include "outage/scenarios.h"

namespace holdfast::bench {

/// One cluster in one run.
struct Sample {
  std::uint64_t seed = 0;
  Duration at{};      ///< of the fault
  Duration outage{};  ///< the longest wait of a client for an acknowledged write
  std::uint64_t lost = 0;
  std::uint64_t failovers = 0;
  std::size_t violations = 0;
  Marks marks;
};

void write_case(JsonWriter& json,
                const model::Site& site,
                const std::string& site_file,
                const Scenario& scenario,
                const Measured& measured,
                std::vector<Sample> samples);

}  // namespace holdfast::bench
