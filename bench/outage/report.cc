#include "outage/report.h"

#include <algorithm>

#include "common/statistics.h"

namespace holdfast::bench {
namespace {

void write_asked(JsonWriter& json, const Asked& asked) {
  json.key("asked_ms").begin_object();
  if (asked.median) json.field("median", to_ms(*asked.median));
  if (asked.tail) json.field("p99_9", to_ms(*asked.tail));
  if (asked.most) json.field("max", to_ms(*asked.most));
  json.end_object();
}

/// Each phase by itself, over all runs that had it.
void write_phases(JsonWriter& json, const std::vector<Sample>& samples) {
  json.key("phases_ms").begin_object();
  for (std::size_t i = 0; i < kMarks; ++i) {
    std::vector<Duration> values;
    for (const Sample& it : samples) {
      const Phases phases = phases_of(it.marks);
      if (phases[i]) values.push_back(*phases[i]);
    }
    if (!values.empty()) write_spread(json, mark_name(static_cast<Mark>(i)), std::move(values));
  }
  json.end_object();
}

/// The steps of one run, from the fault on, and the command that tells its story if there is one.
void write_run(JsonWriter& json,
               std::string_view name,
               const std::string& replay,
               const Sample& sample) {
  json.key(name).begin_object();
  json.field("outage_ms", to_ms(sample.outage));
  std::vector<std::pair<Duration, Mark>> steps;
  for (std::size_t i = 0; i < kMarks; ++i) {
    if (sample.marks[i]) steps.emplace_back(*sample.marks[i], static_cast<Mark>(i));
  }
  std::sort(steps.begin(), steps.end());
  json.key("reached_ms").begin_object();
  for (const auto& [when, mark] : steps) json.field(mark_name(mark), to_ms(when));
  json.end_object();
  json.field("seed", sample.seed);
  if (!replay.empty()) {
    json.field("replay",
               replay + " --seed " + std::to_string(sample.seed) + " --at " +
                   std::to_string(sample.at / 1ms) + "ms");
  }
  json.end_object();
}

}  // namespace

void write_case(JsonWriter& json,
                const model::Site& site,
                const std::string& site_file,
                const Scenario& scenario,
                const Measured& measured,
                std::vector<Sample> samples) {
  std::stable_sort(samples.begin(), samples.end(), [](const Sample& a, const Sample& b) {
    return a.outage < b.outage;
  });
  std::vector<Duration> outages;
  std::vector<Duration> closed;
  std::uint64_t lost = 0;
  std::uint64_t failovers = 0;
  std::size_t violations = 0;
  for (const Sample& it : samples) {
    outages.push_back(it.outage);
    const auto& open = it.marks[static_cast<std::size_t>(Mark::kOpen)];
    if (open) closed.push_back(*open);
    lost += it.lost;
    failovers += it.failovers;
    violations += it.violations;
  }
  json.begin_object().field("scenario", scenario.name);
  json.field("cluster", site.clusters[static_cast<std::size_t>(measured.cluster)].name);
  write_asked(json, measured.asked);
  write_spread(json, "outage_ms", std::move(outages));
  if (!closed.empty()) write_spread(json, "fault_to_open_ms", std::move(closed));
  write_phases(json, samples);
  json.field("failovers", failovers).field("writes_lost_lossily", lost);
  json.field("violations", violations);
  if (!samples.empty()) {
    std::string replay;
    if (!scenario.failure.empty())
      replay = "holdfast simulate " + site_file + " --fail " + scenario.failure;
    write_run(json, "median_run", replay, samples[samples.size() / 2]);
    write_run(json, "worst_run", replay, samples.back());
  }
  json.end_object();
}

}  // namespace holdfast::bench
