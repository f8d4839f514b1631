// One simulated run with chosen faults, told to a person: what `simulate` and `demo` share.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "model/site.h"
#include "sim/run.h"

namespace holdfast::apps {

/// Reads "zone=east-a" and the like as a fault of the site at `when` that lasts `lasts`.
Result<sim::Fault> parse_failure(const model::Site& site,
                                 const std::string& text,
                                 sim::SimTime when,
                                 Duration lasts);

/// Reads "10s", "250ms", "2min".
Result<Duration> parse_time(const std::string& text);

/// Runs the site as it is configured, with these faults and no others.
sim::SeedResult rehearse(const model::Site& site,
                         std::uint64_t seed,
                         std::vector<sim::Fault> faults,
                         Duration length);

/// The story from just before the first fault on, a table of data classes, and the verdict.
void print_rehearsal(const model::Site& site, const sim::SeedResult& result, bool json);

}  // namespace holdfast::apps
