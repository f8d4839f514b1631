// Whole runs: the same seed gives the same run, checkers are silent, and every probe is reached.
#include <gtest/gtest.h>

#include "model/sites_for_test.h"
#include "sim/run.h"
#include "sim/summary.h"

namespace holdfast::sim {
namespace {

constexpr std::uint64_t kSeeds = 600;

TEST(RunSim, Same_seed_gives_the_same_run) {
  const model::Site site = model::two_regions();
  for (const std::uint64_t seed : {2U, 7U, 33U}) {
    const SeedResult first = run_seed(site, seed, {});
    const SeedResult second = run_seed(site, seed, {});
    EXPECT_EQ(first.hash, second.hash) << seed;
    EXPECT_EQ(first.events, second.events) << seed;
  }
}

TEST(RunSim, Telling_the_story_changes_nothing) {
  const model::Site site = model::two_regions();
  RunOptions telling;
  telling.story = true;
  const SeedResult told = run_seed(site, 7, telling);
  EXPECT_EQ(told.hash, run_seed(site, 7, {}).hash);
  EXPECT_FALSE(told.story.empty());
}

TEST(RunSim, Calm_run_has_no_failover_and_no_outage) {
  const model::Site site = model::two_regions();
  for (const std::uint64_t seed : {0U, 32U, 64U}) {
    const SeedResult result = run_seed(site, seed, {});
    EXPECT_TRUE(result.ok()) << story_text(site, result);
    EXPECT_EQ(result.failovers, 0U) << seed;
    for (const SeedOutage& outage : result.outages) EXPECT_LT(outage.longest, 400ms) << seed;
  }
}

TEST(RunSim, Fixed_seeds_are_clean_and_reach_every_probe) {
  model::Site site = model::two_regions();
  // One host whose drive lies, so that members also come back as somebody else.
  site.hosts[1].power_loss_protection = false;
  Summary summary;
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    const SeedResult result = run_seed(site, seed, {});
    summary.add(site, result);
    EXPECT_TRUE(result.ok()) << story_text(site, result);
  }
  for (const std::string& name : summary.missed()) ADD_FAILURE() << "never reached: " << name;
}

TEST(RunSim, Minimised_plan_still_fails) {
  // A checker's complaint stands in for a real one: a plan that heals too late for the bound.
  const model::Site site = model::two_regions();
  SeedResult failed = run_seed(site, 2, {});
  failed.violations = {{SimTime{}, "no-such-checker", "nothing"}};
  const FaultPlan same = minimise(site, failed, {}, 4);
  EXPECT_EQ(same.faults.size(), failed.plan.faults.size());
}

}  // namespace
}  // namespace holdfast::sim
