// What an agent takes in: records only forwards, proofs only for what it asked, promises only while
// it may.
#include <gtest/gtest.h>

#include "core/testing/member.h"

namespace holdfast::core {
namespace {

using testing::Member;

Member follower() { return Member(testing::registry_policy(), 1); }
Member candidate() { return Member(testing::orders_policy(), 3); }

RecordPtr with_key(const Record& record, RecordKey key) {
  Record next = record;
  next.key = key;
  return std::make_shared<const Record>(next);
}

PromiseRequest request(const Member& m, std::uint64_t seq = 5) {
  return {m.record().key.epoch, m.record().leader(), seq};
}

TEST(AbsorbRecord, newer_record_is_taken_and_persisted_before_anything_else) {
  Member m = follower();
  Record next = m.record();
  next.key.epoch = Epoch{2};
  next.phase = Phase::kSealing;
  m.learn(next);
  EXPECT_EQ(m.record().key.epoch, Epoch{2});
  ASSERT_FALSE(m.out.actions.empty());
  const auto* persist = std::get_if<Persist>(&m.out.actions.front());
  ASSERT_NE(persist, nullptr);
  EXPECT_EQ(persist->disk.record->key, m.record().key);
  EXPECT_EQ(persist->disk.sealed, Epoch{2});
}

TEST(AbsorbRecord, older_record_is_refused) {
  Member m = follower();
  const RecordKey key{StoreId{1}, Epoch{5}, Revision{50}};
  m.step(RecordSeen{with_key(m.record(), key)});
  ASSERT_EQ(m.record().key, key);
  const RecordKey older[] = {{StoreId{1}, Epoch{4}, Revision{99}},
                             {StoreId{1}, Epoch{5}, Revision{49}},
                             {StoreId{1}, Epoch{5}, Revision{50}},
                             {StoreId{0}, Epoch{9}, Revision{99}}};
  for (const RecordKey& it : older) {
    m.step(RecordSeen{with_key(m.record(), it)});
    EXPECT_EQ(m.record().key, key);
    EXPECT_EQ(m.find<Persist>(), nullptr);
  }
  m.step(RecordSeen{nullptr});
  EXPECT_EQ(m.record().key, key);
}

TEST(AbsorbRecord, recovered_store_outranks_the_lost_one) {
  Member m = follower();
  m.step(RecordSeen{with_key(m.record(), {StoreId{2}, Epoch{2}, Revision{2}})});
  EXPECT_EQ(m.record().key.store, StoreId{2});
}

TEST(AbsorbStart, seal_and_record_survive_a_restart_of_the_agent) {
  Member m = follower();
  Record next = m.record();
  next.key.epoch = Epoch{2};
  next.phase = Phase::kSealing;
  m.learn(next);
  const AgentDisk disk = m.state.disk;
  m.step(AgentStarted{disk, BootId{7}, MonoTime{}, false, false});
  EXPECT_EQ(m.state.disk.sealed, Epoch{2});
  EXPECT_EQ(m.record().key.epoch, Epoch{2});
  EXPECT_EQ(m.state.self, 1);
}

TEST(AbsorbProof, counts_from_when_the_heartbeat_was_sent) {
  Member m = follower();
  const MonoTime sent = m.now;
  const std::uint64_t heartbeat = m.state.heartbeat;
  m.now += 50ms;
  m.step(StoreProof{heartbeat, m.record().key, true});
  EXPECT_EQ(m.state.proof_at, sent);
  EXPECT_EQ(m.state.lease_from, sent);
}

TEST(AbsorbProof, heartbeat_that_was_never_sent_or_long_ago_proves_nothing) {
  Member m = follower();
  m.step(StoreProof{0, m.record().key, true});
  m.step(StoreProof{m.state.heartbeat + 1, m.record().key, true});
  EXPECT_EQ(m.state.proof_at, kLongAgo);
  const std::uint64_t early = m.state.heartbeat;
  m.pass(10s);  // more heartbeats than are remembered
  m.step(StoreProof{early, m.record().key, true});
  EXPECT_EQ(m.state.proof_at, kLongAgo);
}

TEST(AbsorbProof, late_answer_never_shortens_a_proof) {
  Member m = follower();
  const std::uint64_t early = m.state.heartbeat;
  m.pass(1s);
  m.prove(true);
  const MonoTime proven = m.state.proof_at;
  m.step(StoreProof{early, m.record().key, true});
  EXPECT_EQ(m.state.proof_at, proven);
  EXPECT_EQ(m.state.lease_from, proven);
}

TEST(AbsorbProof, read_of_an_older_epoch_replaces_nothing) {
  Member m = follower();
  RecordKey newer = m.record().key;
  newer.epoch = Epoch{3};
  m.step(StoreProof{m.state.heartbeat, newer, true});
  m.step(StoreProof{m.state.heartbeat, m.record().key, true});
  EXPECT_EQ(m.state.proof_epoch, Epoch{3});
  EXPECT_EQ(m.state.lease_epoch, Epoch{3});
}

TEST(AbsorbPromise, is_persisted_before_it_is_given) {
  Member m = candidate();
  m.step(request(m));
  ASSERT_GE(m.out.actions.size(), 2U);
  const auto* persist = std::get_if<Persist>(&m.out.actions[0]);
  const auto* grant = std::get_if<SendPromiseGrant>(&m.out.actions[1]);
  ASSERT_NE(persist, nullptr);
  ASSERT_NE(grant, nullptr);
  EXPECT_EQ(persist->disk.promise.until, m.now + granted_lease(m.policy));
  EXPECT_EQ(persist->disk.promise.to, Member::who(0));
  EXPECT_EQ(persist->disk.promise.boot, BootId{7});
  EXPECT_EQ(grant->grant.seq, 5U);
  EXPECT_EQ(grant->grant.from, Member::who(3));
  EXPECT_EQ(grant->to, 0);
}

TEST(AbsorbPromise, only_to_the_leader_of_the_epoch_it_knows) {
  Member m = candidate();
  PromiseRequest other_epoch = request(m);
  other_epoch.epoch = Epoch{2};
  m.step(other_epoch);
  EXPECT_EQ(m.find<SendPromiseGrant>(), nullptr);
  PromiseRequest other_leader = request(m);
  other_leader.from = Member::who(1);
  m.step(other_leader);
  EXPECT_EQ(m.find<SendPromiseGrant>(), nullptr);
  EXPECT_EQ(m.state.disk.promise.until, kLongAgo);
}

TEST(AbsorbPromise, nothing_once_a_higher_epoch_is_known) {
  Member m = candidate();
  const PromiseRequest old = request(m);
  Record next = m.record();
  next.key.epoch = Epoch{2};
  next.phase = Phase::kSealing;
  m.learn(next);
  m.step(old);
  EXPECT_EQ(m.find<SendPromiseGrant>(), nullptr);
}

TEST(AbsorbPromise, nothing_by_one_that_is_not_recorded_as_a_candidate) {
  Member synchronous(testing::orders_policy(), 1);
  synchronous.step(request(synchronous));
  EXPECT_EQ(synchronous.find<SendPromiseGrant>(), nullptr);
  Member reborn = candidate();
  reborn.pg.life = 999;
  reborn.step(request(reborn));
  EXPECT_EQ(reborn.find<SendPromiseGrant>(), nullptr);
  Record record = reborn.record();
  record.candidates_pending.push_back({3, 999});
  reborn.learn(record);
  reborn.step(request(reborn));
  EXPECT_NE(reborn.find<SendPromiseGrant>(), nullptr);
}

TEST(UpdateDisk, running_primary_that_is_not_deposed_does_not_seal_itself) {
  Member m(testing::registry_policy(), 0);
  Record next = m.record();
  next.key.epoch = Epoch{2};
  next.phase = Phase::kSealing;
  m.learn(next);
  EXPECT_EQ(m.state.disk.sealed, Epoch{1});
  EXPECT_EQ(m.state.disk.record->key.epoch, Epoch{2});
  next.depose = true;
  m.learn(next);
  EXPECT_EQ(m.state.disk.sealed, Epoch{2});
}

}  // namespace
}  // namespace holdfast::core
