// Every row of the leading member's table: what makes it fire, what it does, and what just does
// not.
#include <gtest/gtest.h>

#include "core/testing/member.h"

namespace holdfast::core {
namespace {

using testing::Member;

Record promoting(const Record& record, int target, bool lossy = false) {
  Record next = record;
  next.key.epoch = next.key.epoch.next();
  next.phase = Phase::kPromoting;
  next.target = Member::who(target);
  next.lossy = lossy;
  next.timeline_last = Timeline{2};
  next.lineage.push_back({Timeline{2}, Lsn{1000}, next.key.epoch});
  next.pair_last = PairId{2};
  next.pairs.push_back({PairId{2}, next.key.epoch, next.target, {Member::who(2)}, 1});
  return next;
}

/// Member 1 of the registry, sealed and chosen.
Member chosen() {
  Member m(testing::registry_policy(), 1);
  m.detach();
  m.learn(promoting(m.record(), 1));
  return m;
}

/// Member 1, promoted: closed, with the placeholder for a sync set.
Member promoted() {
  Member m = chosen();
  m.lead(m.record());
  m.pg.open = false;
  m.pg.sync_pair = PairId{};
  m.pg.proven = PairId{};
  m.pg.barrier = Lsn{};
  m.pg.recovery_end = Lsn{1100};
  m.state.leading_since = m.now;
  return m;
}

/// Member 0, down in its own epoch.
Member crashed(Duration recovery = 50ms) {
  Member m(testing::registry_policy(), 0);
  m.prove();
  m.down(PgState::kCrashed);
  m.pg.recovery_estimate = recovery;
  return m;
}

TEST(LeadA300, promise_to_the_old_leader_binds_a_lossy_target) {
  Member m(testing::orders_policy(), 3);
  m.state.disk.promise = {Epoch{1}, Member::who(0), m.now + 1s, m.state.boot};
  m.detach();
  m.learn(promoting(m.record(), 3, true));
  EXPECT_EQ(m.verb(), "");
  m.pass(1s);
  EXPECT_EQ(m.step(), "A310");
}

TEST(LeadA300, promise_does_not_bind_where_seals_sufficed) {
  Member m(testing::orders_policy(), 3);
  m.state.disk.promise = {Epoch{1}, Member::who(0), m.now + 1s, m.state.boot};
  m.detach();
  EXPECT_EQ(m.learn(promoting(m.record(), 3, false)), "A310");
}

TEST(LeadA305, target_that_still_has_a_source_seals_first) {
  Member m(testing::registry_policy(), 1);
  EXPECT_EQ(m.learn(promoting(m.record(), 1)), "A305");
  EXPECT_EQ(m.verb(), "seal");
  m.detach();
  EXPECT_EQ(m.step(), "A310");
}

TEST(LeadA310, sealed_target_promotes_onto_the_reserved_timeline) {
  Member m = chosen();
  EXPECT_EQ(m.step(), "A310");
  EXPECT_EQ(m.verb(), "promote");
  EXPECT_EQ(m.command().timeline, Timeline{2});
  EXPECT_EQ(m.command().epoch, Epoch{2});
  m.pg.position_final = false;  // still replaying
  m.step();
  EXPECT_EQ(m.verb(), "");
}

TEST(LeadA315, standby_that_is_to_go_on_in_place_stops_first) {
  Member m(testing::registry_policy(), 1);
  m.detach();
  Record record = promoting(m.record(), 1);
  record.lineage.pop_back();  // no new timeline
  EXPECT_EQ(m.learn(record), "A315");
  EXPECT_EQ(m.verb(), "stop");
}

TEST(LeadA320, target_that_is_down_starts_sealed) {
  Member m = chosen();
  m.down(PgState::kStopped);
  EXPECT_EQ(m.step(), "A320");
  EXPECT_EQ(m.verb(), "start as standby");
}

TEST(LeadA330, long_recovery_gives_the_controllers_time_to_act) {
  Member m = crashed(251ms);
  m.step();
  EXPECT_EQ(m.verb(), "");
  EXPECT_FALSE(m.state.said.restarting);
  m.pass(1200ms);
  EXPECT_EQ(m.verb(), "start as primary");  // nobody came
}

TEST(LeadA330, often_crashing_primary_gives_the_controllers_time_too) {
  Member m = crashed();
  m.state.restarts = 2;
  m.step();
  EXPECT_EQ(m.verb(), "");
}

TEST(LeadA340, short_recovery_restarts_in_place_and_says_so) {
  Member m = crashed(250ms);
  EXPECT_EQ(m.step(), "A060 A340");
  EXPECT_EQ(m.verb(), "start as primary");
  EXPECT_EQ(m.command().pair.id, PairId{1});
  EXPECT_TRUE(m.state.said.restarting);
}

TEST(LeadA340, failed_start_is_not_repeated_at_once) {
  Member m = crashed();
  m.step();
  m.step();
  EXPECT_EQ(m.verb(), "");
  m.pass(500ms);
  EXPECT_EQ(m.verb(), "start as primary");
}

TEST(LeadA350, one_that_was_fenced_does_not_start_on_the_last_word_from_before) {
  Member m(testing::registry_policy(), 0);
  m.prove();
  m.pass(held_lease(m.policy) / 2 + 1ms);
  m.down(PgState::kCrashed);
  m.pg.fenced = true;
  m.step();
  EXPECT_EQ(m.verb(), "");
  m.prove();
  EXPECT_EQ(m.verb(), "start as primary");
}

TEST(LeadA350, without_a_fresh_read_of_the_store_it_stays_down) {
  Member m = crashed();
  m.now += 10s;
  m.step();
  EXPECT_EQ(m.verb(), "");
  m.prove();
  EXPECT_EQ(m.verb(), "start as primary");
}

TEST(LeadA350, read_of_another_epoch_is_no_permission_to_start) {
  Member m(testing::registry_policy(), 0);
  m.down(PgState::kStopped);
  RecordKey newer = m.record().key;
  newer.epoch = Epoch{2};
  m.step(StoreProof{m.state.heartbeat, newer, false});
  EXPECT_EQ(m.verb(), "");
}

TEST(LeadA360, primary_that_goes_on_demands_the_new_epochs_credential) {
  Member m(testing::registry_policy(), 0);
  Record record = promoting(m.record(), 0);
  record.lineage.pop_back();
  record.primary = Member::who(0);
  EXPECT_EQ(m.learn(record), "A360");
  EXPECT_EQ(m.verb(), "adopt epoch");
  EXPECT_EQ(m.command().epoch, Epoch{2});
}

TEST(LeadA370, newer_sync_set_is_applied) {
  Member m = promoted();
  EXPECT_EQ(m.step(), "A370");
  EXPECT_EQ(m.verb(), "set sync set");
  EXPECT_EQ(m.command().pair.id, PairId{2});
}

Member handing_over() {
  Member m(testing::registry_policy(), 0);
  Record record = m.record();
  record.handover = Handover{Member::who(2)};
  m.learn(record);
  return m;
}

TEST(LeadA380, handover_drains) {
  Member m = handing_over();
  EXPECT_EQ(m.step(), "A380");
  EXPECT_EQ(m.verb(), "drain");
  EXPECT_EQ(m.command().peer, Member::who(2));
}

TEST(LeadA385, closed_for_a_handover_it_does_not_open_again) {
  Member m = handing_over();
  m.pg.open = false;
  m.step();
  EXPECT_EQ(m.verb(), "");
  m.prove();
  Record record = m.record();
  record.handover.reset();
  EXPECT_EQ(m.learn(record), "A390");
}

TEST(LeadA390, acknowledged_barrier_lets_clients_in) {
  Member m = promoted();
  m.pg.sync_pair = PairId{2};
  m.pg.proven = PairId{2};
  m.pg.barrier = Lsn{1100};
  EXPECT_EQ(m.step(), "A390");
  EXPECT_EQ(m.verb(), "open");
}

TEST(LeadA390, barrier_before_the_end_of_recovery_does_not) {
  Member m = promoted();
  m.pg.sync_pair = PairId{2};
  m.pg.proven = PairId{2};
  m.pg.barrier = Lsn{1099};
  EXPECT_EQ(m.step(), "A395");
}

TEST(LeadA390, barrier_under_an_older_pair_does_not) {
  Member m = promoted();
  m.pg.sync_pair = PairId{2};
  m.pg.proven = PairId{1};
  m.pg.barrier = Lsn{2000};
  EXPECT_EQ(m.step(), "A395");
}

TEST(LeadA390, late_opener_asks_the_store_first) {
  Member m = promoted();
  m.pg.sync_pair = m.pg.proven = PairId{2};
  m.pg.barrier = Lsn{1100};
  m.state.leading_since = m.now - m.policy.timing.lease;
  m.step();
  EXPECT_EQ(m.verb(), "");  // that acknowledgement may have been long under way
  m.prove();
  EXPECT_EQ(m.verb(), "open");
}

TEST(LeadA390, opener_that_has_slept_asks_the_store_first) {
  Member m = promoted();
  m.policy.timing.lease = 10s;
  m.prove();
  m.pg.sync_pair = m.pg.proven = PairId{2};
  m.pg.barrier = Lsn{1100};
  m.now += 3s;
  m.step();
  EXPECT_EQ(m.verb(), "");  // a successor may have been opened meanwhile
  m.prove();
  EXPECT_EQ(m.verb(), "open");
}

TEST(LeadA390, guardian_is_armed_before_clients_are_let_in) {
  Member m = promoted();
  m.pg.sync_pair = m.pg.proven = PairId{2};
  m.pg.barrier = Lsn{1100};
  m.step();
  ASSERT_NE(m.find<ArmGuardian>(), nullptr);
  std::size_t armed = 0;
  std::size_t opened = 0;
  for (std::size_t i = 0; i < m.out.actions.size(); ++i) {
    if (std::holds_alternative<ArmGuardian>(m.out.actions[i])) armed = i;
    if (std::holds_alternative<PgCommand>(m.out.actions[i])) opened = i;
  }
  EXPECT_LT(armed, opened);
}

TEST(LeadA390, unprotected_primary_opens_only_on_a_fresh_read_of_the_store) {
  Member m = promoted();
  Record record = m.record();
  record.pairs[1].s.clear();
  record.pairs[1].w = 0;
  m.learn(record);
  m.pg.sync_pair = m.pg.proven = PairId{2};
  m.pg.barrier = Lsn{1100};
  m.step();
  EXPECT_EQ(m.verb(), "");
  m.prove();
  EXPECT_EQ(m.verb(), "open");
}

TEST(LeadA390, lossy_primary_opens_only_under_a_lease) {
  Member m(testing::orders_policy(), 0);
  m.pg.open = false;
  m.step();
  EXPECT_EQ(m.verb(), "");
  m.prove(true);
  EXPECT_EQ(m.verb(), "open");
}

TEST(LeadA395, applied_set_is_proven_once_a_second_at_most) {
  Member m = promoted();
  m.pg.sync_pair = PairId{2};
  EXPECT_EQ(m.step(), "A395");
  EXPECT_EQ(m.verb(), "prove sync set");
  m.now += 999ms;
  m.step();
  EXPECT_EQ(m.verb(), "");
  m.now += 1ms;
  m.step();
  EXPECT_EQ(m.verb(), "prove sync set");
}

TEST(LeadA399, open_and_proven_it_is_left_alone) {
  Member m(testing::registry_policy(), 0);
  EXPECT_EQ(m.step(), "");
  EXPECT_EQ(m.verb(), "");
}

}  // namespace
}  // namespace holdfast::core
