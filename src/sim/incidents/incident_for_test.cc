#include "sim/incidents/incident_for_test.h"

#include <algorithm>

namespace holdfast::sim {
namespace {

constexpr int kRegistry = 0;
constexpr int kOrders = 1;

/// Drawn timing has other bounds: the general checkers know them.
bool as_configured(std::uint64_t seed) { return seed % 2 == 1; }

std::string milliseconds(Duration duration) { return std::to_string(to_ms(duration)) + " ms"; }

void judge_wait(const SeedResult& result,
                int cluster,
                Duration limit,
                std::vector<std::string>& said) {
  const Duration wait = longest_wait(result, cluster);
  if (wait <= limit) return;
  said.push_back("a write of cluster " + std::to_string(cluster) + " waited " + milliseconds(wait) +
                 ", not " + milliseconds(limit) + " at most");
}

void judge_failovers(const SeedResult& result,
                     const Ending& ending,
                     std::vector<std::string>& said) {
  const bool fits =
      result.failovers >= ending.failovers && result.failovers <= ending.failovers_max;
  if (fits) return;
  said.push_back(std::to_string(result.failovers) + " new epochs, not " +
                 std::to_string(ending.failovers) + " to " + std::to_string(ending.failovers_max));
}

void judge_losses(const SeedResult& result, const Ending& ending, std::vector<std::string>& said) {
  for (const SeedOutage& it : result.outages) {
    const std::uint64_t most = it.cluster == kOrders ? ending.orders_lost : 0;
    if (it.lost <= most) continue;
    said.push_back(std::to_string(it.lost) + " acknowledged writes of cluster " +
                   std::to_string(it.cluster) + " are lost");
  }
}

void judge_course(const SeedResult& result, const Ending& ending, std::vector<std::string>& said) {
  const auto& rules = result.rules;
  const bool decided = ending.decided_by == nullptr ||
                       std::find(rules.begin(), rules.end(), ending.decided_by) != rules.end();
  if (!decided) said.push_back(std::string("rule ") + ending.decided_by + " never acted");
  if (ending.rare == Probe::kCount) return;
  const auto rare = static_cast<std::size_t>(ending.rare);
  if (result.probes[rare] <= ending.rare_max) return;
  said.push_back("too often: " + std::string(kProbeSentences[rare]));
}

}  // namespace

SeedResult rerun(const Incident& incident, std::uint64_t seed, bool story) {
  const model::Site site = incident.site();
  const FaultPlan plan = incident.plan(site);
  RunOptions options;
  options.plan = &plan;
  options.as_configured = as_configured(seed);
  options.story = story;
  return run_seed(site, seed, options);
}

Duration longest_wait(const SeedResult& result, int cluster) {
  Duration longest{};
  for (const SeedOutage& it : result.outages) {
    if (it.cluster == cluster) longest = std::max(longest, it.longest);
  }
  return longest;
}

std::vector<std::string> complaints(const Incident& incident, const SeedResult& result) {
  std::vector<std::string> said;
  for (const Violation& it : result.violations) said.push_back(it.checker + ": " + it.text);
  const Ending& ending = incident.ending;
  judge_losses(result, ending, said);
  if (!as_configured(result.seed)) return said;
  judge_failovers(result, ending, said);
  judge_course(result, ending, said);
  judge_wait(result, kRegistry, ending.registry_wait, said);
  judge_wait(result, kOrders, ending.orders_wait, said);
  return said;
}

std::string name_of(Defect defect) {
  switch (defect) {
#define HF_DEFECT_NAME(name, sentence) \
  case Defect::name: return #name;
    HF_DEFECT_LIST(HF_DEFECT_NAME)
#undef HF_DEFECT_NAME
  }
  return {};
}

}  // namespace holdfast::sim
