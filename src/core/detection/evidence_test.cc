// One test for each verdict, and for what must never become evidence.
#include "core/detection/evidence.h"

#include <gtest/gtest.h>

#include "core/testing/cluster.h"

namespace holdfast::core {
namespace {

using testing::at;
using testing::Cluster;

Evidence weighed(Cluster& cluster) { return cluster.view().evidence; }

TEST(Evidence, healthy_leader_is_alive) {
  Cluster c(testing::registry_policy());
  const Evidence evidence = weighed(c);
  EXPECT_EQ(evidence.verdict, Verdict::kAlive);
  EXPECT_TRUE(evidence.can_seal);
  EXPECT_EQ(evidence.likely, c.who(1));
  EXPECT_EQ(evidence.next, c.now + 400ms);
}

TEST(Evidence, postgres_down_by_its_agents_word_is_crashed) {
  for (const PgState state :
       {PgState::kCrashed, PgState::kStopped, PgState::kStarting, PgState::kAbsent}) {
    Cluster c(testing::registry_policy());
    c.report(0).state = state;
    EXPECT_EQ(weighed(c).verdict, Verdict::kCrashed) << pg_state_name(state);
  }
}

TEST(Evidence, crash_that_restarts_in_place_is_alive) {
  Cluster c(testing::registry_policy());
  c.report(0).state = PgState::kCrashed;
  c.report(0).restarting = true;
  EXPECT_EQ(weighed(c).verdict, Verdict::kAlive);
}

TEST(Evidence, crash_report_of_another_epoch_says_nothing_about_this_one) {
  Cluster c(testing::registry_policy());
  c.report(0).state = PgState::kCrashed;
  c.report(0).record.epoch = Epoch{};
  EXPECT_EQ(weighed(c).verdict, Verdict::kAlive);
}

TEST(Evidence, another_life_on_the_leaders_host_means_gone) {
  Cluster c(testing::registry_policy());
  c.report(0).self.life = 999;
  EXPECT_EQ(weighed(c).verdict, Verdict::kGone);
}

TEST(Evidence, empty_disk_on_the_leaders_host_means_gone) {
  Cluster c(testing::registry_policy());
  c.report(0).self = {};
  EXPECT_EQ(weighed(c).verdict, Verdict::kGone);
}

TEST(Evidence, failing_probes_of_a_living_agent_are_sick) {
  Cluster c(testing::registry_policy());
  c.report(0).sick = true;
  EXPECT_EQ(weighed(c).verdict, Verdict::kSick);
}

TEST(Evidence, leader_that_hears_no_standby_while_they_are_heard_here_is_sick) {
  Cluster c(testing::registry_policy());
  c.report(0).senders.clear();
  c.pass(c.policy.timing.sick + 2 * c.policy.timing.heartbeat - 1ms);
  EXPECT_EQ(weighed(c).verdict, Verdict::kAlive);
  c.pass(1ms);
  EXPECT_EQ(weighed(c).verdict, Verdict::kSick);
}

TEST(Evidence, leader_that_hears_no_standby_is_not_sick_if_too_few_could_follow_it) {
  Cluster c(testing::registry_policy());
  c.report(0).senders.clear();
  c.lose(1);
  c.report(2).sick = true;  // says nothing about the leader
  c.pass(10s);
  EXPECT_EQ(weighed(c).verdict, Verdict::kAlive);
}

TEST(Evidence, standby_that_was_itself_away_says_nothing_about_the_leader_for_as_long) {
  Cluster c(testing::registry_policy());
  c.report(0).senders.clear();
  c.pass(10s);
  EXPECT_EQ(weighed(c).verdict, Verdict::kSick);
  for (int i = 1; i < 4; ++i) c.state.members[static_cast<std::size_t>(i)].well_since = c.now;
  EXPECT_EQ(weighed(c).verdict, Verdict::kAlive);
}

TEST(Evidence, silence_heard_by_one_that_was_itself_away_is_no_evidence) {
  Cluster c(testing::registry_policy());
  c.silence_leader(c.policy.timing.detection);
  EXPECT_EQ(weighed(c).verdict, Verdict::kSilent);
  for (int i = 1; i < 4; ++i) c.state.members[static_cast<std::size_t>(i)].well_since = c.now;
  EXPECT_EQ(weighed(c).verdict, Verdict::kUnknown);
  c.pass(c.policy.timing.sick + 2 * c.policy.timing.heartbeat);
  EXPECT_EQ(weighed(c).verdict, Verdict::kSilent);
}

TEST(Evidence, one_standby_may_be_the_deaf_one) {
  Cluster c(testing::registry_policy());
  Record alone = c.record();
  alone.pairs[0].s = {};
  alone.pairs[0].s.push_back(c.who(2));
  alone.pairs[0].w = 1;
  c.set_record(alone);
  c.report(0).senders.clear();
  for (const int other : {1, 3}) c.lose(other);
  c.pass(10s);
  EXPECT_EQ(weighed(c).verdict, Verdict::kAlive);
}

TEST(Evidence, leader_that_still_hears_the_other_standbys_is_not_deaf) {
  Cluster c(testing::registry_policy());
  Record alone = c.record();
  alone.pairs[0].s = {};
  alone.pairs[0].s.push_back(c.who(2));
  alone.pairs[0].w = 1;
  c.set_record(alone);
  for (Duration left = 10s; left > 0us; left -= 100ms) {
    for (SenderReport& it : c.report(0).senders) {
      if (it.standby == c.who(2)) it.reply_age += 100ms;
    }
    c.pass(100ms);
  }
  EXPECT_EQ(weighed(c).verdict, Verdict::kAlive);
}

TEST(Evidence, whoever_hears_the_leader_only_just_again_does_not_call_it_deaf) {
  Cluster c(testing::registry_policy());
  c.report(0).senders.clear();
  c.pass(10s);
  EXPECT_EQ(weighed(c).verdict, Verdict::kSick);
  c.state.leader_heard_since = c.now;
  EXPECT_EQ(weighed(c).verdict, Verdict::kAlive);
}

TEST(Evidence, leader_not_yet_seen_leading_has_not_been_unanswered) {
  Cluster c(testing::registry_policy());
  c.state.leading_seen = Epoch{};
  for (MemberView& view : c.state.members) view.sender_alive_at = kLongAgo;
  c.pass(10s);
  EXPECT_EQ(unanswered_for(c.state), Duration::zero());
}

TEST(Evidence, change_of_the_set_does_not_make_an_unanswered_leader_young) {
  Cluster c(testing::registry_policy());
  c.report(0).senders.clear();
  c.pass(1s);
  c.state.record_since = c.now;
  EXPECT_GE(unanswered_for(c.state), 1s);
}

TEST(Evidence, leader_that_stays_closed_is_sick) {
  Cluster c(testing::registry_policy());
  c.report(0).open = false;
  c.pass(c.policy.timing.sick - 1ms);
  EXPECT_EQ(weighed(c).verdict, Verdict::kAlive);
  c.pass(1ms);
  EXPECT_EQ(weighed(c).verdict, Verdict::kSick);
  Record handing = c.record();
  handing.handover = Handover{c.who(2)};
  c.set_record(handing);
  EXPECT_EQ(weighed(c).verdict, Verdict::kAlive);
}

TEST(Evidence, nothing_is_believed_right_after_waking_up) {
  Cluster c(testing::registry_policy());
  c.report(0).state = PgState::kCrashed;
  c.state.awake_since = c.now - 2 * c.policy.timing.heartbeat + 1ms;
  EXPECT_EQ(weighed(c).verdict, Verdict::kUnknown);
  EXPECT_EQ(weighed(c).next, c.now + 1ms);
  c.pass(1ms);
  EXPECT_EQ(weighed(c).verdict, Verdict::kCrashed);
}

TEST(Evidence, enough_deaf_witnesses_make_a_quiet_leader_silent) {
  Cluster c(testing::registry_policy());
  c.silence_leader(400ms);
  const Evidence evidence = weighed(c);
  EXPECT_EQ(evidence.verdict, Verdict::kSilent);
  EXPECT_TRUE(evidence.can_seal);
  EXPECT_EQ(evidence.silence, 400ms);
}

TEST(Evidence, leader_that_was_found_alive_by_others_is_left_in_peace_for_longer_each_time) {
  for (const int returns : {1, 2, 6, 9}) {
    Cluster c(testing::registry_policy());
    Record record = c.record();
    record.returns = static_cast<std::uint8_t>(returns);
    c.silence_leader(60s);
    c.set_record(record);
    const Duration hold = c.policy.timing.detection * (1 << std::min(returns, 6));
    c.pass(hold - 1ms);
    EXPECT_EQ(weighed(c).verdict, Verdict::kUnknown) << returns;
    EXPECT_EQ(weighed(c).next, c.now + 1ms);
    c.pass(1ms);
    EXPECT_EQ(weighed(c).verdict, Verdict::kSilent) << returns;
  }
}

TEST(Evidence, refused_connections_count_as_silence) {
  Cluster c(testing::registry_policy());
  c.silence_leader(400ms);
  for (int i = 1; i < 4; ++i) c.report(i).wal = WalSeen::kRefused;
  EXPECT_EQ(weighed(c).verdict, Verdict::kSilent);
}

TEST(Evidence, one_witness_too_few_is_unknown) {
  Cluster c(testing::registry_policy());
  c.silence_leader(400ms);
  c.report(1).wal = c.report(2).wal = WalSeen::kUnknown;
  EXPECT_EQ(weighed(c).verdict, Verdict::kUnknown);
}

TEST(Evidence, reconnecting_receivers_are_unknown_not_silent) {
  Cluster c(testing::registry_policy());
  c.silence_leader(10s);
  for (int i = 1; i < 4; ++i) c.report(i).wal = WalSeen::kUnknown;
  EXPECT_EQ(weighed(c).verdict, Verdict::kUnknown);
}

TEST(Evidence, witness_that_heard_wal_more_recently_does_not_count) {
  Cluster c(testing::registry_policy());
  c.silence_leader(400ms);
  for (int i = 1; i < 4; ++i) c.report(i).wal_silence = 399ms;
  EXPECT_EQ(weighed(c).verdict, Verdict::kUnknown);
}

TEST(Evidence, witness_that_could_not_be_sealed_does_not_count) {
  Cluster c(testing::registry_policy());
  c.silence_leader(400ms);
  c.report(1).able_to_seal = c.report(2).able_to_seal = false;
  const Evidence evidence = weighed(c);
  EXPECT_EQ(evidence.verdict, Verdict::kUnknown);
  EXPECT_FALSE(evidence.can_seal);
}

TEST(Evidence, stale_witness_does_not_count) {
  Cluster c(testing::registry_policy());
  c.lose(1);
  c.lose(2);
  c.silence_leader(400ms);
  EXPECT_EQ(weighed(c).verdict, Verdict::kUnknown);
}

TEST(Evidence, no_witness_at_all_is_never_enough) {
  for (const auto& policy : {testing::registry_policy(), testing::orders_policy()}) {
    Cluster c(policy);
    for (int i = 0; i < 4; ++i) c.lose(i);
    c.pass(10s);
    EXPECT_EQ(weighed(c).verdict, Verdict::kUnknown);
    EXPECT_FALSE(weighed(c).can_seal);
    EXPECT_FALSE(weighed(c).candidates_agree);
  }
}

TEST(Evidence, empty_pair_without_witnesses_is_not_satisfied_vacuously) {
  Cluster c(testing::registry_policy());
  Record blocked = c.record();
  blocked.pairs[0].s.clear();
  blocked.pairs[0].w = 1;  // needs no seal at all
  c.set_record(blocked);
  for (int i = 0; i < 4; ++i) c.lose(i);
  c.pass(10s);
  EXPECT_EQ(weighed(c).verdict, Verdict::kUnknown);
}

TEST(Evidence, quiet_leader_whose_wal_still_flows_is_isolated) {
  Cluster c(testing::registry_policy());
  c.lose(0);
  c.pass(400ms);
  EXPECT_EQ(weighed(c).verdict, Verdict::kIsolated);
}

TEST(Evidence, wal_of_an_older_epoch_does_not_make_it_isolated) {
  Cluster c(testing::registry_policy());
  c.lose(0);
  for (int i = 1; i < 4; ++i) c.report(i).following = Epoch{};
  c.pass(400ms);
  EXPECT_EQ(weighed(c).verdict, Verdict::kUnknown);
}

TEST(Evidence, time_asleep_is_not_silence_of_others) {
  Cluster c(testing::registry_policy());
  for (int i = 0; i < 4; ++i) c.lose(i);
  for (int i = 1; i < 4; ++i) c.deafen(i, 10s);
  c.now += 10s;  // the controller does not run
  step_controller(c.policy, c.state, {c.now, c.wall, {}, ControllerTick{}}, c.out);
  EXPECT_EQ(c.state.awake_since, c.now);
  // Its witnesses speak first.
  for (int i = 1; i < 4; ++i) {
    step_controller(c.policy, c.state, {c.now, c.wall, {}, ReportReceived{i, &c.report(i)}}, c.out);
    EXPECT_FALSE(c.out.write.has_value());
  }
  EXPECT_EQ(weigh(c.policy, c.state, c.now).silence, 0s);
}

TEST(Evidence, what_the_leader_said_before_the_controller_slept_is_no_verdict) {
  Cluster c(testing::registry_policy());
  c.report(0).state = PgState::kCrashed;
  c.say();
  c.lose(0);
  c.now += 10s;
  step_controller(c.policy, c.state, {c.now, c.wall, {}, ControllerTick{}}, c.out);
  for (int i = 1; i < 4; ++i) {
    step_controller(c.policy, c.state, {c.now, c.wall, {}, ReportReceived{i, &c.report(i)}}, c.out);
    EXPECT_FALSE(c.out.write.has_value());
  }
  EXPECT_EQ(weigh(c.policy, c.state, c.now).verdict, Verdict::kUnknown);
}

TEST(Evidence, members_of_an_unstreamed_promotion_have_nothing_to_hear) {
  Cluster c(testing::registry_policy());
  c.set_record(testing::promoting(c.record(), c.who(1), Lsn{1 << 24}, {c.who(2), c.who(3)}, 2));
  for (int i = 1; i < 4; ++i) c.seal(i, at(1 << 24));
  c.lose(0);
  c.lose(1);
  c.pass(400ms);
  EXPECT_EQ(weighed(c).verdict, Verdict::kSilent);
}

TEST(Evidence, target_that_was_just_chosen_has_had_no_time_to_be_heard_of) {
  Cluster c(testing::registry_policy());
  c.lose(1);
  c.pass(10s);
  c.set_record(testing::promoting(c.record(), c.who(1), Lsn{1 << 24}, {c.who(2), c.who(3)}, 2));
  for (int i = 2; i < 4; ++i) c.seal(i, at(1 << 24));
  c.lose(0);
  c.pass(399ms);
  EXPECT_EQ(weighed(c).verdict, Verdict::kUnknown);
  c.pass(1ms);
  EXPECT_EQ(weighed(c).verdict, Verdict::kSilent);
}

TEST(Evidence, target_still_starting_while_promoting_has_not_crashed) {
  Cluster c(testing::registry_policy());
  c.set_record(testing::promoting(c.record(), c.who(1), Lsn{1 << 24}, {c.who(2), c.who(3)}, 2));
  for (int i = 1; i < 4; ++i) c.seal(i, at(1 << 24));
  c.report(1).state = PgState::kStarting;
  EXPECT_EQ(weighed(c).verdict, Verdict::kAlive);
  c.report(1).state = PgState::kCrashed;
  EXPECT_EQ(weighed(c).verdict, Verdict::kCrashed);
}

TEST(Evidence, nobody_leads_while_sealing) {
  Cluster c(testing::registry_policy());
  c.set_record(testing::sealing(c.record(), true));
  EXPECT_EQ(weighed(c).verdict, Verdict::kAlive);
  EXPECT_FALSE(weighed(c).likely.is_set());
}

TEST(CandidatesAgree, silent_candidate_agrees) {
  Cluster c(testing::orders_policy());
  c.lose(1);
  c.lose(2);
  c.silence_leader(400ms);
  const Evidence evidence = weighed(c);
  EXPECT_EQ(evidence.verdict, Verdict::kUnknown);
  EXPECT_FALSE(evidence.can_seal);
  EXPECT_TRUE(evidence.candidates_agree);
}

TEST(CandidatesAgree, candidate_that_still_receives_forbids_it) {
  Cluster c(testing::orders_policy());
  for (int i = 0; i < 3; ++i) c.lose(i);
  c.pass(400ms);
  EXPECT_FALSE(weighed(c).candidates_agree);
}

TEST(CandidatesAgree, another_life_of_a_candidate_has_no_say) {
  Cluster c(testing::orders_policy());
  c.lose(1);
  c.lose(2);
  c.silence_leader(400ms);
  c.report(3).self.life = 999;
  EXPECT_FALSE(weighed(c).candidates_agree);
}

TEST(CandidatesAgree, replaced_disk_of_the_leader_leaves_it_to_the_candidates) {
  Cluster c(testing::orders_policy());
  c.report(0).self = {};
  c.lose(1);
  c.lose(2);
  c.deafen(3, 400ms);
  c.pass(400ms);
  EXPECT_EQ(weighed(c).verdict, Verdict::kGone);
  EXPECT_TRUE(weighed(c).candidates_agree);
}

TEST(SealedMembers, only_final_seals_of_this_epoch_and_store_count) {
  Cluster c(testing::registry_policy());
  c.set_record(testing::sealing(c.record(), true));
  for (int i = 1; i < 4; ++i) c.seal(i, at(100));
  c.say();
  EXPECT_EQ(sealed_members(c.policy, c.state, c.now).size(), 3U);
  c.report(1).sealed_final = false;
  c.report(2).sealed = Epoch{1};
  c.report(3).record.store = StoreId{9};
  c.say();
  EXPECT_TRUE(sealed_members(c.policy, c.state, c.now).empty());
}

TEST(SealedMembers, regressed_or_nameless_members_do_not_count) {
  Cluster c(testing::registry_policy());
  c.set_record(testing::sealing(c.record(), true));
  for (int i = 1; i < 4; ++i) c.seal(i, at(100));
  c.report(1).regressed = true;
  c.report(2).self = {};
  c.say();
  EXPECT_EQ(sealed_members(c.policy, c.state, c.now).size(), 1U);
}

}  // namespace
}  // namespace holdfast::core
