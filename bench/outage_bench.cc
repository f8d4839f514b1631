// How long clients wait for an acknowledged write when a process, host, zone or region is lost:
// thousands of simulated runs of a site as it is configured, the fault at a random moment.
//
// The network is the simulator's ordinary one: about 1 ms there and back between zones, 30 ms
// between regions, each message up to a fifth later. Prints JSON.

#include <algorithm>
#include <cstdio>
#include <utility>

#include "base/json_writer.h"
#include "common/options.h"
#include "common/parallel.h"
#include "common/site.h"
#include "outage/phases.h"
#include "outage/report.h"
#include "outage/scenarios.h"
#include "sim/run.h"

namespace holdfast::bench {
namespace {

constexpr Duration kQuiet = 4s;   ///< before the fault, so that nothing is left of the start
constexpr Duration kSpread = 3s;  ///< the fault comes within so much
constexpr Duration kAfter = 10s;  ///< as `holdfast simulate` leaves a site before it heals

/// When the fault of a seed comes. Whole milliseconds, so that the command line can repeat it.
Duration moment_of(std::uint64_t seed) {
  Prng prng(mix64(seed));
  return kQuiet + std::chrono::floor<std::chrono::milliseconds>(prng.between(Duration(0), kSpread));
}

sim::SeedResult run(const model::Site& site,
                    const Scenario& scenario,
                    std::uint64_t seed,
                    Watch& watch) {
  sim::FaultPlan plan;
  sim::Fault fault = scenario.fault;
  const Duration at = moment_of(seed);
  fault.when = sim::SimTime{at};
  fault.lasts = kAfter;
  plan.faults = {fault};
  plan.length = at + kAfter;
  sim::RunOptions options;
  options.as_configured = true;
  options.length = plan.length;
  options.plan = &plan;
  options.observer = &watch;
  return sim::run_seed(site, seed, options);
}

Sample sample_of(const sim::SeedResult& result, const Watch& watch, int cluster) {
  Sample sample;
  sample.seed = result.seed;
  sample.at = moment_of(result.seed);
  for (const sim::SeedOutage& it : result.outages) {
    if (it.cluster != cluster) continue;
    sample.outage = std::max(sample.outage, it.longest);
    sample.lost += it.lost;
  }
  sample.failovers = result.failovers;
  sample.violations = result.violations.size();
  sample.marks = watch.marks(cluster);
  return sample;
}

/// By measured cluster, in the scenario's order.
std::vector<std::vector<Sample>> measure(const model::Site& site,
                                         const Scenario& scenario,
                                         std::uint64_t first_seed,
                                         std::uint64_t runs,
                                         int jobs) {
  std::vector<std::vector<Sample>> samples(scenario.measured.size());
  for (std::vector<Sample>& it : samples) it.resize(runs);
  in_parallel(runs, jobs, [&](std::uint64_t index, int) {
    Watch watch(site.clusters.size());
    const sim::SeedResult result = run(site, scenario, first_seed + index, watch);
    for (std::size_t i = 0; i < samples.size(); ++i) {
      samples[i][index] = sample_of(result, watch, scenario.measured[i].cluster);
    }
  });
  return samples;
}

int main(const Options& options) {
  const std::string& file = options.text("site");
  const model::Site site = load_site(file);
  const std::uint64_t runs = options.number("runs");
  const std::string& only = options.text("scenario");
  JsonWriter json(2);
  json.begin_object().field("bench", "outage").field("site", file).field("runs", runs);
  json.field("note", "waits of clients under 100 ms are their ordinary pace and count as 0");
  json.key("cases").begin_array();
  const int jobs = static_cast<int>(options.number("jobs"));
  std::uint64_t next_seed = 1;
  for (const Scenario& scenario : scenarios_of(site)) {
    // No two scenarios share a seed, so that what chance does to one says nothing of another.
    const std::uint64_t first_seed = std::exchange(next_seed, next_seed + runs);
    if (scenario.name.find(only) == std::string::npos) continue;
    const auto samples = measure(site, scenario, first_seed, runs, jobs);
    for (std::size_t i = 0; i < samples.size(); ++i) {
      write_case(json, site, file, scenario, scenario.measured[i], samples[i]);
    }
  }
  json.end_array().end_object();
  std::printf("%s\n", json.text().c_str());
  return 0;
}

}  // namespace
}  // namespace holdfast::bench

int main(int argc, char** argv) {
  return holdfast::bench::main({argc,
                                argv,
                                {{"site", "examples/ris-two-regions.yaml"},
                                 {"runs", "2000"},
                                 {"jobs", "2"},
                                 {"scenario", ""}}});
}
