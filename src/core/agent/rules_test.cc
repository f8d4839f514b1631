// Every row of the agent's fence and seal tables: what makes it fire, what it does, and what just
// does not.
#include <gtest/gtest.h>

#include "core/testing/member.h"

namespace holdfast::core {
namespace {

using testing::Member;

Member primary() { return Member(testing::registry_policy(), 0); }
Member follower() { return Member(testing::registry_policy(), 1); }

Record sealing(const Record& record, bool depose) {
  Record next = record;
  next.key.epoch = next.key.epoch.next();
  next.phase = Phase::kSealing;
  next.depose = depose;
  return next;
}

/// Member 1 is chosen for epoch 2, on timeline 2 from LSN 1000.
Record promoting(const Record& record) {
  Record next = sealing(record, true);
  next.phase = Phase::kPromoting;
  next.target = Member::who(1);
  next.timeline_last = Timeline{2};
  next.lineage.push_back({Timeline{2}, Lsn{1000}, Epoch{2}});
  next.pair_last = PairId{2};
  next.pairs.push_back({PairId{2}, Epoch{2}, next.target, {Member::who(2), Member::who(3)}, 1});
  return next;
}

TEST(FenceA100, primary_without_an_incarnation_is_stopped) {
  Member m = primary();
  m.step();
  EXPECT_EQ(m.verb(), "");
  m.pg.life = 0;
  EXPECT_EQ(m.step(), "A100");
  EXPECT_EQ(m.verb(), "stop at once");
}

TEST(FenceA110, primary_on_another_timeline_than_reserved_is_stopped) {
  Member m = follower();
  m.learn(promoting(m.record()));
  m.lead(m.record());
  m.step();
  EXPECT_NE(m.verb(), "stop at once");
  m.pg.timeline = Timeline{3};
  EXPECT_EQ(m.step(), "A110");
  EXPECT_EQ(m.verb(), "stop at once");
}

TEST(FenceA120, drained_primary_stops_cleanly) {
  Member m = primary();
  m.pg.open = false;
  m.pg.drained = true;
  EXPECT_EQ(m.learn(sealing(m.record(), true)), "A120");
  EXPECT_EQ(m.verb(), "stop");
  m.pg.busy = true;
  m.step();
  EXPECT_EQ(m.verb(), "");  // it is stopping
}

TEST(FenceA130, deposed_primary_is_stopped_at_once) {
  Member m = primary();
  EXPECT_EQ(m.learn(sealing(m.record(), true)), "A130");
  EXPECT_EQ(m.verb(), "stop at once");
}

TEST(FenceA130, primary_that_is_not_deposed_goes_on_while_others_seal) {
  Member m = primary();
  EXPECT_EQ(m.learn(sealing(m.record(), false)), "");
  EXPECT_EQ(m.verb(), "");
}

TEST(FenceA130, superseded_primary_is_stopped_even_while_it_is_busy) {
  Member m = primary();
  m.pg.busy = true;
  EXPECT_EQ(m.learn(promoting(m.record())), "A130");
  EXPECT_EQ(m.verb(), "stop at once");
}

TEST(FenceA130, promotion_under_way_for_nobody_is_stopped) {
  Member m = follower();
  m.detach();
  m.pg.state = PgState::kPromoting;
  EXPECT_EQ(m.step(), "A130");
}

TEST(FenceA140, primary_without_acknowledgement_or_proof_fences_itself) {
  Member m = primary();
  m.pass(10s);  // no sender has replied since
  EXPECT_EQ(m.verb(), "stop at once");
  EXPECT_EQ(m.step(), "A140");
}

TEST(FenceA140, acknowledged_primary_needs_no_controller) {
  Member m = primary();
  for (int i = 0; i < 100; ++i) {
    m.pg.flushed = m.pg.flushed.next();
    for (Sender& it : m.pg.senders) it.flushed = m.pg.flushed;
    m.pass(100ms);
    ASSERT_EQ(m.verb(), "");
  }
}

TEST(FenceA140, closed_primary_is_not_fenced) {
  Member m = primary();
  m.pg.open = false;
  m.now += 10s;
  m.step();
  EXPECT_NE(m.verb(), "stop at once");
}

TEST(FenceA140, agent_that_has_just_started_asks_before_it_fences) {
  Member m(testing::orders_policy(), 0);
  m.now += m.policy.timing.lease - 1ms;
  m.step();
  EXPECT_EQ(m.verb(), "");
  m.now += 1ms;
  EXPECT_EQ(m.step(), "A140");
}

TEST(SealA200, living_primary_waits_for_the_outcome) {
  Member m = primary();
  m.learn(sealing(m.record(), false));
  m.step();
  EXPECT_EQ(m.verb(), "");
}

TEST(SealA210, member_that_is_down_starts_without_a_source) {
  for (const PgState state : {PgState::kStopped, PgState::kCrashed}) {
    Member m = follower();
    m.down(state);
    m.learn(sealing(m.record(), false));
    EXPECT_EQ(m.verb(), "start as standby");
    EXPECT_EQ(m.command().epoch, Epoch{2});
  }
  Member starting = follower();
  starting.down(PgState::kStarting);
  starting.learn(sealing(starting.record(), false));
  EXPECT_EQ(starting.verb(), "");
}

TEST(SealA220, following_member_seals) {
  Member m = follower();
  EXPECT_EQ(m.learn(sealing(m.record(), false)), "A220");
  EXPECT_EQ(m.verb(), "seal");
  EXPECT_EQ(m.command().epoch, Epoch{2});
}

TEST(SealA220, credential_or_receiver_that_is_left_is_reason_enough) {
  Member credential = follower();
  credential.detach();
  credential.pg.credential = Epoch{1};
  EXPECT_EQ(credential.learn(sealing(credential.record(), false)), "A220");
  Member receiver = follower();
  receiver.detach();
  receiver.pg.receiver = ReceiverState::kConnecting;
  EXPECT_EQ(receiver.learn(sealing(receiver.record(), false)), "A220");
}

TEST(SealA220, command_under_way_is_not_interrupted) {
  Member m = follower();
  m.pg.busy = true;
  EXPECT_EQ(m.learn(sealing(m.record(), false)), "");
}

TEST(SealA215, successor_of_a_handover_takes_what_a_clean_stop_still_sends) {
  Member m = follower();
  Record record = sealing(m.record(), true);
  record.handover = Handover{Member::who(1)};
  EXPECT_EQ(m.learn(record), "");
  EXPECT_EQ(m.verb(), "") << "its leader still sends";
  m.pg.receiver = ReceiverState::kConnecting;
  EXPECT_EQ(m.step(), "A220");
  EXPECT_EQ(m.verb(), "seal") << "it has stopped";

  Member silent = follower();
  silent.pg.last_byte_at = silent.now - silent.policy.timing.lease / 2;
  EXPECT_EQ(silent.learn(record), "A220") << "a leader that hangs is not waited for";

  Member other = Member(testing::registry_policy(), 2);
  EXPECT_EQ(other.learn(record), "A220") << "nobody else waits";
}

TEST(SealA290, sealed_member_waits) {
  Member m = follower();
  m.detach();
  EXPECT_EQ(m.learn(sealing(m.record(), false)), "");
  EXPECT_EQ(m.verb(), "");
  EXPECT_EQ(m.state.said.sealed, Epoch{2});
  EXPECT_TRUE(m.state.said.sealed_final);
}

TEST(NewLifeA050, power_cut_without_protection_ends_the_incarnation) {
  ClusterPolicy policy = testing::registry_policy();
  policy.members[1].power_loss_protection = false;
  Member m(policy, 1);
  const AgentDisk disk = m.state.disk;
  m.down(PgState::kStopped);
  EXPECT_EQ(m.step(AgentStarted{disk, BootId{8}, m.now, true, true}), "A050");
  EXPECT_EQ(m.verb(), "new life");
  EXPECT_EQ(m.command().life, 4242U);
}

TEST(NewLifeA050, clean_or_protected_hosts_keep_theirs) {
  ClusterPolicy policy = testing::registry_policy();
  Member shielded(policy, 1);
  shielded.down(PgState::kStopped);
  shielded.step(AgentStarted{shielded.state.disk, BootId{8}, shielded.now, true, true});
  EXPECT_NE(shielded.verb(), "new life");
  policy.members[1].power_loss_protection = false;
  Member clean(policy, 1);
  clean.down(PgState::kStopped);
  clean.step(AgentStarted{clean.state.disk, BootId{8}, clean.now, true, false});
  EXPECT_NE(clean.verb(), "new life");
}

TEST(CrashNoticedA060, is_told_once) {
  Member m = primary();
  m.down(PgState::kCrashed);
  EXPECT_EQ(m.step().substr(0, 4), "A060");
  EXPECT_EQ(m.step().find("A060"), std::string::npos);
}

}  // namespace
}  // namespace holdfast::core
