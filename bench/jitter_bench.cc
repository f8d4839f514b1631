// Do leaders stay when nothing but unrest happens? Hours of simulated time on a jittery but living
// network (jitter/unrest.h); every failover in them is a false one. Prints JSON.
//
// A long run can be done in parts: `--first` is the number of the first run, each of ten minutes.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <mutex>

#include "base/json_writer.h"
#include "common/options.h"
#include "common/parallel.h"
#include "common/site.h"
#include "jitter/unrest.h"
#include "sim/run.h"

namespace holdfast::bench {
namespace {

/// Notes when an epoch ends, and how often a sync set changes.
class Watch : public sim::Observer {
 public:
  struct Failover {
    int cluster = 0;
    sim::SimTime at{};
    core::Cause cause = core::Cause::kNone;
  };

  void on_record(sim::SimTime t,
                 int cluster,
                 const core::RecordPtr& before,
                 const core::RecordPtr& after) override {
    if (before == nullptr || after == nullptr) return;
    if (after->key.epoch > before->key.epoch) failovers.push_back({cluster, t, after->cause});
    if (after->pairs.size() > before->pairs.size()) ++set_changes;
  }

  std::vector<Failover> failovers;
  std::uint64_t set_changes = 0;
};

struct Outcome {
  std::uint64_t seed = 0;
  Watch watch;
  std::vector<sim::Violation> violations;
};

struct Totals {
  std::uint64_t runs = 0;
  Duration simulated{};
  std::uint64_t events = 0;
  std::uint64_t faults = 0;
  std::uint64_t acknowledged = 0;
  std::uint64_t set_changes = 0;
  std::uint64_t failovers = 0;
  std::vector<Outcome> remarkable;  ///< runs with a failover or a broken promise
};

void add(Totals& totals, const sim::SeedResult& result, const Watch& watch) {
  ++totals.runs;
  totals.simulated += result.simulated;
  totals.events += result.events;
  totals.faults += result.plan.faults.size();
  totals.acknowledged += result.acknowledged;
  totals.set_changes += watch.set_changes;
  totals.failovers += watch.failovers.size();
  if (watch.failovers.empty() && result.ok()) return;
  constexpr std::size_t kKept = 20;
  if (totals.remarkable.size() < kKept) {
    totals.remarkable.push_back({result.seed, watch, result.violations});
  }
}

sim::SeedResult run(
    const model::Site& site, std::uint64_t seed, const Unrest& unrest, bool story, Watch& watch) {
  const sim::FaultPlan plan = draw_unrest(site, Prng(mix64(seed)), unrest);
  sim::RunOptions options;
  options.story = story;
  options.as_configured = true;
  options.length = plan.length;
  options.plan = &plan;
  options.observer = &watch;
  return sim::run_seed(site, seed, options);
}

void write_remarkable(JsonWriter& json, const model::Site& site, std::vector<Outcome> outcomes) {
  std::sort(outcomes.begin(), outcomes.end(), [](const Outcome& a, const Outcome& b) {
    return a.seed < b.seed;
  });
  json.key("remarkable").begin_array();
  for (const Outcome& it : outcomes) {
    json.begin_object().field("seed", it.seed).key("failovers").begin_array();
    for (const Watch::Failover& failover : it.watch.failovers) {
      json.begin_object();
      json.field("cluster", site.clusters[static_cast<std::size_t>(failover.cluster)].name);
      json.field("at_s", to_ms(failover.at.time_since_epoch()) / 1000.0);
      json.field("cause", core::cause_name(failover.cause)).end_object();
    }
    json.end_array().key("violations").begin_array();
    for (const sim::Violation& violation : it.violations) {
      json.value(violation.checker + ": " + violation.text);
    }
    json.end_array().end_object();
  }
  json.end_array();
}

void write_totals(JsonWriter& json, const Totals& totals, double wall_s) {
  const double simulated_s = to_ms(totals.simulated) / 1000.0;
  json.field("runs", totals.runs).field("simulated_hours", simulated_s / 3600.0);
  json.field("false_failovers", totals.failovers).field("false_failovers_asked", 0);
  json.field("disturbances", totals.faults).field("acknowledged_writes", totals.acknowledged);
  json.field("sync_sets_changed", totals.set_changes);
  json.field("wall_s", wall_s).field("real_time_factor", simulated_s / wall_s);
  json.field("events_per_second", static_cast<double>(totals.events) / wall_s);
}

int tell(const model::Site& site, std::uint64_t seed, const Unrest& unrest) {
  Watch watch;
  const sim::SeedResult result = run(site, seed, unrest, true, watch);
  std::printf("%s", sim::story_text(site, result).c_str());
  return 0;
}

int main(const Options& options) {
  const std::string& file = options.text("site");
  const model::Site site = load_site(file);
  Unrest unrest;
  unrest.stall_percent = static_cast<int>(options.number("stall-percent"));
  if (options.number("story") != 0) return tell(site, options.number("story"), unrest);
  const std::uint64_t first = options.number("first");
  const std::uint64_t runs =
      options.number("hours") * static_cast<std::uint64_t>(1h / unrest.length);
  Totals totals;
  std::mutex lock;
  const auto begin = std::chrono::steady_clock::now();
  in_parallel(runs, static_cast<int>(options.number("jobs")), [&](std::uint64_t index, int) {
    Watch watch;
    const sim::SeedResult result = run(site, first + index, unrest, false, watch);
    const std::lock_guard guard(lock);
    add(totals, result, watch);
    std::fprintf(stderr,
                 "\r%llu of %llu",
                 static_cast<unsigned long long>(totals.runs),
                 static_cast<unsigned long long>(runs));
  });
  const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - begin;
  JsonWriter json(2);
  json.begin_object().field("bench", "jitter").field("site", file).field("first_run", first);
  json.field("stall_percent", unrest.stall_percent);
  write_totals(json, totals, wall.count());
  write_remarkable(json, site, totals.remarkable);
  json.end_object();
  std::printf("%s\n", json.text().c_str());
  return 0;
}

}  // namespace
}  // namespace holdfast::bench

int main(int argc, char** argv) {
  return holdfast::bench::main({argc,
                                argv,
                                {{"site", "examples/ris-two-regions.yaml"},
                                 {"hours", "20"},
                                 {"first", "1"},
                                 {"jobs", "2"},
                                 {"stall-percent", "50"},
                                 {"story", "0"}}});
}
