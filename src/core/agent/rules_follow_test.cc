// Every row of the followers' table: what makes it fire, what it does, and what just does not.
#include <gtest/gtest.h>

#include "core/testing/member.h"

namespace holdfast::core {
namespace {

using testing::Member;

/// Member 2 while member 1 leads epoch 2 on timeline 2, which forks at LSN 1000.
Record led_by_1(const Record& record) {
  Record next = record;
  next.key.epoch = Epoch{2};
  next.primary = Member::who(1);
  next.lineage.push_back({Timeline{2}, Lsn{1000}, Epoch{2}});
  next.pairs[0] = {PairId{2}, Epoch{2}, next.primary, {Member::who(2)}, 1};
  return next;
}

/// Sealed, its WAL up to `lsn` of timeline 1.
Member sealed_at(std::uint64_t lsn) {
  Member m(testing::registry_policy(), 2);
  m.detach();
  m.pg.flushed = Lsn{lsn};
  m.learn(led_by_1(m.record()));
  return m;
}

TEST(FollowA400, without_a_record_nothing_is_done) {
  Member m(testing::registry_policy(), 2);
  m.down(PgState::kStopped);
  m.step(AgentStarted{AgentDisk{}, BootId{7}, MonoTime{}, false, false});
  EXPECT_EQ(m.verb(), "");
}

TEST(FollowA410, empty_directory_is_copied_from_the_leader) {
  Member m = sealed_at(1000);
  m.down(PgState::kAbsent);
  m.pg.life = 0;
  EXPECT_EQ(m.step(), "A410");
  EXPECT_EQ(m.verb(), "rebuild");
  EXPECT_EQ(m.command().peer, Member::who(1));
  EXPECT_EQ(m.command().life, 4242U);
  m.step();
  EXPECT_EQ(m.verb(), "");  // no earlier than half a second later
  m.pass(500ms);
  EXPECT_EQ(m.verb(), "rebuild");
}

TEST(FollowA420, member_that_is_down_starts_without_a_source) {
  Member m = sealed_at(1000);
  m.down(PgState::kCrashed);
  EXPECT_EQ(m.step(), "A060 A420");
  EXPECT_EQ(m.verb(), "start as standby");
}

TEST(FollowA430, former_life_of_the_leader_waits) {
  Member m(testing::registry_policy(), 0);
  m.detach();
  m.pg.life = 999;
  EXPECT_EQ(m.step(), "");
  EXPECT_EQ(m.verb(), "");
}

TEST(FollowA430, empty_directory_under_the_leaders_name_is_not_copied_from_itself) {
  Member m(testing::registry_policy(), 0);
  m.down(PgState::kAbsent);
  m.pg.life = 0;
  m.step();
  EXPECT_EQ(m.verb(), "");
}

TEST(FollowA440, source_of_an_older_epoch_is_sealed_first) {
  Member m(testing::registry_policy(), 2);  // streams from member 0 of epoch 1
  EXPECT_EQ(m.learn(led_by_1(m.record())), "A440");
  EXPECT_EQ(m.verb(), "seal");
  EXPECT_EQ(m.command().epoch, Epoch{2});
}

TEST(FollowA440, receiver_without_a_source_is_sealed_too) {
  Member m = sealed_at(900);
  m.pg.receiver = ReceiverState::kConnecting;
  EXPECT_EQ(m.step(), "A440");
}

TEST(FollowA450, unknown_end_of_wal_is_waited_for) {
  Member m = sealed_at(900);
  m.pg.position_final = false;
  m.step();
  EXPECT_EQ(m.verb(), "");
}

TEST(FollowA460, wal_beyond_the_fork_is_rewound) {
  Member m = sealed_at(1001);
  EXPECT_EQ(m.step(), "");  // it was told when the record came; no retry yet
  Member fresh(testing::registry_policy(), 2);
  fresh.detach();
  fresh.pg.flushed = Lsn{1001};
  EXPECT_EQ(fresh.learn(led_by_1(fresh.record())), "A460");
  EXPECT_EQ(fresh.verb(), "rewind");
  EXPECT_EQ(fresh.command().life, 4242U);
}

TEST(FollowA460, every_third_attempt_rebuilds) {
  Member m = sealed_at(1001);
  std::string verbs;
  for (int i = 0; i < 3; ++i) {
    m.now = m.state.retry_at;
    m.step();
    verbs += m.verb() + ",";
  }
  EXPECT_EQ(verbs, "rewind,rebuild,rewind,");
}

TEST(FollowA460, before_the_epoch_is_settled_a_tail_is_kept_for_some_seconds) {
  Member m(testing::registry_policy(), 2);
  m.detach();
  m.pg.flushed = Lsn{1001};
  Record record = led_by_1(m.record());
  record.phase = Phase::kPromoting;
  record.target = record.primary;
  m.learn(record);
  EXPECT_EQ(m.verb(), "");
  const MonoTime before = m.now;
  for (int i = 0; i < 10 && m.verb().empty(); ++i) {
    m.now = m.state.retry_at;
    m.step();
  }
  EXPECT_EQ(m.verb(), "rewind") << "a leader that nobody can follow would never be settled";
  EXPECT_EQ(m.now - before, 3s);
}

TEST(FollowA470, stream_on_another_timeline_is_looked_at_again) {
  Member m = sealed_at(1000);
  m.follow(m.record());
  m.pg.received_timeline = Timeline{1};
  m.pg.receiver_since = m.now - 2s;
  m.step();
  EXPECT_EQ(m.verb(), "");
  m.pg.receiver_since = m.now - 2s - 1us;
  EXPECT_EQ(m.step(), "A470");
  EXPECT_EQ(m.verb(), "seal");
}

TEST(FollowA480, prefix_of_the_accepted_history_follows) {
  Member m(testing::registry_policy(), 2);
  m.detach();
  m.pg.flushed = Lsn{1000};
  EXPECT_EQ(m.learn(led_by_1(m.record())), "A480");
  EXPECT_EQ(m.verb(), "follow");
  EXPECT_EQ(m.command().peer, Member::who(1));
  EXPECT_EQ(m.command().epoch, Epoch{2});
}

TEST(FollowA499, streaming_member_is_left_alone) {
  Member m(testing::registry_policy(), 2);
  EXPECT_EQ(m.step(), "");
  EXPECT_EQ(m.verb(), "");
}

}  // namespace
}  // namespace holdfast::core
