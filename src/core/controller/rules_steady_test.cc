// Every row of the steady table: what makes it fire, what it does, and what just does not.
#include <gtest/gtest.h>

#include "core/testing/cluster.h"

namespace holdfast::core {
namespace {

using testing::Cluster;

Cluster registry() { return Cluster(testing::registry_policy()); }
Cluster orders() { return Cluster(testing::orders_policy()); }

/// The whole east is gone for `silence`; the western candidate says so.
Cluster orders_without_east(Duration silence = 400ms) {
  Cluster c = orders();
  c.lose(1);
  c.lose(2);
  c.silence_leader(silence);
  return c;
}

Cluster handing_over() {
  Cluster c = registry();
  Record record = c.record();
  record.handover = Handover{c.who(2)};
  c.set_record(record);
  return c;
}

/// A new pair is recorded beside the old.
Cluster changing() {
  Cluster c = registry();
  Record record = c.record();
  record.pair_last = PairId{2};
  record.pairs.push_back({PairId{2}, record.key.epoch, record.primary, record.pairs[0].s, 2});
  c.set_record(record);
  return c;
}

TEST(SteadyC200, drained_primary_is_deposed_for_its_successor) {
  Cluster c = handing_over();
  EXPECT_EQ(c.tick(), "C399");
  c.report(0).drained = true;
  EXPECT_EQ(c.tick(), "C200");
  ASSERT_TRUE(c.out.write.has_value());
  const Record& next = *c.out.write->next;
  EXPECT_EQ(next.phase, Phase::kSealing);
  EXPECT_EQ(next.key.epoch, Epoch{2});
  EXPECT_TRUE(next.depose);
  EXPECT_EQ(next.cause, Cause::kSwitchover);
  EXPECT_EQ(next.handover->to, c.who(2));
  EXPECT_TRUE(next.failovers.empty());
}

TEST(SteadyC200, drain_of_an_older_record_does_not_count) {
  Cluster c = handing_over();
  c.report(0).drained = true;
  c.report(0).record.revision = Revision{1};
  EXPECT_EQ(c.tick(), "C399");
}

TEST(SteadyC210, silent_leader_is_failed_over_without_deposing_it) {
  Cluster c = registry();
  c.silence_leader(399ms);
  EXPECT_EQ(c.tick(), "C399");
  c.silence_leader(400ms);
  EXPECT_EQ(c.tick(), "C210");
  const Record& next = *c.out.write->next;
  EXPECT_EQ(next.phase, Phase::kSealing);
  EXPECT_EQ(next.primary, c.who(0));
  EXPECT_FALSE(next.depose);
  EXPECT_EQ(next.cause, Cause::kSilent);
  EXPECT_EQ(next.failovers.size(), 1U);
  EXPECT_EQ(next.pairs, c.record().pairs);
  EXPECT_EQ(c.out.write->expected, c.record().key);
  EXPECT_FALSE(c.out.write->lease_must_be_absent);
}

TEST(SteadyC210, crashed_leader_is_deposed_at_once) {
  Cluster c = registry();
  c.report(0).state = PgState::kCrashed;
  EXPECT_EQ(c.tick(), "C210");
  EXPECT_TRUE(c.out.write->next->depose);
  EXPECT_EQ(c.out.write->next->cause, Cause::kCrashed);
}

TEST(SteadyC210, one_failover_is_begun_not_two) {
  Cluster c = registry();
  c.report(0).state = PgState::kCrashed;
  EXPECT_EQ(c.tick(), "C210");
  EXPECT_EQ(c.tick(), "C110");
  EXPECT_FALSE(c.out.write.has_value());
}

TEST(SteadyC220, sick_leader_is_deposed) {
  Cluster c = registry();
  c.report(0).sick = true;
  EXPECT_EQ(c.tick(), "C220");
  EXPECT_TRUE(c.out.write->next->depose);
  EXPECT_EQ(c.out.write->next->cause, Cause::kSick);
}

TEST(SteadyC220, sick_leader_stays_if_nobody_could_follow_it) {
  Cluster c = registry();
  c.report(0).sick = true;
  for (int i = 1; i < 4; ++i) c.report(i).able_to_seal = false;
  EXPECT_EQ(c.tick(), "C399");
}

TEST(SteadyC230, third_death_of_one_cause_halts) {
  Cluster c = registry();
  Record record = c.record();
  record.same_cause = 2;
  record.cause = Cause::kCrashed;
  record.failovers.push_back(c.wall - 10s);
  c.set_record(record);
  c.report(0).state = PgState::kCrashed;
  EXPECT_EQ(c.tick(), "C230");
  EXPECT_TRUE(c.out.write->next->halted);
  EXPECT_EQ(c.out.write->next->phase, Phase::kSteady);
}

TEST(SteadyC230, third_death_of_another_cause_only_waits) {
  Cluster c = registry();
  Record record = c.record();
  record.same_cause = 2;
  record.cause = Cause::kSilent;
  record.failovers.push_back(c.wall - 10s);
  c.set_record(record);
  c.report(0).state = PgState::kCrashed;
  EXPECT_EQ(c.tick(), "C240");
}

TEST(SteadyC240, held_failover_is_told_once_and_not_begun) {
  Cluster c = registry();
  c.hint.hold = true;
  c.report(0).state = PgState::kCrashed;
  EXPECT_EQ(c.tick(), "C240");
  EXPECT_FALSE(c.out.write.has_value());
  EXPECT_EQ(c.out.events.size(), 1U);
  EXPECT_EQ(c.tick(), "C240");
  EXPECT_TRUE(c.out.events.empty());
  c.hint.hold = false;
  EXPECT_EQ(c.tick(), "C210");
}

TEST(SteadyC240, approval_of_this_record_lets_it_begin) {
  Cluster c = registry();
  c.policy.zone_automatic = false;
  c.report(0).state = PgState::kCrashed;
  EXPECT_EQ(c.tick(), "C240");
  c.tick(OperatorCommand{OperatorVerb::kApprove, -1, false});
  EXPECT_EQ(c.tick(), "C210");
}

TEST(SteadyC250, lost_region_within_the_objective_begins_a_lossy_takeover) {
  Cluster c = orders_without_east();
  EXPECT_EQ(c.tick(), "C252");
  c.pass(c.policy.timing.lease - c.policy.timing.detection);
  EXPECT_EQ(c.tick(), "C250");
  const Record& next = *c.out.write->next;
  EXPECT_EQ(next.phase, Phase::kSealing);
  EXPECT_FALSE(next.depose);
  EXPECT_EQ(next.cause, Cause::kRegionLost);
  EXPECT_TRUE(c.out.write->lease_must_be_absent);
}

TEST(SteadyC250, lease_that_runs_on_is_asked_about_once_in_a_heartbeat) {
  Cluster c = orders_without_east(2s);
  EXPECT_EQ(c.tick(), "C250");
  EXPECT_EQ(c.tick(WriteDone{WriteResult::kConflict, c.state.record}), "C252");
  c.pass(c.policy.timing.heartbeat);
  EXPECT_EQ(c.tick(), "C250");
}

TEST(SteadyC275, controller_that_the_store_does_not_answer_begins_nothing) {
  Cluster c = registry();
  c.store_answers = false;
  c.state.store_answered_at = c.now;
  c.silence_leader(400ms);
  EXPECT_EQ(c.tick(), "C210") << "answered after the last heartbeat: the store was there";
  Cluster cut = registry();
  cut.store_answers = false;
  cut.state.store_answered_at = cut.now - 1ms;
  cut.silence_leader(400ms);
  EXPECT_EQ(cut.tick(), "C275");
  EXPECT_TRUE(cut.out.read_store);
  EXPECT_EQ(cut.tick(RecordRead{cut.state.record, cut.now}), "C210");
}

TEST(SteadyC275, controller_that_was_cut_off_with_a_witness_waits_until_streams_are_found_again) {
  Cluster c = registry();
  c.store_answers = false;
  c.state.store_answered_at = c.now - 1ms;
  c.silence_leader(400ms);
  EXPECT_EQ(c.tick(), "C275");
  c.silence_leader(c.policy.timing.detection);
  EXPECT_EQ(c.tick(RecordRead{c.state.record, c.now}), "C275") << "it has only just answered";
  const Duration wait = c.policy.timing.sick + 2 * c.policy.timing.heartbeat;
  c.silence_leader(wait - 1ms);
  EXPECT_EQ(c.tick(), "C275");
  c.pass(1ms);
  EXPECT_EQ(c.tick(), "C210");
}

TEST(SteadyC250, seals_are_preferred_while_they_suffice) {
  Cluster c = orders();
  c.silence_leader(400ms);  // members 1 and 2 live
  EXPECT_EQ(c.tick(), "C210");
}

TEST(SteadyC255, operator_accepts_the_loss_of_an_unsealable_leader) {
  Cluster c = registry();
  c.lose(1);
  c.lose(2);
  c.silence_leader(400ms);
  EXPECT_EQ(c.tick(), "C340");
  c.tick(OperatorCommand{OperatorVerb::kAcceptLoss, -1, true});
  EXPECT_EQ(c.tick(), "C255");
  EXPECT_EQ(c.out.write->next->phase, Phase::kSealing);
  EXPECT_EQ(c.out.write->next->cause, Cause::kOperator);
  EXPECT_TRUE(c.out.write->next->failovers.empty());
}

TEST(SteadyC255, living_or_isolated_or_sealable_leader_is_not_given_up) {
  Cluster alive = registry();
  alive.tick(OperatorCommand{OperatorVerb::kAcceptLoss, -1, true});
  EXPECT_EQ(alive.tick(), "C399");
  Cluster isolated = registry();
  isolated.lose(0);
  isolated.pass(400ms);
  isolated.tick(OperatorCommand{OperatorVerb::kAcceptLoss, -1, true});
  EXPECT_EQ(isolated.tick(), "C280");
  Cluster sealable = registry();
  sealable.silence_leader(400ms);
  sealable.tick(OperatorCommand{OperatorVerb::kAcceptLoss, -1, true});
  EXPECT_EQ(sealable.tick(), "C210");
}

TEST(SteadyC255, statement_without_power_off_is_refused) {
  Cluster c = registry();
  c.lose(1);
  c.lose(2);
  c.silence_leader(400ms);
  c.tick(OperatorCommand{OperatorVerb::kAcceptLoss, -1, false});
  EXPECT_EQ(c.tick(), "C340");
}

TEST(SteadyC260, exposure_beyond_an_objective_needs_a_person) {
  Cluster c = orders_without_east();
  c.state.exposure = 5min;
  EXPECT_EQ(c.tick(), "C260");
  EXPECT_FALSE(c.out.write.has_value());
  c.state.exposure = 5min - 1ms;
  EXPECT_EQ(c.tick(), "C252");
}

TEST(SteadyC260, policy_may_want_a_person_for_every_region) {
  Cluster c = orders_without_east();
  c.policy.region_automatic = false;
  EXPECT_EQ(c.tick(), "C260");
}

TEST(SteadyC260, without_lossy_takeover_it_is_not_offered) {
  Cluster c = orders_without_east();
  c.policy.lossy_takeover = false;
  EXPECT_EQ(c.tick(), "C340");
}

TEST(SteadyC270, crash_that_could_not_be_sealed_is_left_alone) {
  Cluster c = registry();
  c.report(0).state = PgState::kCrashed;
  c.report(1).able_to_seal = c.report(2).able_to_seal = false;
  EXPECT_EQ(c.tick(), "C270");
  EXPECT_FALSE(c.out.write.has_value());
  c.report(2).able_to_seal = true;
  EXPECT_EQ(c.tick(), "C210");
}

TEST(SteadyC270, nobody_but_itself_can_vouch_for_an_unprotected_primary) {
  Cluster c = registry();
  Record record = c.record();
  record.pairs[0].s.clear();
  record.pairs[0].w = 0;
  c.set_record(record);
  c.report(0).state = PgState::kCrashed;
  EXPECT_EQ(c.tick(), "C270");
}

TEST(SteadyC280, isolated_leader_goes_on) {
  Cluster c = registry();
  c.lose(0);
  c.pass(399ms);
  EXPECT_EQ(c.tick(), "C399");
  c.pass(1ms);
  EXPECT_EQ(c.tick(), "C280");
  EXPECT_FALSE(c.out.write.has_value());
}

TEST(SteadyC290, overdue_handover_is_abandoned) {
  Cluster c = handing_over();
  c.pass(3s);
  EXPECT_EQ(c.tick(), "C399");
  c.pass(1ms);
  EXPECT_EQ(c.tick(), "C290");
  EXPECT_FALSE(c.out.write->next->handover.has_value());
  EXPECT_EQ(c.out.write->next->phase, Phase::kSteady);
}

TEST(SteadyC300, proven_set_retires_the_older_ones) {
  Cluster c = changing();
  EXPECT_EQ(c.tick(), "C399");
  c.report(0).proven = PairId{2};
  EXPECT_EQ(c.tick(), "C300");
  ASSERT_EQ(c.out.write->next->pairs.size(), 1U);
  EXPECT_EQ(c.out.write->next->pairs[0].id, PairId{2});
}

TEST(SteadyC310, lost_member_is_recorded_as_a_joint_change) {
  Cluster c = registry();
  c.report(1).regressed = true;
  EXPECT_EQ(c.tick(), "C310");
  ASSERT_EQ(c.out.write->next->pairs.size(), 2U);
  EXPECT_EQ(c.out.write->next->pairs[0], c.record().pairs[0]);
  EXPECT_EQ(c.out.write->next->pairs[1].s.size(), 2U);
}

/// A rebuilt candidate: another life follows the leader.
Cluster rebuilt_candidate() {
  Cluster c = orders();
  c.report(3).self.life = 999;
  for (SenderReport& it : c.report(0).senders) {
    if (it.standby.member == 3) it.standby.life = 999;
  }
  return c;
}

TEST(SteadyC320, candidate_is_accepted_once_the_primary_knows) {
  Cluster c = rebuilt_candidate();
  Record record = c.record();
  record.candidates_pending.push_back(c.who(3));
  c.set_record(record);
  c.report(0).record.revision = Revision{1};
  EXPECT_EQ(c.tick(), "C399");
  c.report(0).record = c.record().key;
  EXPECT_EQ(c.tick(), "C320");
  EXPECT_EQ(c.out.write->next->candidates, MemberSet{c.who(3)});  // its former life made room
  EXPECT_TRUE(c.out.write->next->candidates_pending.empty());
}

TEST(SteadyC330, new_life_of_a_candidate_is_pending_first) {
  Cluster c = rebuilt_candidate();
  EXPECT_EQ(c.tick(), "C330");
  EXPECT_EQ(c.out.write->next->candidates_pending, MemberSet{c.who(3)});
  EXPECT_EQ(c.out.write->next->candidates, c.record().candidates);
}

TEST(SteadyC330, candidate_that_does_not_follow_waits) {
  Cluster c = rebuilt_candidate();
  c.report(3).following = Epoch{};
  EXPECT_EQ(c.tick(), "C399");
}

TEST(SteadyC340, silent_leader_without_enough_witnesses_is_said_aloud) {
  Cluster c = registry();
  c.lose(1);
  c.lose(2);
  c.silence_leader(399ms);
  EXPECT_EQ(c.tick(), "C399");
  c.silence_leader(400ms);
  EXPECT_EQ(c.tick(), "C340");
  EXPECT_FALSE(c.out.write.has_value());
  EXPECT_EQ(c.out.events.size(), 1U);
}

TEST(SteadyC399, healthy_cluster_is_left_alone) {
  for (Cluster c : {registry(), orders()}) {
    EXPECT_EQ(c.tick(), "C399");
    EXPECT_FALSE(c.out.write.has_value());
    EXPECT_TRUE(c.out.events.empty());
    EXPECT_LE(c.out.next_deadline, c.now + c.policy.timing.heartbeat);
  }
}

}  // namespace
}  // namespace holdfast::core
