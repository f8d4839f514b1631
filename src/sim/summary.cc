#include "sim/summary.h"

#include <algorithm>

namespace holdfast::sim {
namespace {

const char* style_name(PlanStyle style) {
  switch (style) {
    case PlanStyle::kCalm: return "calm";
    case PlanStyle::kSingle: return "single";
    case PlanStyle::kSwarm: return "swarm";
  }
  return "swarm";
}

std::string outage_name(const model::Site& site, const SeedResult& result, const SeedOutage& it) {
  const char* what = it.kind == FaultKind::kCount ? "several" : fault_name(it.kind);
  if (result.plan.faults.empty()) what = "none";
  return std::string(what) + ' ' + site.clusters[static_cast<std::size_t>(it.cluster)].name;
}

}  // namespace

void Summary::add(const model::Site& site, const SeedResult& result) {
  seeds.add(result.seed);
  failing_seeds += result.ok() ? 0U : 1U;
  for (const Violation& it : result.violations) {
    if (violations.size() >= kViolationsKept) break;
    violations.push_back({result.seed, it.checker, it.text, it.time.time_since_epoch().count()});
  }
  events += result.events;
  simulated_ms += static_cast<std::uint64_t>(result.simulated / 1ms);
  faults += result.plan.faults.size();
  failovers += result.failovers;
  writes += result.writes;
  acknowledged += result.acknowledged;
  unknown += result.unknown;
  lost_lossily += result.lost_lossily;
  for (const SeedOutage& it : result.outages) {
    outages[outage_name(site, result, it)].add(it.longest);
  }
  healing[style_name(result.style)].add(result.healing);
  for (std::size_t i = 0; i < kProbes; ++i) probes[kProbeNames[i]] += result.probes[i];
  for (const std::string& rule : result.rules) ++rules[rule];
}

void Summary::merge(const Summary& other) {
  for (const SeedRange& range : other.seeds.ranges()) seeds.add(range);
  for (const SummaryViolation& it : other.violations) {
    if (violations.size() < kViolationsKept) violations.push_back(it);
  }
  failing_seeds += other.failing_seeds;
  checked_twice += other.checked_twice;
  events += other.events;
  simulated_ms += other.simulated_ms;
  wall_ms += other.wall_ms;
  faults += other.faults;
  failovers += other.failovers;
  writes += other.writes;
  acknowledged += other.acknowledged;
  unknown += other.unknown;
  lost_lossily += other.lost_lossily;
  for (const auto& [name, histogram] : other.outages) outages[name].merge(histogram);
  for (const auto& [name, histogram] : other.healing) healing[name].merge(histogram);
  for (const auto& [name, count] : other.probes) probes[name] += count;
  for (const auto& [name, count] : other.rules) rules[name] += count;
}

double Summary::events_per_second() const {
  return wall_ms == 0 ? 0.0 : static_cast<double>(events) * 1000.0 / static_cast<double>(wall_ms);
}

std::vector<std::string> Summary::missed() const {
  std::vector<std::string> names;
  for (const auto& [name, count] : probes) {
    if (count == 0) names.push_back(name);
  }
  return names;
}

}  // namespace holdfast::sim
