#include "core/agent/lease.h"

#include <gtest/gtest.h>

#include "core/testing/member.h"

namespace holdfast::core {
namespace {

using testing::Member;

Member registry_primary() { return Member(testing::registry_policy(), 0); }
Member orders_primary() { return Member(testing::orders_policy(), 0); }

MonoTime until(const Member& m) { return may_lead_until(m.policy, m.state, m.pg); }

void grant(Member& m, int candidate, Epoch epoch = Epoch{1}) {
  m.step(PromiseGrant{epoch, Member::who(candidate), Member::who(0), m.state.promise_seq});
}

TEST(Lease, holder_counts_less_than_the_grantor_by_twice_the_drift) {
  ClusterPolicy policy = testing::orders_policy();
  for (const double drift : {0.0, 0.1, 1.0, 5.0}) {
    policy.timing.clock_drift_percent = drift;
    const Duration lease = policy.timing.lease;
    EXPECT_LT(held_lease(policy), lease);
    EXPECT_GT(granted_lease(policy), lease);
    // A holder's clock that runs slow by the drift, against a grantor's that runs fast by it.
    const double slow = static_cast<double>(held_lease(policy).count()) * (1 + drift / 100);
    const double fast = static_cast<double>(granted_lease(policy).count()) * (1 - drift / 100);
    EXPECT_LE(slow, fast) << drift;
  }
}

TEST(MayLead, acknowledgement_by_the_quorum_carries_it_on) {
  Member m = registry_primary();
  m.pass(10s);
  const MonoTime newest = m.now - 50ms;
  const MonoTime second = m.now - 900ms;
  m.acknowledge(2, m.now - 5s);
  m.acknowledge(3, second);
  m.acknowledge(1, newest);
  EXPECT_EQ(until(m), second + held_lease(m.policy));  // W = 2: the second newest counts
}

TEST(MayLead, fewer_than_a_quorum_prove_nothing) {
  Member m = registry_primary();
  m.pass(10s);
  for (int i = 1; i < 4; ++i) m.acknowledge(i, m.now - 9s);
  m.acknowledge(1, m.now);
  EXPECT_EQ(until(m), m.now - 9s + held_lease(m.policy));
}

TEST(MayLead, late_processing_makes_an_acknowledgement_no_younger) {
  Member m = registry_primary();
  m.pass(1s);
  const MonoTime last = m.now;
  m.pg.flushed = Lsn{m.pg.flushed.value + 100};
  m.pass(5s);  // it hung, or the acknowledgements were long under way
  for (Sender& it : m.pg.senders) {
    it.flushed = m.pg.flushed;
    it.reply_at = m.now;
  }
  m.step();
  EXPECT_LE(until(m), last + held_lease(m.policy));
}

TEST(MayLead, store_read_of_its_own_epoch_carries_it_on) {
  Member m = registry_primary();
  m.pg.senders.clear();
  m.pass(10s);
  const MonoTime sent = m.now;
  m.now += 30ms;
  m.prove();
  EXPECT_EQ(until(m), sent + held_lease(m.policy));  // counted from when it asked
}

TEST(MayLead, store_read_of_a_newer_epoch_is_no_permission) {
  Member m = registry_primary();
  m.pg.senders.clear();
  m.pass(10s);
  m.prove();
  RecordKey newer = m.record().key;
  newer.epoch = newer.epoch.next();
  m.step(StoreProof{m.state.heartbeat, newer, false});
  EXPECT_LE(until(m), m.now - 9s + held_lease(m.policy));
}

TEST(MayLead, primary_that_was_just_told_to_start_has_one_lease) {
  Member m = registry_primary();
  m.pg.senders.clear();
  m.state.leading_since = m.now;
  EXPECT_EQ(until(m), m.now + held_lease(m.policy));
}

TEST(MayLead, restart_of_the_agent_lends_no_time) {
  Member m = registry_primary();
  m.pg.senders.clear();
  m.step();
  EXPECT_EQ(until(m), kLongAgo);
}

TEST(MayLead, lossy_primary_needs_a_store_lease_or_every_promise) {
  Member m = orders_primary();
  EXPECT_EQ(until(m), kLongAgo);  // acknowledgements do not count here
  m.prove(false);
  EXPECT_EQ(until(m), kLongAgo);  // nor does a mere read
  m.prove(true);
  EXPECT_EQ(until(m), m.now + held_lease(m.policy));
}

TEST(MayLead, promises_alone_carry_a_lossy_primary) {
  Member m = orders_primary();
  const MonoTime asked = m.now;
  m.now += 30ms;
  grant(m, 3);
  EXPECT_EQ(until(m), asked + held_lease(m.policy));
}

TEST(MayLead, earliest_of_all_promises_counts) {
  ClusterPolicy policy = testing::orders_policy();
  policy.durability = model::Durability::kNone;  // all others are candidates
  Member m(policy, 0);
  const MonoTime first = m.now;
  grant(m, 1);
  grant(m, 2);
  EXPECT_EQ(until(m), kLongAgo);  // one is missing
  m.now += 500ms;
  m.step();  // asks again
  grant(m, 3);
  EXPECT_EQ(until(m), first + held_lease(policy));
  grant(m, 1);
  grant(m, 2);
  EXPECT_EQ(until(m), first + 500ms + held_lease(policy));
}

TEST(MayLead, pending_candidate_must_promise_too) {
  Member m = orders_primary();
  Record record = m.record();
  record.candidates_pending.push_back({3, 999});
  m.learn(record);
  grant(m, 3);
  EXPECT_EQ(until(m), kLongAgo);
  m.step(PromiseGrant{Epoch{1}, {3, 999}, Member::who(0), m.state.promise_seq});
  EXPECT_GT(until(m), m.now);
}

TEST(MayLead, grant_of_another_epoch_or_to_another_does_not_count) {
  Member m = orders_primary();
  grant(m, 3, Epoch{2});
  EXPECT_EQ(until(m), kLongAgo);
  Member other = orders_primary();
  other.step(PromiseGrant{Epoch{1}, Member::who(3), Member::who(1), other.state.promise_seq});
  EXPECT_EQ(until(other), kLongAgo);
  Member future = orders_primary();
  future.step(PromiseGrant{Epoch{1}, Member::who(3), Member::who(0), future.state.promise_seq + 1});
  EXPECT_EQ(until(future), kLongAgo);
}

TEST(MayLead, later_of_lease_and_promises_counts) {
  Member m = orders_primary();
  grant(m, 3);
  m.now += 500ms;
  m.step();
  m.prove(true);
  EXPECT_EQ(until(m), m.now + held_lease(m.policy));
}

TEST(PromiseBinds, until_it_ends_on_this_hosts_clock) {
  Member m(testing::orders_policy(), 3);
  m.state.disk.promise = {Epoch{1}, Member::who(0), m.now + 1s, m.state.boot};
  EXPECT_TRUE(promise_binds(m.policy, m.state, m.now));
  EXPECT_EQ(promise_left(m.policy, m.state, m.now + 400ms), 600ms);
  EXPECT_FALSE(promise_binds(m.policy, m.state, m.now + 1s));
}

TEST(PromiseBinds, reboot_holds_for_one_granted_lease) {
  Member m(testing::orders_policy(), 3);
  m.state.disk.promise = {Epoch{1}, Member::who(0), m.now + 1h, BootId{6}};  // of an earlier boot
  EXPECT_FALSE(promise_binds(m.policy, m.state, m.now));
  m.state.booted_at = m.now;
  EXPECT_EQ(promise_left(m.policy, m.state, m.now), granted_lease(m.policy));
  EXPECT_FALSE(promise_binds(m.policy, m.state, m.now + granted_lease(m.policy)));
}

TEST(PromiseBinds, nothing_where_no_lossy_takeover_exists) {
  Member m(testing::registry_policy(), 3);
  m.state.disk.promise = {Epoch{1}, Member::who(0), m.now + 1h, m.state.boot};
  EXPECT_FALSE(promise_binds(m.policy, m.state, m.now));
}

}  // namespace
}  // namespace holdfast::core
