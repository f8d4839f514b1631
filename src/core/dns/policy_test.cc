// Which targets are answered, row by row, and for how long.
#include "core/dns/policy.h"

#include <gtest/gtest.h>

#include "base/prng.h"

namespace holdfast::core::dns {
namespace {

using model::DnsAnswer;
using model::DnsPolicy;
using model::Failback;

constexpr MonoTime kNow{Duration{1h}};

/// Groups {0, 1} and {2, 3}, all healthy for long, each verdict good for three seconds more.
class Name : public ::testing::Test {
 protected:
  Name() {
    answer_.policy = DnsPolicy::kFailover;
    answer_.groups = {{"east", {{0}, {1}}}, {"west", {{2}, {3}}}};
    health_.assign(4, {Verdict::kHealthy, MonoTime{}, 3s, kLongAgo});
  }

  void down(std::size_t target) {
    health_[target].verdict = Verdict::kUnhealthy;
    health_[target].failed = now_;
  }
  void up(std::size_t target) { health_[target].verdict = Verdict::kHealthy; }

  std::string decided() {
    Decision out;
    decide({answer_, {1s, 60s}, health_, asked_, now_}, group_, out);
    group_ = out.group;
    last_ = out;
    std::string text = out.rule->id;
    for (const model::DnsChoice& choice : out.targets) text += ' ' + std::to_string(choice.target);
    return text;
  }
  Duration ttl() {
    decided();
    return last_.ttl;
  }

  DnsAnswer answer_;
  std::vector<TargetHealth> health_;
  bool asked_ = false;
  MonoTime now_ = kNow;
  std::size_t group_ = 0;
  Decision last_;
};

TEST_F(Name, first_group_is_answered_while_it_has_a_usable_target) {
  EXPECT_EQ(decided(), "D199 0 1");
  down(0);
  EXPECT_EQ(decided(), "D180 1");
  down(2);
  EXPECT_EQ(decided(), "D180 1");
}

TEST_F(Name, next_group_takes_over_and_stays_until_it_is_asked) {
  down(0);
  down(1);
  EXPECT_EQ(decided(), "D130 2 3");
  EXPECT_EQ(decided(), "D199 2 3");
  now_ += 1min;
  up(0);
  EXPECT_EQ(decided(), "D160 2 3");
  asked_ = true;
  EXPECT_EQ(decided(), "D150 0");
  EXPECT_EQ(decided(), "D180 0");
}

TEST_F(Name, automatic_failback_returns_by_itself) {
  answer_.failback = Failback::kAutomatic;
  down(0);
  down(1);
  EXPECT_EQ(decided(), "D130 2 3");
  now_ += 1min;
  up(1);
  EXPECT_EQ(decided(), "D140 1");
}

TEST_F(Name, target_that_failed_stays_out_for_its_minimum_time) {
  down(0);
  now_ += 4s;
  up(0);
  EXPECT_EQ(decided(), "D180 1");
  EXPECT_EQ(last_.again, kNow + 10s);
  now_ = kNow + 10s;
  EXPECT_EQ(decided(), "D199 0 1");
  EXPECT_EQ(last_.again, kNever);
}

TEST_F(Name, held_targets_are_better_than_unhealthy_ones) {
  for (std::size_t i = 0; i < 4; ++i) down(i);
  now_ += 1s;
  up(3);
  EXPECT_EQ(decided(), "D110 3");
  EXPECT_TRUE(last_.fails_open);
}

TEST_F(Name, everything_down_fails_open_and_keeps_its_group) {
  down(0);
  down(1);
  decided();
  down(2);
  down(3);
  EXPECT_EQ(decided(), "D120 0 1 2 3");
  EXPECT_TRUE(last_.fails_open);
  EXPECT_EQ(group_, 1U);
}

TEST_F(Name, unknown_counts_as_usable) {
  health_.assign(4, {});
  EXPECT_EQ(decided(), "D199 0 1");
  health_.clear();
  EXPECT_EQ(decided(), "D199 0 1");
}

TEST_F(Name, health_is_ignored_where_it_is_not_evaluated) {
  down(0);
  answer_.evaluate_health = false;
  EXPECT_EQ(decided(), "D100 0 1");
  answer_.evaluate_health = true;
  answer_.policy = DnsPolicy::kSimple;
  EXPECT_EQ(decided(), "D100 0 1");
  EXPECT_EQ(last_.ttl, 60s);
}

TEST_F(Name, weight_zero_is_answered_only_when_nothing_else_is_left) {
  answer_.policy = DnsPolicy::kWeighted;
  answer_.groups = {{"", {{0, 3}, {1, 0}, {2, 0}}}};
  EXPECT_EQ(decided(), "D199 0 1 2");
  EXPECT_TRUE(last_.draws_one);
  EXPECT_EQ(last_.targets[1].weight, 0);
  down(0);
  EXPECT_EQ(decided(), "D170 1 2");
  EXPECT_EQ(last_.targets[0].weight, 1);
}

TEST_F(Name, ttl_is_the_time_to_the_next_change_that_matters) {
  EXPECT_EQ(ttl(), 3s);
  health_[2].holds = 1s;  // of a group that is not answered
  EXPECT_EQ(ttl(), 3s);
  health_[1].holds = 2500ms;
  EXPECT_EQ(ttl(), 2s);
  health_[1].holds = 300ms;
  EXPECT_EQ(ttl(), 1s) << "the zone's lower bound";
  health_[0].holds = health_[1].holds = 10min;
  EXPECT_EQ(ttl(), 60s) << "the zone's upper bound";
  answer_.ttl = 7s;
  EXPECT_EQ(ttl(), 7s);
}

TEST_F(Name, ttl_counts_more_preferred_groups_only_if_they_would_return) {
  group_ = 1;
  health_[0].holds = health_[1].holds = 2s;
  EXPECT_EQ(ttl(), 3s);
  group_ = 1;
  down(0);
  down(1);
  answer_.failback = Failback::kAutomatic;
  EXPECT_EQ(ttl(), 2s);
}

TEST_F(Name, ttl_of_a_held_target_ends_no_later_than_its_time) {
  down(0);
  now_ += 7s;
  up(0);
  health_[1].holds = 30s;
  EXPECT_EQ(ttl(), 3s);
}

TEST(Decide, some_target_is_always_answered_and_never_a_dead_one_beside_a_live_one) {
  Prng prng(4711);
  for (int run = 0; run < 20'000; ++run) {
    DnsAnswer answer;
    answer.policy = static_cast<DnsPolicy>(prng.below(4));
    answer.failback = static_cast<Failback>(prng.below(2));
    const std::size_t groups = answer.policy == DnsPolicy::kFailover ? 1 + prng.below(3) : 1;
    std::vector<TargetHealth> health;
    for (std::size_t i = 0; i < groups; ++i) {
      answer.groups.emplace_back();
      for (std::uint64_t j = 0; j < 1 + prng.below(3); ++j) {
        const auto target = static_cast<model::Index>(health.size());
        answer.groups.back().targets.push_back({target, static_cast<int>(prng.below(3))});
        health.push_back({static_cast<Verdict>(prng.below(3)),
                          kNow - Duration(1s),
                          Duration(prng.between(0, 5'000'000)),
                          prng.chance(50) ? kLongAgo : kNow - prng.between(0s, 20s)});
      }
    }
    Decision out;
    const auto group = static_cast<std::size_t>(prng.below(groups));
    decide({answer, {1s, 60s}, health, prng.chance(50), kNow}, group, out);
    ASSERT_FALSE(out.targets.empty()) << out.rule->id;
    ASSERT_LT(out.group, groups);
    ASSERT_TRUE(out.ttl >= 1s && out.ttl <= 60s && out.ttl % 1s == 0s);
    if (answer.policy == DnsPolicy::kSimple) continue;
    bool usable = false;
    for (const TargetHealth& it : health) {
      const bool held = it.verdict == Verdict::kHealthy && it.failed > kNow - Duration(10s);
      usable = usable || (it.verdict != Verdict::kUnhealthy && !held);
    }
    ASSERT_EQ(out.fails_open, !usable);
    for (const model::DnsChoice& choice : out.targets) {
      ASSERT_TRUE(!usable || health[choice.target].verdict != Verdict::kUnhealthy);
    }
  }
}

}  // namespace
}  // namespace holdfast::core::dns
