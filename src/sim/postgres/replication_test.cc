// Streaming, acknowledgement, timelines and seals, as the real PostgreSQL shows them.

#include <gtest/gtest.h>

#include "sim/postgres/test_bed.h"

namespace holdfast::sim {
namespace {

using core::PgState;
using core::PgVerb;
using core::ReceiverState;

/// Members 1.. stream from 0; then 1 is cut off early and promoted, so that the others are beyond
/// its fork.
void promote_behind(TestBed& bed, int extra_writes) {
  bed.start_all(bed.pair(1, {2}, 1));
  for (int i = 0; i < 8; ++i) bed.write(0);
  bed.run(100ms);
  bed.command(1, {.verb = PgVerb::kSeal, .epoch = Epoch{2}});
  for (int i = 0; i < extra_writes; ++i) bed.write(0);
  bed.run(100ms);
  bed.command(0, {.verb = PgVerb::kStopImmediate});
}

core::PgCommand promotion(std::uint64_t timeline, std::uint64_t epoch) {
  return {.verb = PgVerb::kPromote, .epoch = Epoch{epoch}, .timeline = Timeline{timeline}};
}

TEST(PgReplication, commit_is_acknowledged_once_w_standbys_have_flushed_it) {
  TestBed bed(4);
  bed.start_all(bed.pair(1, {1, 2, 3}, 2));
  const WriteId write = bed.write(0);
  bed.run(500us);
  EXPECT_FALSE(bed.acked(write));
  bed.run(5ms);
  EXPECT_TRUE(bed.acked(write));
  for (int i = 0; i < 4; ++i) EXPECT_TRUE(bed.holds(i, write)) << i;
  EXPECT_EQ(bed.see(1).receiver, ReceiverState::kStreaming);
  EXPECT_FALSE(bed.see(1).position_final);
  EXPECT_EQ(bed.see(0).senders.size(), 3U);
}

TEST(PgReplication, commits_hang_without_enough_standbys_and_are_not_visible) {
  TestBed bed(3);
  bed.start_all(bed.pair(1, {1, 2}, 2));
  bed.pg(2).kill(false);
  bed.run(10ms);
  const WriteId write = bed.write(0);
  bed.run(3s);
  EXPECT_FALSE(bed.acked(write));
  EXPECT_TRUE(bed.holds(1, write));
  EXPECT_TRUE(bed.pg(0).client_read());
  EXPECT_LT(bed.last_read, bed.pg(0).wal().back().end);
}

TEST(PgReplication, group_acknowledgement_one_reply_releases_every_commit_it_covers) {
  TestBed bed(2);
  bed.start_all(bed.pair(1, {1}, 1));
  const std::uint64_t before = bed.messages;
  for (int i = 0; i < 60; ++i) bed.write(0);
  bed.run(20ms);
  for (WriteId write = 1; write <= 60; ++write) EXPECT_TRUE(bed.acked(write));
  EXPECT_LT(bed.messages - before, 25U);
}

TEST(PgReplication, standby_that_was_away_catches_up) {
  TestBed bed(2);
  bed.start_all(bed.pair(1, {1}, 0));
  bed.isolate(1);
  for (int i = 0; i < 2000; ++i) {
    bed.write(0);
    bed.run(3ms);
  }
  EXPECT_EQ(bed.see(0).senders.size(), 0U);
  bed.isolate(1, false);
  bed.run(3s);
  EXPECT_EQ(bed.pg(1).wal().size(), 2000U);
  EXPECT_EQ(bed.pg(1).wal_flushed(), bed.pg(0).wal_flushed());
}

TEST(PgReplication, false_ack_from_diverged_standby) {
  TestBed bed(3);
  promote_behind(bed, 50);
  EXPECT_TRUE(bed.command(1, promotion(2, 2)));
  core::Pair next = bed.pair(2, {2}, 1);
  bed.command(1, {.verb = PgVerb::kSetSync, .pair = next});
  bed.follow(2, 1, 2);
  EXPECT_TRUE(bed.prove(1, next));
  bed.command(1, {.verb = PgVerb::kOpen});
  int acked = 0;
  for (int i = 0; i < 5; ++i) {
    const WriteId write = bed.write(1);
    bed.run(50ms);
    acked += bed.acked(write) ? 1 : 0;
    EXPECT_FALSE(bed.holds(2, write));
  }
  EXPECT_EQ(acked, 5);
  EXPECT_EQ(bed.see(2).receiver, ReceiverState::kStreaming);
  EXPECT_EQ(bed.see(2).received_timeline, Timeline{1});
  // It stays connected, and once the leader has passed its position nothing more is acknowledged.
  const MonoTime since = bed.see(2).receiver_since;
  bed.run(5s);
  EXPECT_EQ(bed.see(2).receiver_since, since);
  for (int i = 0; i < 60; ++i) bed.write(1);
  const WriteId last = bed.write(1);
  bed.run(1s);
  EXPECT_FALSE(bed.acked(last));
}

TEST(PgReplication, standby_before_the_fork_switches_to_the_new_timeline) {
  TestBed bed(3);
  bed.start_all(bed.pair(1, {1, 2}, 1));
  for (int i = 0; i < 20; ++i) bed.write(0);
  bed.run(100ms);
  bed.command(0, {.verb = PgVerb::kStopImmediate});
  for (const int i : {1, 2}) bed.command(i, {.verb = PgVerb::kSeal, .epoch = Epoch{2}});
  EXPECT_TRUE(bed.see(1).position_final);
  EXPECT_TRUE(bed.command(1, promotion(2, 2)));
  EXPECT_EQ(bed.see(1).sync_pair, PairId{});
  bed.follow(2, 1, 2);
  bed.run(50ms);
  EXPECT_EQ(bed.see(2).received_timeline, Timeline{2});
  EXPECT_EQ(bed.see(2).receiver_epoch, Epoch{2});
  EXPECT_EQ(bed.pg(2).history(), bed.pg(1).history());
}

TEST(PgReplication, two_promotions_from_one_parent_take_the_same_timeline) {
  TestBed bed(3);
  bed.start_all(bed.pair(1, {1, 2}, 1));
  bed.command(0, {.verb = PgVerb::kStopImmediate});
  bed.command(1, promotion(2, 2));
  bed.command(1, {.verb = PgVerb::kStopImmediate});
  bed.command(2, promotion(2, 3));
  EXPECT_EQ(bed.see(1).timeline, Timeline{2});
  EXPECT_EQ(bed.see(2).timeline, Timeline{2});
}

TEST(PgReplication, reserved_history_files_make_a_promotion_skip_numbers) {
  TestBed bed(2);
  bed.start_all(bed.pair(1, {1}, 1));
  bed.command(0, {.verb = PgVerb::kStopImmediate});
  EXPECT_TRUE(bed.command(1, promotion(4, 5)));
  EXPECT_EQ(bed.see(1).timeline, Timeline{4});
  EXPECT_EQ(bed.see(1).leads, Epoch{5});
}

TEST(PgReplication, reserved_files_left_lying_make_a_start_fail) {
  TestBed bed(2);
  bed.timing.promote = 1s;
  bed.start_all(bed.pair(1, {1}, 1));
  bed.pg(1).command(promotion(4, 5));
  bed.run(50ms);
  EXPECT_EQ(bed.see(1).state, PgState::kPromoting);
  bed.pg(1).kill(false);
  bed.run(2s);
  EXPECT_TRUE(bed.see(1).failed);
  EXPECT_FALSE(bed.command(1, {.verb = PgVerb::kStartPrimary, .epoch = Epoch{5}}));
  EXPECT_TRUE(bed.command(1, {.verb = PgVerb::kStartStandby, .epoch = Epoch{5}}));
}

TEST(PgReplication, positions_after_restart_are_final_only_after_replay) {
  TestBed bed(2);
  bed.start_all(bed.pair(1, {1}, 1));
  for (int i = 0; i < 100; ++i) bed.write(0);
  bed.run(100ms);
  const Lsn end = bed.see(1).flushed;
  bed.command(1, {.verb = PgVerb::kStopImmediate});
  EXPECT_FALSE(bed.see(1).position_final);
  bed.command(1, {.verb = PgVerb::kStartStandby, .epoch = Epoch{2}});
  EXPECT_EQ(bed.see(1).state, PgState::kStandby);
  EXPECT_FALSE(bed.see(1).position_final);
  EXPECT_LE(bed.see(1).flushed, end);
  bed.run(200ms);
  EXPECT_TRUE(bed.see(1).position_final);
  EXPECT_EQ(bed.see(1).flushed, end);
}

TEST(PgReplication, seal_by_one_look_a_late_receiver_finds_no_credential) {
  int late = 0;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    TestBed bed(2, seed);
    bed.timing.stale_receiver_percent = 100;
    bed.start_all(bed.pair(1, {1}, 1));
    bed.run(20ms);
    EXPECT_TRUE(bed.command(1, {.verb = PgVerb::kSeal, .epoch = Epoch{2}}));
    EXPECT_EQ(bed.see(1).receiver, ReceiverState::kNone);
    EXPECT_TRUE(bed.see(1).position_final || bed.see(1).flushed < bed.pg(1).wal_end().lsn);
    const Lsn sealed = bed.pg(1).wal_end().lsn;
    for (int i = 0; i < 50; ++i) {
      bed.write(0);
      bed.run(1ms);
      late += bed.see(1).receiver != ReceiverState::kNone ? 1 : 0;
    }
    EXPECT_EQ(bed.pg(1).wal_end().lsn, sealed);
    EXPECT_EQ(bed.see(1).receiver, ReceiverState::kNone);
  }
  EXPECT_GT(late, 0);
}

TEST(PgReplication, receiver_from_old_setting_logs_in_where_the_credential_was_kept) {
  int streamed = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    TestBed bed(2, seed);
    bed.timing.stale_receiver_percent = 100;
    bed.start_all(bed.pair(1, {1}, 1));
    bed.run(20ms);
    // Epoch 1 keeps the credential of epoch 1: only the source is cleared.
    bed.command(1, {.verb = PgVerb::kSeal, .epoch = Epoch{1}});
    const Lsn sealed = bed.pg(1).wal_end().lsn;
    bed.write(0);
    bed.run(50ms);
    streamed += bed.pg(1).wal_end().lsn > sealed ? 1 : 0;
  }
  EXPECT_GT(streamed, 0);
}

TEST(PgReplication, login_is_refused_for_another_epoch_and_by_a_host_without_postgres) {
  TestBed bed(3);
  bed.start_all(bed.pair(1, {1, 2}, 1));
  bed.follow(1, 0, 7);
  bed.run(20ms);
  EXPECT_EQ(bed.see(1).receiver, ReceiverState::kRefused);
  bed.pg(0).kill(false);
  bed.run(500ms);
  EXPECT_EQ(bed.see(2).receiver, ReceiverState::kRefused);
  const MonoTime since = bed.see(2).receiver_since;
  bed.run(500ms);
  EXPECT_EQ(bed.see(2).receiver_since, since);
}

TEST(PgReplication, dead_host_leaves_the_receiver_silent_then_connecting) {
  TestBed bed(2);
  bed.start_all(bed.pair(1, {1}, 1));
  bed.host(0).up = false;
  bed.pg(0).power_loss(false);
  bed.run(1s);
  EXPECT_EQ(bed.see(1).receiver, ReceiverState::kStreaming);
  EXPECT_GT(bed.host(1).host_now() - bed.see(1).last_byte_at, 900ms);
  bed.run(2s);
  EXPECT_EQ(bed.see(1).receiver, ReceiverState::kConnecting);
}

TEST(PgReplication, double_count_second_sender_of_an_incarnation_is_refused) {
  TestBed bed(3);
  bed.start_all(bed.pair(1, {1, 2}, 2));
  bed.pg(2).kill(false);
  // The standby goes away without a word; for its leader the old connection still lives.
  bed.isolate(1);
  bed.pg(1).kill(false);
  bed.run(50ms);
  bed.isolate(1, false);
  bed.command(1, {.verb = PgVerb::kStartStandby, .epoch = Epoch{1}});
  bed.follow(1, 0, 1);
  bed.run(200ms);
  EXPECT_EQ(bed.see(1).receiver, ReceiverState::kRefused);
  const WriteId write = bed.write(0);
  bed.run(1s);
  EXPECT_FALSE(bed.acked(write));
  bed.run(3s);
  EXPECT_EQ(bed.see(1).receiver, ReceiverState::kStreaming);
  EXPECT_FALSE(bed.acked(write));
}

TEST(PgReplication, keepalive_moves_the_last_byte_of_every_standby) {
  TestBed bed(2);
  bed.start_all(bed.pair(1, {1}, 1));
  bed.run(900ms);
  bed.pg(0).keepalive();
  bed.run(5ms);
  EXPECT_LT(bed.host(1).host_now() - bed.see(1).last_byte_at, 6ms);
}

TEST(PgReplication, follow_takes_a_few_milliseconds_to_the_first_acknowledgement) {
  Duration worst{};
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    TestBed bed(2, seed);
    bed.start_all(bed.pair(1, {1}, 1));
    bed.command(1, {.verb = PgVerb::kSeal, .epoch = Epoch{1}});
    const WriteId write = bed.write(0);
    bed.run(20ms);
    const SimTime begun = bed.kernel.now();
    bed.follow(1, 0, 1);
    while (!bed.acked(write)) bed.run(100us);
    worst = std::max(worst, bed.kernel.now() - begun);
  }
  EXPECT_LT(worst, 250ms);
  EXPECT_GT(worst, 3ms);
}

}  // namespace
}  // namespace holdfast::sim
