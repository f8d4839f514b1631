// Commands of a member's life: start, stop, open, drain, promote, rewind, rebuild.

#include <gtest/gtest.h>

#include "sim/postgres/test_bed.h"

namespace holdfast::sim {
namespace {

using core::PgState;
using core::PgVerb;
using core::ReceiverState;

TEST(PgLifecycle, starts_in_place_closed_with_its_sync_set_and_shows_unreplicated_commits) {
  TestBed bed(2);
  bed.start_all(bed.pair(1, {1}, 1));
  bed.isolate(1);
  const WriteId write = bed.write(0);
  bed.run(10ms);
  EXPECT_TRUE(bed.command(0, {.verb = PgVerb::kStopImmediate}));
  EXPECT_EQ(bed.results[write], ClientResult::kUnknown);
  EXPECT_FALSE(bed.see(0).position_final);
  EXPECT_GT(bed.see(0).recovery_estimate, Duration(0));
  EXPECT_TRUE(bed.command(0, {.verb = PgVerb::kStartPrimary, .epoch = Epoch{1}}));
  EXPECT_FALSE(bed.see(0).open);
  EXPECT_EQ(bed.see(0).sync_pair, PairId{1});
  EXPECT_EQ(bed.see(0).proven, PairId{});
  EXPECT_FALSE(bed.pg(0).client_read());
  bed.command(0, {.verb = PgVerb::kOpen});
  EXPECT_TRUE(bed.pg(0).client_read());
  EXPECT_GE(bed.last_read, bed.pg(0).wal().back().end);
  const WriteId later = bed.write(0);
  bed.run(1s);
  EXPECT_FALSE(bed.acked(later));
}

TEST(PgLifecycle, clean_stop_sends_everything_and_leaves_a_known_position) {
  TestBed bed(3);
  bed.start_all(bed.pair(1, {1}, 1));
  bed.one_way = 15ms;
  for (int i = 0; i < 50; ++i) bed.write(0);
  EXPECT_TRUE(bed.command(0, {.verb = PgVerb::kStopFast}));
  EXPECT_EQ(bed.see(0).state, PgState::kStopped);
  EXPECT_TRUE(bed.see(0).position_final);
  for (const int i : {1, 2}) EXPECT_EQ(bed.pg(i).wal_flushed().lsn, bed.see(0).flushed);
}

TEST(PgLifecycle, clean_stop_does_not_wait_for_a_standby_that_never_answers) {
  TestBed bed(2);
  bed.start_all(bed.pair(1, {1}, 1));
  bed.isolate(1);
  bed.write(0);
  const SimTime begun = bed.kernel.now();
  EXPECT_TRUE(bed.command(0, {.verb = PgVerb::kStopFast}));
  EXPECT_LT(bed.kernel.now() - begun, 4s);
}

TEST(PgLifecycle, stop_at_once_interrupts_every_command_and_frozen_processes) {
  TestBed bed(2);
  bed.start_all(bed.pair(1, {1}, 1));
  bed.pg(0).freeze(true);
  bed.pg(0).command({.verb = PgVerb::kStopFast});
  bed.run(1s);
  EXPECT_TRUE(bed.see(0).busy);
  EXPECT_TRUE(bed.command(0, {.verb = PgVerb::kStopImmediate}));
  EXPECT_EQ(bed.see(0).state, PgState::kStopped);
  EXPECT_TRUE(bed.command(0, {.verb = PgVerb::kStartPrimary, .epoch = Epoch{1}}));
}

TEST(PgLifecycle, commands_that_arrive_while_one_is_carried_out_are_dropped) {
  TestBed bed(2);
  bed.start_all(bed.pair(1, {1}, 1));
  bed.pg(0).command({.verb = PgVerb::kClose});
  bed.pg(0).command({.verb = PgVerb::kAdopt, .epoch = Epoch{5}});
  bed.run(100ms);
  EXPECT_FALSE(bed.see(0).open);
  EXPECT_EQ(bed.see(0).leads, Epoch{1});
}

TEST(PgLifecycle, close_ends_sessions_with_unknown_outcome) {
  TestBed bed(2);
  bed.start_all(bed.pair(1, {1}, 1));
  bed.isolate(1);
  const WriteId write = bed.write(0);
  bed.run(10ms);
  bed.command(0, {.verb = PgVerb::kClose});
  EXPECT_EQ(bed.results[write], ClientResult::kUnknown);
  const WriteId refused = bed.write(0);
  EXPECT_EQ(bed.host(0).done[refused], ClientResult::kRejected);
}

TEST(PgLifecycle, drain_is_done_when_the_successor_has_everything) {
  TestBed bed(3);
  bed.start_all(bed.pair(1, {1, 2}, 1));
  bed.isolate(1);
  bed.write(0);
  EXPECT_TRUE(bed.command(0, {.verb = PgVerb::kDrain, .peer = bed.who(1)}));
  bed.run(500ms);
  EXPECT_FALSE(bed.see(0).drained);
  EXPECT_FALSE(bed.see(0).open);
  bed.isolate(1, false);
  bed.run(5s);
  EXPECT_TRUE(bed.see(0).drained);
  bed.command(0, {.verb = PgVerb::kOpen});
  EXPECT_FALSE(bed.see(0).drained);
}

TEST(PgLifecycle, adopt_demands_the_new_epochs_credential) {
  TestBed bed(3);
  bed.start_all(bed.pair(1, {1, 2}, 1));
  EXPECT_TRUE(bed.command(0, {.verb = PgVerb::kAdopt, .epoch = Epoch{3}}));
  EXPECT_EQ(bed.see(0).leads, Epoch{3});
  bed.follow(1, 0, 1);
  bed.run(20ms);
  EXPECT_EQ(bed.see(1).receiver, ReceiverState::kRefused);
  bed.follow(1, 0, 3);
  bed.run(50ms);
  EXPECT_EQ(bed.see(1).receiver_epoch, Epoch{3});
}

TEST(PgLifecycle, seal_of_a_stopped_member_holds_at_its_next_start) {
  TestBed bed(2);
  bed.start_all(bed.pair(1, {1}, 1));
  bed.command(1, {.verb = PgVerb::kStopImmediate});
  EXPECT_TRUE(bed.command(1, {.verb = PgVerb::kSeal, .epoch = Epoch{2}}));
  EXPECT_EQ(bed.see(1).credential, Epoch{});
  bed.command(1, {.verb = PgVerb::kStartStandby, .epoch = Epoch{2}});
  bed.run(1s);
  EXPECT_EQ(bed.see(1).receiver, ReceiverState::kNone);
}

/// 0 diverges while it is cut off; 1 leads epoch 2.
void diverge(TestBed& bed) {
  bed.start_all(bed.pair(1, {1}, 1));
  bed.write(0);
  bed.run(20ms);
  bed.isolate(0);
  for (int i = 0; i < 5; ++i) bed.write(0);
  bed.run(20ms);
  bed.command(1, {.verb = PgVerb::kSeal, .epoch = Epoch{2}});
  bed.command(1, {.verb = PgVerb::kPromote, .epoch = Epoch{2}, .timeline = Timeline{2}});
  bed.isolate(0, false);
  bed.command(0, {.verb = PgVerb::kStopImmediate});
}

TEST(PgLifecycle, rewind_gives_a_new_life_with_the_leaders_history) {
  TestBed bed(2);
  diverge(bed);
  const core::PgCommand rewind{.verb = PgVerb::kRewind, .peer = bed.who(1), .life = 777};
  // Right after the promotion the new timeline has no checkpoint yet.
  bed.timing.promote = 20ms;
  bed.run(1s);
  bed.command(0, {.verb = PgVerb::kStartStandby, .epoch = Epoch{2}});
  bed.run(200ms);
  EXPECT_EQ(bed.pg(0).wal().size(), 6U);
  EXPECT_TRUE(bed.command(0, rewind));
  EXPECT_EQ(bed.see(0).life, 777U);
  EXPECT_EQ(bed.see(0).state, PgState::kStopped);
  EXPECT_EQ(bed.pg(0).wal().size(), 1U);
  EXPECT_EQ(bed.pg(0).history(), bed.pg(1).history());
  bed.command(0, {.verb = PgVerb::kStartStandby, .epoch = Epoch{2}});
  bed.follow(0, 1, 2);
  bed.run(200ms);
  EXPECT_EQ(bed.see(0).receiver, ReceiverState::kStreaming);
  EXPECT_EQ(bed.see(0).received_timeline, Timeline{2});
}

TEST(PgLifecycle, rewind_needs_a_checkpoint_on_the_leaders_timeline) {
  TestBed bed(2);
  diverge(bed);
  EXPECT_FALSE(bed.command(0, {.verb = PgVerb::kRewind, .peer = bed.who(1), .life = 777}));
  EXPECT_EQ(bed.see(0).life, 100U);
  EXPECT_EQ(bed.see(0).state, PgState::kStopped);
}

TEST(PgLifecycle, interrupted_rewind_leaves_no_directory_and_a_rebuild_mends_it) {
  TestBed bed(2);
  diverge(bed);
  bed.run(1s);
  bed.pg(0).command({.verb = PgVerb::kRewind, .peer = bed.who(1), .life = 777});
  bed.run(50ms);
  EXPECT_EQ(bed.see(0).state, PgState::kRewinding);
  bed.pg(1).kill(false);
  bed.run(2s);
  EXPECT_TRUE(bed.see(0).failed);
  EXPECT_EQ(bed.see(0).state, PgState::kAbsent);
  EXPECT_EQ(bed.see(0).life, 0U);
  bed.command(1, {.verb = PgVerb::kStartPrimary, .epoch = Epoch{2}});
  const core::PgCommand rebuild{.verb = PgVerb::kRebuild, .peer = bed.who(1), .life = 778};
  EXPECT_TRUE(bed.command(0, rebuild));
  EXPECT_EQ(bed.see(0).life, 778U);
  EXPECT_EQ(bed.pg(0).wal_flushed(), bed.pg(1).wal_flushed());
}

TEST(PgLifecycle, new_life_only_while_it_is_down) {
  TestBed bed(2);
  EXPECT_TRUE(bed.command(0, {.verb = PgVerb::kNewLife, .life = 5}));
  EXPECT_EQ(bed.see(0).life, 5U);
  bed.start_all(bed.pair(1, {1}, 1));
  EXPECT_FALSE(bed.command(0, {.verb = PgVerb::kNewLife, .life = 6}));
}

}  // namespace
}  // namespace holdfast::sim
