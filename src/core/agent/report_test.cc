// What an agent says of its member: observations, and the difference between silence and not
// knowing.
#include <gtest/gtest.h>

#include "core/agent/internal.h"
#include "core/testing/member.h"

namespace holdfast::core {
namespace {

using testing::Member;

MemberReport report_of(Member& m) {
  agent::View view{m.policy, m.state, m.pg, m.now, 1, false};
  return agent::make_report(view);
}

/// A follower, `silence` after the last byte, with an agent that was awake all the time.
Member quiet(Duration silence) {
  Member m(testing::registry_policy(), 1);
  m.pass(silence);
  return m;
}

TEST(Report, stream_is_silent_after_the_detection_time_without_a_byte) {
  Member flowing = quiet(399ms);
  EXPECT_EQ(report_of(flowing).wal, WalSeen::kFlowing);
  Member silent = quiet(400ms);
  EXPECT_EQ(report_of(silent).wal, WalSeen::kSilent);
  EXPECT_EQ(report_of(silent).wal_silence, 400ms);
}

TEST(Report, server_that_has_just_stopped_answering_is_no_witness) {
  Member m = quiet(1s);
  m.pg.probes_ok = false;
  m.pg.probes_failing_since = m.now - 1s;
  EXPECT_EQ(report_of(m).wal, WalSeen::kUnknown);
  m.pg.probes_failing_since = m.now - m.policy.timing.sick;
  EXPECT_EQ(report_of(m).wal, WalSeen::kSilent);  // that is no passing illness
}

TEST(Report, receiver_that_reconnects_is_unknown_until_it_has_failed_for_long) {
  Member m = quiet(1s);
  m.pg.receiver = ReceiverState::kConnecting;
  EXPECT_EQ(report_of(m).wal, WalSeen::kUnknown);
  m.pass(1s);
  EXPECT_EQ(report_of(m).wal, WalSeen::kSilent);
  m.pg.source = {};
  EXPECT_EQ(report_of(m).wal, WalSeen::kUnknown);
}

TEST(Report, refusal_counts_only_after_the_detection_time) {
  Member m = quiet(300ms);
  m.pg.receiver = ReceiverState::kRefused;
  EXPECT_EQ(report_of(m).wal, WalSeen::kUnknown);
  m.pass(100ms);
  EXPECT_EQ(report_of(m).wal, WalSeen::kRefused);
}

/// The leader has written beyond what its standbys have flushed, `time` ago.
Member ahead(Duration time) {
  Member m(testing::registry_policy(), 0);
  m.pass(1s);
  m.pg.flushed = Lsn{m.pg.flushed.value + 100};
  m.pass(time);
  return m;
}

TEST(Report, standby_that_only_replies_falls_behind) {
  Member m = ahead(700ms);
  for (Sender& it : m.pg.senders) it.reply_at = m.now;
  const MemberReport report = report_of(m);
  EXPECT_EQ(report.senders[0].reply_age, Duration::zero());
  EXPECT_GE(report.senders[0].behind, 600ms);
}

TEST(Report, standby_that_has_everything_is_not_behind) {
  Member m = ahead(700ms);
  for (Sender& it : m.pg.senders) it.flushed = m.pg.flushed;
  EXPECT_EQ(report_of(m).senders[0].behind, Duration::zero());
}

TEST(Report, time_asleep_is_not_silence) {
  Member m(testing::registry_policy(), 1);
  m.now += 10s;  // the agent does not run
  m.step();
  EXPECT_EQ(report_of(m).wal, WalSeen::kFlowing);
  EXPECT_EQ(report_of(m).wal_silence, 0s);
}

TEST(Report, position_is_final_only_without_source_and_receiver) {
  Member m(testing::registry_policy(), 1);
  m.detach();
  EXPECT_TRUE(report_of(m).sealed_final);
  m.pg.receiver = ReceiverState::kConnecting;
  EXPECT_FALSE(report_of(m).sealed_final);
  m.detach();
  m.pg.position_final = false;
  EXPECT_FALSE(report_of(m).sealed_final);
}

TEST(Report, only_a_running_standby_is_able_to_seal) {
  Member m(testing::registry_policy(), 1);
  EXPECT_TRUE(report_of(m).able_to_seal);
  m.down(PgState::kStopped);
  EXPECT_FALSE(report_of(m).able_to_seal);
  Member primary(testing::registry_policy(), 0);
  EXPECT_FALSE(report_of(primary).able_to_seal);
}

TEST(Report, failing_probes_are_sick_after_their_time) {
  Member m(testing::registry_policy(), 0);
  m.pg.probes_failing_since = m.now;
  m.pass(1900ms);
  EXPECT_FALSE(report_of(m).sick);
  m.pass(100ms);
  EXPECT_TRUE(report_of(m).sick);
}

TEST(Report, heartbeats_keep_their_pace_and_news_travels_at_once) {
  Member m(testing::registry_policy(), 1);
  const std::uint64_t first = m.state.heartbeat;
  m.now += 10ms;
  m.step();
  EXPECT_EQ(m.state.heartbeat, first);  // nothing new, not due
  m.detach();
  m.step(PgChanged{});
  EXPECT_EQ(m.state.heartbeat, first + 1);
  m.now += 100ms;
  m.step();
  EXPECT_EQ(m.state.heartbeat, first + 2);
}

TEST(Report, next_deadline_meets_the_moment_a_stream_turns_silent) {
  Member m = quiet(350ms);
  EXPECT_LE(m.out.next_deadline, m.now + 50ms);
}

}  // namespace
}  // namespace holdfast::core
