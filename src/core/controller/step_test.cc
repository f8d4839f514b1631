// What holds for every phase: guards, reports, writes, operators, and what people are told.
#include <gtest/gtest.h>

#include <array>

#include "core/testing/cluster.h"

namespace holdfast::core {
namespace {

using testing::at;
using testing::Cluster;

Cluster registry() { return Cluster(testing::registry_policy()); }

TEST(ControllerStep, without_a_record_nothing_is_decided) {
  const ClusterPolicy policy = testing::registry_policy();
  ControllerState state;
  ControllerStep out;
  step_controller(policy, state, {MonoTime{}, WallTime{}, {}, ControllerTick{}}, out);
  EXPECT_STREQ(out.rule->id, "C100");
}

TEST(ControllerStep, older_record_is_ignored_and_a_newer_one_taken) {
  Cluster c = registry();
  Record newer = c.record();
  newer.key.revision = Revision{9};
  c.tick(RecordRead{std::make_shared<const Record>(newer)});
  EXPECT_EQ(c.record().key.revision, Revision{9});
  newer.key.revision = Revision{8};
  c.tick(RecordRead{std::make_shared<const Record>(newer)});
  EXPECT_EQ(c.record().key.revision, Revision{9});
  c.tick(RecordRead{nullptr});
  EXPECT_EQ(c.record().key.revision, Revision{9});
}

TEST(ControllerStep, agent_ahead_of_the_store_stops_every_decision) {
  Cluster c = registry();
  MemberReport report = c.report(1);
  report.record.epoch = Epoch{9};
  c.tick(ReportReceived{1, &report});
  EXPECT_STREQ(c.out.rule->id, "C120");
  c.report(0).state = PgState::kCrashed;
  EXPECT_EQ(c.tick(), "C120");
  EXPECT_FALSE(c.out.write.has_value());
}

TEST(ControllerStep, unknown_outcome_ends_the_wait_without_a_record) {
  Cluster c = registry();
  c.report(0).state = PgState::kCrashed;
  EXPECT_EQ(c.tick(), "C210");
  EXPECT_EQ(c.tick(), "C110");
  EXPECT_EQ(c.tick(WriteDone{WriteResult::kUnknown, nullptr}), "C210");
}

TEST(ControllerStep, conflict_brings_the_winners_record) {
  Cluster c = registry();
  c.report(0).state = PgState::kCrashed;
  EXPECT_EQ(c.tick(), "C210");
  const RecordPtr winner = c.out.write->next;
  c.tick(WriteDone{WriteResult::kConflict, winner});
  EXPECT_EQ(c.record().phase, Phase::kSealing);
  EXPECT_FALSE(c.state.writing);
}

TEST(ControllerStep, member_that_reports_less_than_before_counts_as_absent) {
  Cluster c = registry();
  MemberReport report = c.report(1);
  c.tick(ReportReceived{1, &report});
  report.position.lsn.value -= 1;
  c.tick(ReportReceived{1, &report});
  EXPECT_FALSE(c.state.members[1].report.regressed);  // still replaying: not its final word
  report.sealed_final = true;
  c.tick(ReportReceived{1, &report});
  EXPECT_TRUE(c.state.members[1].report.regressed);
  ASSERT_FALSE(c.out.events.empty());
  EXPECT_STREQ(c.out.events[0].rule->id, "C130");
  c.report(1) = report;
}

TEST(ControllerStep, lost_writes_are_not_forgiven_within_one_life) {
  Cluster c = registry();
  MemberReport report = c.report(1);
  c.tick(ReportReceived{1, &report});
  report.position.lsn.value -= 1;
  report.sealed_final = true;
  c.tick(ReportReceived{1, &report});
  report.position.lsn.value += 100;
  step_controller(c.policy, c.state, {c.now, c.wall, {}, ReportReceived{1, &report}}, c.out);
  EXPECT_TRUE(c.state.members[1].report.regressed);
  report.self.life = 999;
  step_controller(c.policy, c.state, {c.now, c.wall, {}, ReportReceived{1, &report}}, c.out);
  EXPECT_FALSE(c.state.members[1].report.regressed);
}

TEST(ControllerStep, exposure_is_the_candidates_lag_and_what_leases_allow) {
  Cluster c(testing::orders_policy());
  c.pass(1s);
  MemberReport report = c.report(0);
  for (SenderReport& it : report.senders) it.behind = it.standby.member == 3 ? 700ms : 0ms;
  c.tick(ReportReceived{0, &report});
  EXPECT_EQ(c.state.exposure, 700ms + c.policy.timing.lease + c.policy.timing.heartbeat);
}

TEST(ControllerStep, exposure_grows_while_the_leader_is_not_heard) {
  Cluster c(testing::orders_policy());
  c.pass(1s);
  MemberReport report = c.report(0);
  c.tick(ReportReceived{0, &report});
  c.lose(0);
  c.pass(5s);
  c.tick();
  EXPECT_EQ(c.state.exposure, 5s);
}

TEST(ControllerStep, gap_in_what_the_leader_says_is_noted) {
  Cluster c = registry();
  MemberReport report = c.report(0);
  c.pass(100ms);
  c.tick(ReportReceived{0, &report});
  const MonoTime before = c.state.leader_heard_since;
  c.lose(0);
  c.pass(1s);
  report.heartbeat += 1;
  c.tick(ReportReceived{0, &report});
  EXPECT_LT(before, c.now);
  EXPECT_EQ(c.state.leader_heard_since, c.now);
}

TEST(ControllerStep, stall_restarts_the_count_of_silence) {
  Cluster c = registry();
  c.tick();
  const MonoTime before = c.state.awake_since;
  c.now += 200ms;
  c.tick();
  EXPECT_EQ(c.state.awake_since, before);
  c.now += 201ms;
  c.tick();
  EXPECT_EQ(c.state.awake_since, c.now);
}

TEST(ControllerStep, next_deadline_comes_no_later_than_the_answer_may_change) {
  Cluster c = registry();
  c.lose(0);
  c.pass(390ms);
  c.tick();
  EXPECT_EQ(c.out.next_deadline, c.now + 10ms + 1us);
}

TEST(OperatorSwitchover, records_a_handover_to_a_streaming_member) {
  Cluster c = registry();
  c.tick(OperatorCommand{OperatorVerb::kSwitchover, 2, false});
  ASSERT_TRUE(c.out.write.has_value());
  EXPECT_EQ(c.out.write->next->handover->to, c.who(2));
  EXPECT_EQ(c.out.write->next->phase, Phase::kSteady);
}

TEST(OperatorSwitchover, unfit_target_is_refused) {
  const std::pair<const char*, void (*)(Cluster&)> flaws[] = {
      {"not heard",
       [](Cluster& c) {
         c.lose(2);
         c.pass(400ms);
       }},
      {"follows nobody", [](Cluster& c) { c.report(2).following = Epoch{}; }},
      {"another timeline", [](Cluster& c) { c.report(2).timeline = Timeline{5}; }},
      {"may not lead", [](Cluster& c) { c.policy.members[2].may_lead = false; }},
  };
  for (const auto& [name, spoil] : flaws) {
    Cluster c = registry();
    spoil(c);
    c.tick(OperatorCommand{OperatorVerb::kSwitchover, 2, false});
    EXPECT_FALSE(c.out.write.has_value()) << name;
    ASSERT_EQ(c.out.events.size(), 1U) << name;
    EXPECT_STREQ(c.out.events[0].rule->id, "C140") << name;
  }
}

TEST(OperatorSwitchover, nobody_or_the_primary_itself_is_refused) {
  for (const int member : {-1, 0, 4, 99}) {
    Cluster c = registry();
    c.tick(OperatorCommand{OperatorVerb::kSwitchover, member, false});
    EXPECT_FALSE(c.out.write.has_value()) << member;
  }
}

TEST(OperatorFailover, deposes_a_healthy_primary_if_sealing_can_finish) {
  Cluster c = registry();
  c.tick(OperatorCommand{OperatorVerb::kFailover, -1, false});
  ASSERT_TRUE(c.out.write.has_value());
  EXPECT_TRUE(c.out.write->next->depose);
  EXPECT_EQ(c.out.write->next->cause, Cause::kOperator);
  Cluster alone = registry();
  for (int i = 1; i < 4; ++i) alone.lose(i);
  alone.pass(400ms);
  alone.tick(OperatorCommand{OperatorVerb::kFailover, -1, false});
  EXPECT_FALSE(alone.out.write.has_value());
}

TEST(OperatorResume, forgets_what_had_held_automatic_failover) {
  Cluster c = registry();
  Record record = c.record();
  record.halted = true;
  record.same_cause = 3;
  record.failovers.push_back(c.wall);
  c.set_record(record);
  c.tick(OperatorCommand{OperatorVerb::kResume, -1, false});
  ASSERT_TRUE(c.out.write.has_value());
  EXPECT_FALSE(c.out.write->next->halted);
  EXPECT_EQ(c.out.write->next->same_cause, 0);
  EXPECT_TRUE(c.out.write->next->failovers.empty());
}

TEST(BootstrapRecord, first_member_leads_and_the_rest_take_their_places) {
  const ClusterPolicy policy = testing::orders_policy();
  const std::array<std::uint32_t, 4> lives{11, 12, 13, 14};
  const Record record = bootstrap_record(policy, lives, WallTime{} + 1s);
  EXPECT_EQ(record.phase, Phase::kSteady);
  EXPECT_EQ(record.primary, (Incarnation{0, 11}));
  ASSERT_EQ(record.pairs.size(), 1U);
  EXPECT_EQ(record.pairs[0].s, (MemberSet{{1, 12}, {2, 13}}));
  EXPECT_EQ(record.pairs[0].w, 1);
  EXPECT_EQ(record.candidates, (MemberSet{{3, 14}}));
  EXPECT_EQ(record.timeline(), Timeline{1});
}

/// Sealed positions for a promotion out of an epoch whose reserved timeline never came to be.
TEST(Drafts, unused_reserved_timeline_leaves_the_lineage_but_is_never_given_again) {
  Cluster c = registry();
  c.set_record(testing::promoting(c.record(), c.who(1), Lsn{100}, {c.who(2), c.who(3)}, 1));
  c.set_record(testing::sealing(c.record(), false));
  const SealedMembers sealed{{c.who(2), at(150)}, {c.who(3), at(150)}};
  const Record next = controller::draft_promoting(c.view(), sealed[0], sealed, false);
  EXPECT_EQ(next.timeline(), Timeline{3});
  ASSERT_EQ(next.lineage.size(), 2U);
  EXPECT_EQ(next.lineage[0].timeline, Timeline{1});
  EXPECT_EQ(next.lineage[1].start, Lsn{150});
}

TEST(Drafts, fork_of_a_target_that_is_chosen_after_another_is_not_forgotten) {
  Cluster c = registry();
  c.set_record(testing::promoting(c.record(), c.who(1), Lsn{100}, {c.who(2), c.who(3)}, 1));
  c.set_record(testing::sealing(c.record(), false));
  // Member 2 has more of the first timeline than member 1, which leads the second and is away.
  const SealedMembers without{{c.who(2), at(150)}};
  c.set_record(controller::draft_promoting(c.view(), without[0], without, false));
  EXPECT_EQ(relation(c.record(), {Timeline{2}, Lsn{120}}), Relation::kDiverged);
  ASSERT_EQ(c.record().set_aside.size(), 1U);
  c.set_record(testing::sealing(c.record(), false));
  const SealedMembers back{{c.who(1), at(120, 2)}, {c.who(2), at(150)}};
  const Record next = controller::draft_promoting(c.view(), back[0], back, false);
  ASSERT_EQ(next.lineage.size(), 3U);
  EXPECT_EQ(next.lineage[1].timeline, Timeline{2});
  EXPECT_EQ(next.lineage[1].start, Lsn{100});
  EXPECT_EQ(relation(next, at(150)), Relation::kDiverged) << "what member 2 had is beyond the fork";
  ASSERT_EQ(next.set_aside.size(), 1U);
  EXPECT_EQ(next.set_aside[0].fork.timeline, Timeline{3});
  c.set_record(next);
  EXPECT_TRUE(controller::draft_steady(c.view()).set_aside.empty());
}

TEST(Drafts, failover_after_its_own_window_starts_the_count_afresh) {
  Cluster c = registry();
  Record record = c.record();
  record.cause = Cause::kCrashed;
  record.same_cause = 2;
  record.failovers.push_back(c.wall - 481s);
  c.set_record(record);
  const Record next = controller::draft_sealing(c.view(), Cause::kCrashed, true, true);
  EXPECT_EQ(next.same_cause, 1);
  EXPECT_EQ(next.failovers.size(), 1U);
}

TEST(Drafts, lineage_keeps_its_newest_forks_when_it_is_full) {
  Cluster c = registry();
  Record record = testing::sealing(c.record(), true);
  while (!record.lineage.full()) {
    record.timeline_last = record.timeline_last.next();
    record.lineage.push_back({record.timeline_last, Lsn{record.timeline_last.value}, Epoch{1}});
  }
  c.set_record(record);
  const SealedMembers sealed{{c.who(1), at(500, record.timeline_last.value)}};
  const Record next = controller::draft_promoting(c.view(), sealed[0], sealed, false);
  EXPECT_TRUE(next.lineage.full());
  EXPECT_EQ(next.timeline(), record.timeline_last.next());
  EXPECT_EQ(next.lineage[0].timeline, Timeline{2});
}

}  // namespace
}  // namespace holdfast::core
