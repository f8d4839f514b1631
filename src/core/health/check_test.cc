// One check from one vantage point: first result, rise and fall, minimum time down, next probe.
#include "core/health/check.h"

#include <gtest/gtest.h>

#include <string>

#include "base/prng.h"

namespace holdfast::core::health {
namespace {

class CheckTest : public ::testing::Test {
 protected:
  CheckStep see(bool passed) {
    now += 1s;
    return step_check(policy, state, {now, now - 10ms, passed, 0});
  }
  void see(bool passed, int times) {
    for (int i = 0; i < times; ++i) (void)see(passed);
  }
  /// From the start of a probe that passes to the start of the next.
  Duration due_after_pass() {
    const MonoTime next = see(true).next_deadline;
    return next - (now - 10ms);
  }
  static std::string id(const CheckStep& step) { return step.rule->id; }

  CheckPolicy policy{.interval = 1s, .rise = 2, .fall = 3};
  CheckState state;
  MonoTime now = MonoTime{} + 100s;
};

TEST_F(CheckTest, first_result_decides_at_once) {
  EXPECT_EQ(id(see(true)), "H110");
  EXPECT_EQ(state.verdict, Verdict::kHealthy);
  state = {};
  EXPECT_TRUE(see(false).changed);
  EXPECT_EQ(state.verdict, Verdict::kUnhealthy);
}

TEST_F(CheckTest, falls_after_so_many_failures_in_a_row) {
  see(true, 3);
  EXPECT_EQ(id(see(false)), "H130");
  EXPECT_EQ(id(see(false)), "H130");
  EXPECT_EQ(state.verdict, Verdict::kHealthy);
  EXPECT_EQ(id(see(false)), "H120");
  EXPECT_EQ(state.verdict, Verdict::kUnhealthy);
}

TEST_F(CheckTest, a_pass_in_between_begins_the_count_anew) {
  see(true, 3);
  see(false, 2);
  see(true, 1);
  see(false, 2);
  EXPECT_EQ(state.verdict, Verdict::kHealthy);
}

TEST_F(CheckTest, rises_after_so_many_passes_in_a_row) {
  see(false, 1);
  EXPECT_EQ(id(see(true)), "H160");
  EXPECT_EQ(id(see(true)), "H150");
  EXPECT_EQ(state.verdict, Verdict::kHealthy);
}

TEST_F(CheckTest, stays_down_for_its_minimum) {
  policy.minimum_down = 10s;
  see(true, 3);
  see(false, 3);
  const MonoTime down = now;
  see(true, 2);
  EXPECT_EQ(id(see(true)), "H140");
  while (state.verdict == Verdict::kUnhealthy) (void)see(true);
  EXPECT_EQ(now - down, 10s);
}

TEST_F(CheckTest, what_was_never_up_is_not_held_down) {
  policy.minimum_down = 10min;
  see(false, 1);
  see(true, 2);
  EXPECT_EQ(state.verdict, Verdict::kHealthy);
}

TEST_F(CheckTest, inverted_turns_results_around) {
  policy.inverted = true;
  see(false, 1);
  EXPECT_EQ(state.verdict, Verdict::kHealthy);
  see(true, 3);
  EXPECT_EQ(state.verdict, Verdict::kUnhealthy);
}

TEST_F(CheckTest, disabled_says_which_way_and_is_never_due) {
  policy.disabled = model::CheckDisabled::kAsHealthy;
  EXPECT_EQ(begin_check(policy, state, now, 0), kNever);
  EXPECT_EQ(state.verdict, Verdict::kHealthy);
  policy.disabled = model::CheckDisabled::kAsUnhealthy;
  const CheckStep step = see(true);
  EXPECT_EQ(step.next_deadline, kNever);
  EXPECT_EQ(state.verdict, Verdict::kUnhealthy);
}

TEST_F(CheckTest, is_probed_sooner_while_it_comes_up) {
  see(false, 1);
  EXPECT_EQ(due_after_pass(), 250ms);
  EXPECT_EQ(due_after_pass(), 1s);
  state = {};
  EXPECT_EQ(due_after_pass(), 250ms);
}

TEST_F(CheckTest, is_never_probed_more_often_than_the_least_interval) {
  policy.interval = 150ms;
  see(false, 1);
  EXPECT_EQ(due_after_pass(), 100ms);
}

TEST_F(CheckTest, next_probe_follows_the_start_of_the_last_and_never_lies_in_the_past) {
  see(true, 3);
  const auto step = step_check(policy, state, {now + 3s, now, true, 0});
  EXPECT_EQ(step.next_deadline, now + 3s);
}

TEST_F(CheckTest, jitter_moves_a_probe_by_a_twentieth_at_most) {
  see(true, 3);
  for (const int jitter : {-5000, -1000, 0, 1000, 5000}) {
    const auto step = step_check(policy, state, {now, now, true, jitter});
    EXPECT_GE(step.next_deadline, now + 950ms);
    EXPECT_LE(step.next_deadline, now + 1050ms);
  }
}

TEST_F(CheckTest, first_probes_are_spread_over_a_second) {
  policy.interval = 1min;
  EXPECT_EQ(begin_check(policy, state, now, -kJitterMax), now);
  EXPECT_EQ(begin_check(policy, state, now, kJitterMax), now + 1s);
}

/// Whatever the results: no change without enough results of one kind in a row, none sooner than
/// the minimum time down, and the same results give the same states.
TEST(CheckProperties, hysteresis_and_minimum_down_hold_for_any_results) {
  for (std::uint64_t seed = 1; seed <= 500; ++seed) {
    Prng prng(seed);
    const CheckPolicy policy{.interval = 100ms,
                             .rise = static_cast<int>(prng.between(1, 4)),
                             .fall = static_cast<int>(prng.between(1, 4)),
                             .minimum_down = prng.between(Duration{}, 2s),
                             .inverted = prng.chance(30)};
    CheckState state;
    CheckState twin;
    MonoTime now = MonoTime{} + 10s;
    MonoTime fell = kLongAgo;
    int row = 0;
    bool last = false;
    for (int i = 0; i < 200; ++i) {
      now += prng.between(1ms, 400ms);
      const bool passed = prng.chance(50);
      row = passed == last ? row + 1 : 1;
      last = passed;
      const Verdict before = state.verdict;
      const CheckInput input{now, now - 1ms, passed, static_cast<int>(prng.between(-1000, 1000))};
      const CheckStep step = step_check(policy, state, input);
      EXPECT_EQ(step_check(policy, twin, input).next_deadline, step.next_deadline);
      ASSERT_EQ(state, twin);
      ASSERT_GE(step.next_deadline, now);
      if (before == state.verdict || before == Verdict::kUnknown) continue;
      const bool up = state.verdict == Verdict::kHealthy;
      ASSERT_GE(row, up ? policy.rise : policy.fall) << seed;
      if (up && fell != kLongAgo) {
        ASSERT_GE(now - fell, policy.minimum_down) << seed;
      }
      if (!up) fell = now;
    }
  }
}

}  // namespace
}  // namespace holdfast::core::health
