// Which targets are given to clients.
#include "core/health/targets.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace holdfast::core::health {
namespace {

using enum Verdict;

std::string decide(WhenAllFail mode, const std::vector<Verdict>& verdicts) {
  TargetsState state;
  const TargetsStep step = step_targets(mode, state, verdicts);
  std::string text = step.rule->id;
  for (const Verdict verdict : verdicts) text += is_given(step.given, verdict) ? '+' : '-';
  return text;
}

TEST(Targets, what_is_unhealthy_is_withheld_and_what_is_unknown_is_not) {
  EXPECT_EQ(decide(WhenAllFail::kOpen, {kHealthy, kUnhealthy, kUnknown}), "H410+-+");
  EXPECT_EQ(decide(WhenAllFail::kClosed, {kUnknown, kHealthy}), "H400++");
}

TEST(Targets, when_all_fail_the_record_says_which_way) {
  EXPECT_EQ(decide(WhenAllFail::kOpen, {kUnhealthy, kUnhealthy}), "H420++");
  EXPECT_EQ(decide(WhenAllFail::kClosed, {kUnhealthy, kUnhealthy}), "H499--");
}

TEST(Targets, failing_open_is_told_once_and_so_is_its_end) {
  TargetsState state;
  const std::vector<Verdict> none{kUnhealthy};
  const std::vector<Verdict> some{kHealthy};
  EXPECT_TRUE(step_targets(WhenAllFail::kOpen, state, some).told);
  EXPECT_TRUE(step_targets(WhenAllFail::kOpen, state, none).told);
  EXPECT_FALSE(step_targets(WhenAllFail::kOpen, state, none).told);
  EXPECT_TRUE(step_targets(WhenAllFail::kOpen, state, some).told);
}

TEST(Targets, a_record_without_targets_is_not_failing) {
  EXPECT_EQ(decide(WhenAllFail::kClosed, {}), "H400");
}

}  // namespace
}  // namespace holdfast::core::health
