// Every row of the promoting table: what makes it fire, what it does, and what just does not.
#include <gtest/gtest.h>

#include "core/testing/cluster.h"

namespace holdfast::core {
namespace {

using testing::at;
using testing::Cluster;

constexpr Lsn kFork{1 << 24};

/// Member 1 of the registry is chosen; 2 and 3 are its first set; member 0 is gone.
Cluster promoting() {
  Cluster c(testing::registry_policy());
  c.set_record(testing::promoting(c.record(), c.who(1), kFork, {c.who(2), c.who(3)}, 1));
  for (int i = 1; i < 4; ++i) c.seal(i, at(kFork.value));
  c.lose(0);
  c.pass(500ms);
  return c;
}

/// The target leads and its set streams from it.
Cluster leading() {
  Cluster c = promoting();
  MemberReport& target = c.report(1);
  target.state = PgState::kPrimary;
  target.leads = c.record().key.epoch;
  target.timeline = c.record().timeline();
  for (int i = 2; i < 4; ++i) {
    target.senders.push_back({c.who(i), kFork, 0us, 0us, 1s});
    c.report(i).following = c.record().key.epoch;
    c.report(i).timeline = c.record().timeline();
    c.report(i).wal = WalSeen::kFlowing;
  }
  return c;
}

TEST(PromotingC500, target_with_an_acknowledged_barrier_is_settled) {
  Cluster c = leading();
  EXPECT_EQ(c.tick(), "C599");
  c.report(1).proven = c.record().pair_last;
  EXPECT_EQ(c.tick(), "C500");
  const Record& next = *c.out.write->next;
  EXPECT_EQ(next.phase, Phase::kSteady);
  EXPECT_EQ(next.primary, c.who(1));
  EXPECT_FALSE(next.target.is_set());
  EXPECT_FALSE(next.depose);
  ASSERT_EQ(next.pairs.size(), 1U);
  EXPECT_EQ(next.pairs[0].epoch, Epoch{2});
  EXPECT_EQ(next.key.epoch, c.record().key.epoch);
}

TEST(PromotingC510, lost_target_is_replaced_with_every_pair_still_recorded) {
  Cluster c = promoting();
  c.lose(1);
  c.pass(399ms);
  EXPECT_EQ(c.tick(), "C599");
  c.pass(1ms);
  EXPECT_EQ(c.tick(), "C510");
  const Record& next = *c.out.write->next;
  EXPECT_EQ(next.phase, Phase::kSealing);
  EXPECT_EQ(next.key.epoch, Epoch{3});
  EXPECT_EQ(next.primary, c.who(1));
  EXPECT_EQ(next.pairs, c.record().pairs);
  EXPECT_EQ(next.cause, Cause::kTargetLost);
  EXPECT_FALSE(next.depose);
  EXPECT_TRUE(next.failovers.empty());  // the failover was counted when it began
}

TEST(PromotingC510, crashed_target_is_replaced_at_once) {
  Cluster c = promoting();
  c.report(1).state = PgState::kCrashed;
  EXPECT_EQ(c.tick(), "C510");
}

TEST(PromotingC510, target_is_kept_if_its_successor_could_not_be_sealed) {
  Cluster c = promoting();
  c.report(1).state = PgState::kCrashed;
  c.report(2).able_to_seal = c.report(3).able_to_seal = false;
  EXPECT_EQ(c.tick(), "C599");
}

TEST(PromotingC520, target_on_another_timeline_is_given_up) {
  Cluster c = leading();
  c.report(1).timeline = Timeline{7};
  EXPECT_EQ(c.tick(), "C520");
  EXPECT_EQ(c.out.write->next->phase, Phase::kSealing);
  c = leading();
  EXPECT_EQ(c.tick(), "C599");
}

TEST(PromotingC530, target_that_does_not_become_writable_is_given_up) {
  Cluster c = promoting();
  c.state.record_since = c.now - c.policy.promote_limit;
  EXPECT_EQ(c.tick(), "C599");
  c.pass(1ms);
  EXPECT_EQ(c.tick(), "C530");
  EXPECT_EQ(c.out.write->next->phase, Phase::kSealing);
}

TEST(PromotingC530, target_that_leads_already_is_not_given_up) {
  Cluster c = leading();
  c.state.record_since = c.now - 10s;
  EXPECT_EQ(c.tick(), "C599");
}

TEST(PromotingC540, missing_member_of_the_first_set_is_dropped) {
  Cluster c = leading();
  c.report(3).regressed = true;
  EXPECT_EQ(c.tick(), "C540");
  const Record& next = *c.out.write->next;
  EXPECT_EQ(next.phase, Phase::kPromoting);
  EXPECT_EQ(next.pairs.size(), 3U);
  EXPECT_EQ(next.pairs.back().s, MemberSet{c.who(2)});
}

TEST(PromotingC599, target_on_its_way_is_waited_for) {
  Cluster c = promoting();
  EXPECT_EQ(c.tick(), "C599");
  EXPECT_FALSE(c.out.write.has_value());
}

}  // namespace
}  // namespace holdfast::core
