// Exhaustive within small bounds. docs/exploration.md has the deeper runs.

#include <gtest/gtest.h>

#include "sim/explore/explore.h"
#include "sim/explore/judge.h"

namespace holdfast::sim::explore {
namespace {

void expect_no_violation(const ExploreOptions& options) {
  const ExploreResult result = explore(options);
  EXPECT_TRUE(result.complete || result.violation != Violation::kNone);
  EXPECT_EQ(result.violation, Violation::kNone) << tell_path(options, result);
}

TEST(ExploreSim, One_fault_andOneDelay_breakNothing) {
  ExploreOptions options;
  options.delays = 1;
  expect_no_violation(options);
}

TEST(ExploreSim, One_fault_withFastRecovery_breaksNothing) {
  ExploreOptions options;
  options.delays = 0;
  options.slow_recovery = false;
  expect_no_violation(options);
}

TEST(ExploreSim, One_fault_onDisksThatLie_breaksNothing) {
  ExploreOptions options;
  options.delays = 0;
  options.power_loss_protection = false;
  options.choice.lying_disks = true;
  expect_no_violation(options);
}

TEST(ExploreSim, Two_faults_inAShortTime_breakNothing) {
  ExploreOptions options;
  options.delays = 0;
  options.faults = 2;
  options.quanta = 1;
  options.mend = false;
  expect_no_violation(options);
}

TEST(ExploreSim, Every_interleaving_ofTheFirstEvents_breaksNothing) {
  ExploreOptions options;
  options.full = true;
  options.depth = 8;
  options.quanta = 2;
  options.commits = 1;
  expect_no_violation(options);
}

}  // namespace
}  // namespace holdfast::sim::explore
