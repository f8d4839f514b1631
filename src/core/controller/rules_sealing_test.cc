// Every row of the sealing table: what makes it fire, what it does, and what just does not.
#include <gtest/gtest.h>

#include "core/testing/cluster.h"

namespace holdfast::core {
namespace {

using testing::at;
using testing::Cluster;

/// The registry while its primary, member 0, is being replaced.
Cluster sealing(bool depose, const ClusterPolicy& policy = testing::registry_policy()) {
  Cluster c(policy);
  c.set_record(testing::sealing(c.record(), depose));
  for (int i = 0; i < 4; ++i) c.report(i).sealed = c.record().key.epoch;
  c.lose(0);
  c.pass(500ms);
  return c;
}

Cluster handing_over_to(int successor) {
  Cluster c = sealing(true);
  Record record = c.record();
  record.handover = Handover{c.who(successor)};
  record.cause = Cause::kSwitchover;
  c.set_record(record);
  return c;
}

/// Region east is lost; the western candidate is sealed and its promise has ended.
Cluster orders_without_east() {
  Cluster c = sealing(false, testing::orders_policy());
  c.lose(1);
  c.lose(2);
  c.pass(500ms);
  c.seal(3, at(1000));
  return c;
}

TEST(SealingC390, record_full_of_pairs_waits_for_a_person) {
  Cluster c = sealing(true);
  Record full = c.record();
  while (full.pairs.size() + 1 < full.pairs.capacity()) full.pairs.push_back(full.pairs[0]);
  c.set_record(full);
  for (int i = 1; i < 4; ++i) c.seal(i, at(1000));
  EXPECT_EQ(c.tick(), "C430");
  c.state.writing = false;
  full.pairs.push_back(full.pairs[0]);
  c.set_record(full);
  for (int i = 1; i < 4; ++i) c.seal(i, at(1000));
  EXPECT_EQ(c.tick(), "C390");
  EXPECT_FALSE(c.out.write.has_value());
}

TEST(SealingC400, living_primary_goes_on_in_the_new_epoch) {
  Cluster c = sealing(false);
  EXPECT_EQ(c.tick(), "C499");
  c.heard[0] = true;
  c.report(0).sealed = Epoch{1};
  EXPECT_EQ(c.tick(), "C400");
  const Record& next = *c.out.write->next;
  EXPECT_EQ(next.phase, Phase::kPromoting);
  EXPECT_EQ(next.target, c.who(0));
  EXPECT_EQ(next.timeline(), c.record().timeline());  // in place
  ASSERT_EQ(next.pairs.size(), 1U);                   // the same set of the same leader: said once
  EXPECT_EQ(next.pairs[0].s, (MemberSet{c.who(1), c.who(2), c.who(3)}));
  EXPECT_EQ(next.pairs[0].w, 2);
  EXPECT_EQ(next.pairs[0].epoch, Epoch{2});
  EXPECT_EQ(next.pairs[0].id, PairId{2});
}

TEST(SealingC400, deposed_sick_or_unaware_primary_does_not_go_on) {
  Cluster deposed = sealing(true);
  deposed.heard[0] = true;
  EXPECT_EQ(deposed.tick(), "C499");
  Cluster sick = sealing(false);
  sick.heard[0] = true;
  sick.report(0).sick = true;
  EXPECT_EQ(sick.tick(), "C499");
  Cluster unaware = sealing(false);
  unaware.heard[0] = true;
  unaware.report(0).record.epoch = Epoch{1};
  EXPECT_EQ(unaware.tick(), "C499");
}

TEST(SealingC410, better_placed_member_is_waited_for_briefly) {
  Cluster c = sealing(true);
  c.state.record_since = c.now - 119ms;
  c.seal(2, at(1000));
  c.seal(3, at(1000));
  EXPECT_EQ(c.tick(), "C410");
  EXPECT_FALSE(c.out.write.has_value());
  c.state.record_since = c.now - 120ms;
  EXPECT_EQ(c.tick(), "C430");
}

TEST(SealingC405, successor_of_a_handover_is_waited_for_while_its_leader_may_take_to_stop) {
  Cluster c = handing_over_to(1);
  c.state.record_since = c.now - c.policy.timing.lease + 1ms;
  c.seal(2, at(1000));
  c.seal(3, at(1000));
  EXPECT_EQ(c.tick(), "C405");
  EXPECT_FALSE(c.out.write.has_value());
  c.state.record_since = c.now - c.policy.timing.lease;
  EXPECT_EQ(c.tick(), "C430");
}

TEST(SealingC410, nobody_is_better_than_the_successor_of_a_handover) {
  Cluster c = handing_over_to(3);
  c.seal(2, at(1000));
  c.seal(3, at(1000));
  EXPECT_EQ(c.tick(), "C430");
  EXPECT_EQ(c.out.write->next->target, c.who(3));
}

TEST(SealingC410, nobody_is_waited_for_who_is_not_heard) {
  Cluster c = sealing(true);
  c.lose(1);
  c.pass(500ms);
  c.state.record_since = c.now;
  c.seal(2, at(1000));
  c.seal(3, at(1000));
  EXPECT_EQ(c.tick(), "C430");
}

TEST(SealingC420, successor_in_another_region_may_need_approval) {
  Cluster c = sealing(true);
  c.policy.region_automatic = false;
  c.seal(2, at(1000));
  c.seal(3, at(1000));
  EXPECT_EQ(c.tick(), "C420");
  EXPECT_FALSE(c.out.write.has_value());
  c.tick(OperatorCommand{OperatorVerb::kApprove, -1, false});
  EXPECT_EQ(c.tick(), "C430");
}

TEST(SealingC420, approval_of_the_failover_holds_for_its_sealing) {
  Cluster c(testing::registry_policy());
  c.policy.region_automatic = false;
  c.lose(1);
  c.silence_leader(400ms);
  EXPECT_EQ(c.tick(), "C240");
  c.tick(OperatorCommand{OperatorVerb::kApprove, -1, false});
  EXPECT_EQ(c.tick(), "C210");
  c.write();
  c.pass(500ms);
  c.seal(2, at(1000));
  c.seal(3, at(1000));
  EXPECT_EQ(c.tick(), "C430");
}

TEST(SealingC420, successor_in_the_same_region_needs_none) {
  Cluster c = sealing(true);
  c.policy.region_automatic = false;
  c.seal(1, at(1000));
  c.seal(2, at(1000));
  EXPECT_EQ(c.tick(), "C430");
}

TEST(SealingC430, most_advanced_sealed_member_is_to_lead) {
  Cluster c = sealing(true);
  c.seal(1, at(900));
  EXPECT_EQ(c.tick(), "C499");  // one seal too few
  c.seal(2, at(1000));
  c.report(3).able_to_seal = false;
  EXPECT_EQ(c.tick(), "C430");
  const Record& next = *c.out.write->next;
  EXPECT_EQ(next.phase, Phase::kPromoting);
  EXPECT_EQ(next.target, c.who(2));
  EXPECT_FALSE(next.lossy);
  EXPECT_EQ(next.timeline(), Timeline{2});
  EXPECT_EQ(next.lineage.back().start, Lsn{1000});
  EXPECT_EQ(next.pairs.size(), 2U);  // the older pair stays until the new one is proven
  EXPECT_EQ(next.pairs[1].primary, c.who(2));
  EXPECT_EQ(next.pairs[1].s, MemberSet{c.who(1)});  // at 900: a prefix, so it may follow
  EXPECT_FALSE(c.out.write->lease_must_be_absent);
}

TEST(SealingC430, seal_of_an_older_epoch_or_a_moving_position_does_not_count) {
  Cluster c = sealing(true);
  c.seal(1, at(1000));
  c.seal(2, at(1000));
  c.report(2).sealed = Epoch{1};
  EXPECT_EQ(c.tick(), "C499");
  c.report(2).sealed = Epoch{2};
  c.report(2).sealed_final = false;
  EXPECT_EQ(c.tick(), "C499");
}

TEST(SealingC430, tail_of_a_deposed_primary_is_left_behind_if_the_others_suffice) {
  Cluster c = sealing(true);
  c.heard[0] = true;
  c.seal(0, at(2000));
  c.seal(1, at(1000));
  c.seal(2, at(1000));
  EXPECT_EQ(c.tick(), "C430");
  EXPECT_EQ(c.out.write->next->target, c.who(1));
  EXPECT_EQ(c.out.write->next->lineage.back().start, Lsn{1000});
}

TEST(SealingC430, deposed_primary_leads_again_if_nobody_else_can_vouch) {
  Cluster c = sealing(true);
  c.heard[0] = true;
  c.seal(0, at(2000));
  c.seal(1, at(1000));
  c.report(2).able_to_seal = c.report(3).able_to_seal = false;
  EXPECT_EQ(c.tick(), "C430");
  EXPECT_EQ(c.out.write->next->target, c.who(0));
}

TEST(SealingC430, handover_goes_to_the_one_it_names) {
  Cluster c = handing_over_to(2);
  c.heard[0] = true;
  for (int i = 0; i < 4; ++i) c.seal(i, at(1000));
  EXPECT_EQ(c.tick(), "C430");
  EXPECT_EQ(c.out.write->next->target, c.who(2));
  EXPECT_FALSE(c.out.write->next->handover.has_value());
}

TEST(SealingC430, blocking_cluster_opens_only_when_its_durability_is_in_reach) {
  Cluster c = sealing(true);
  c.policy.block = true;
  c.seal(2, at(1000));
  c.seal(3, at(1000));
  c.report(1).able_to_seal = false;
  EXPECT_EQ(c.tick(), "C430");
  const Pair& first = c.out.write->next->pairs.back();
  EXPECT_EQ(first.w, blocked_w(first.s));
}

TEST(SealingC440, candidate_takes_over_once_leases_and_promises_have_ended) {
  Cluster c = orders_without_east();
  EXPECT_EQ(c.tick(), "C440");
  const Record& next = *c.out.write->next;
  EXPECT_TRUE(c.out.write->lease_must_be_absent);
  EXPECT_EQ(next.target, c.who(3));
  EXPECT_TRUE(next.lossy);
  ASSERT_EQ(next.pairs.size(), 1U);  // what was promised before may be lost
  EXPECT_EQ(next.pairs[0].w, 0);
  EXPECT_EQ(next.candidates.size(), 0U);
}

TEST(SealingC440, promise_or_a_reboot_hold_or_an_early_hour_forbids_it) {
  Cluster promised = orders_without_east();
  promised.report(3).promise_left = 1us;
  EXPECT_EQ(promised.tick(), "C499");
  Cluster rebooted = orders_without_east();
  rebooted.report(3).reboot_hold = true;
  EXPECT_EQ(rebooted.tick(), "C499");
  Cluster unrecorded = orders_without_east();
  unrecorded.report(3).self.life = 999;
  EXPECT_EQ(unrecorded.tick(), "C499");
  Cluster early = orders_without_east();
  Record record = early.record();
  record.cause = Cause::kSilent;
  early.set_record(record);
  EXPECT_EQ(early.tick(), "C499");
}

TEST(SealingC440, takeover_that_began_as_a_lossy_one_has_waited_already) {
  Cluster c = orders_without_east();
  Record record = c.record();
  record.cause = Cause::kRegionLost;
  c.set_record(record);
  EXPECT_EQ(c.tick(), "C440");
}

TEST(SealingC440, seals_are_preferred_while_they_suffice) {
  Cluster c = orders_without_east();
  c.heard[1] = c.heard[2] = true;
  c.seal(1, at(1000));
  c.seal(2, at(1000));
  EXPECT_EQ(c.tick(), "C430");
  EXPECT_FALSE(c.out.write->next->lossy);
}

TEST(SealingC440, members_beyond_the_new_fork_are_not_in_the_first_set) {
  Cluster c = orders_without_east();
  c.heard[1] = true;
  c.seal(1, at(2000));
  EXPECT_EQ(c.tick(), "C440");
  EXPECT_EQ(c.out.write->next->target, c.who(3));
  EXPECT_TRUE(c.out.write->next->pairs[0].s.empty());
}

/// The registry with one seal too few, and nobody left who could give it.
Cluster one_seal_short() {
  Cluster c = sealing(true);
  c.lose(2);
  c.lose(3);
  c.pass(500ms);
  c.seal(1, at(1000));
  return c;
}

TEST(SealingC445, operator_takes_the_most_advanced_that_is_left) {
  Cluster c = one_seal_short();
  EXPECT_EQ(c.tick(), "C499");
  c.state.accept_loss_for = Epoch{1};  // stated for the epoch that ended
  EXPECT_EQ(c.tick(), "C445");
  const Record& next = *c.out.write->next;
  EXPECT_EQ(next.target, c.who(1));
  EXPECT_TRUE(next.lossy);
  EXPECT_EQ(next.pairs.size(), 1U);
}

TEST(SealingC445, statement_for_an_earlier_epoch_has_lapsed) {
  Cluster c = one_seal_short();
  Record later = c.record();
  later.key.epoch = Epoch{3};
  c.set_record(later);
  c.seal(1, at(1000));
  c.state.accept_loss_for = Epoch{1};
  EXPECT_EQ(c.tick(), "C499");
}

TEST(SealingC450, loss_beyond_the_objective_needs_a_person) {
  Cluster c = orders_without_east();
  c.state.exposure = 5min;
  EXPECT_EQ(c.tick(), "C450");
  EXPECT_FALSE(c.out.write.has_value());
  c.tick(OperatorCommand{OperatorVerb::kApprove, -1, false});
  EXPECT_EQ(c.tick(), "C440");
}

TEST(SealingC450, measured_silence_counts_as_loss_too) {
  Cluster c = orders_without_east();
  c.report(3).wal_silence = 5min;
  EXPECT_EQ(c.tick(), "C450");
}

TEST(SealingC499, waits_for_members) {
  Cluster c = sealing(true);
  EXPECT_EQ(c.tick(), "C499");
  EXPECT_FALSE(c.out.write.has_value());
}

}  // namespace
}  // namespace holdfast::core
