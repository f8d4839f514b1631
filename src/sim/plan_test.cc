#include "sim/plan.h"

#include <gtest/gtest.h>

#include <set>

#include "model/sites_for_test.h"
#include "model/validate.h"

namespace holdfast::sim {
namespace {

FaultPlan plan_of(std::uint64_t seed, PlanStyle style = PlanStyle::kSwarm) {
  Prng prng(seed);
  SwarmOptions options;
  options.style = style;
  return make_plan(model::two_regions(), prng, options);
}

TEST(Plan, Same_seed_gives_the_same_plan) {
  const FaultPlan x = plan_of(7);
  const FaultPlan y = plan_of(7);
  ASSERT_EQ(x.faults.size(), y.faults.size());
  for (std::size_t i = 0; i < x.faults.size(); ++i) {
    EXPECT_EQ(x.faults[i].kind, y.faults[i].kind);
    EXPECT_EQ(x.faults[i].when, y.faults[i].when);
  }
}

TEST(Plan, Many_seeds_draw_every_kind_within_the_run) {
  std::set<FaultKind> kinds;
  bool close_together = false;
  for (std::uint64_t seed = 0; seed < 400; ++seed) {
    const FaultPlan plan = plan_of(seed);
    SimTime last{};
    for (const Fault& fault : plan.faults) {
      kinds.insert(fault.kind);
      EXPECT_GE(fault.when, last);
      EXPECT_LE(fault.when, SimTime{plan.length});
      close_together = close_together || (last != SimTime{} && fault.when - last < 300ms);
      last = fault.when;
    }
  }
  EXPECT_EQ(kinds.size(), static_cast<std::size_t>(FaultKind::kCount));
  EXPECT_TRUE(close_together);
}

TEST(Plan, Styles_differ_in_number_of_faults) {
  EXPECT_TRUE(plan_of(1, PlanStyle::kCalm).faults.empty());
  EXPECT_EQ(plan_of(1, PlanStyle::kSingle).faults.size(), 1U);
}

TEST(Plan, Power_of_all_regions_is_never_lost_at_once) {
  for (std::uint64_t seed = 0; seed < 400; ++seed) {
    SimTime until{};
    for (const Fault& fault : plan_of(seed).faults) {
      if (fault.kind != FaultKind::kRegionPower) continue;
      EXPECT_GE(fault.when, until);
      until = fault.when + fault.lasts;
    }
  }
}

TEST(Randomise, Every_drawn_timing_is_valid) {
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    Prng prng(seed);
    model::Site site = model::two_regions();
    randomise_policy(site, prng);
    for (const model::Finding& finding : model::validate(site)) {
      if (finding.rule->gravity != model::Gravity::kError) continue;
      ADD_FAILURE() << seed << ": " << finding.what;
    }
  }
}

}  // namespace
}  // namespace holdfast::sim
