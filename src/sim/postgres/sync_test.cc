// synchronous_standby_names: reloads, old copies, proofs, cancelled waits.

#include <gtest/gtest.h>

#include "sim/postgres/test_bed.h"

namespace holdfast::sim {
namespace {

using core::PgVerb;

core::PgCommand set_sync(const core::Pair& pair) {
  return {.verb = PgVerb::kSetSync, .pair = pair};
}

TEST(PgSync, whether_commits_wait_is_the_checkpointers_flag_not_the_setting) {
  int early = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    TestBed bed(2, seed);
    bed.start_all(bed.pair(1, {1}, 0));
    bed.timing.reload = 200ms;
    bed.isolate(1);
    EXPECT_TRUE(bed.command(0, set_sync(bed.pair(2, {1}, 1))));
    EXPECT_EQ(bed.see(0).sync_pair, PairId{2});
    const WriteId barrier = bed.write(0);
    bed.run(5ms);
    early += bed.acked(barrier) ? 1 : 0;
    bed.run(60s);
    const WriteId later = bed.write(0);
    bed.run(1s);
    EXPECT_FALSE(bed.acked(later));
  }
  EXPECT_GT(early, 10);
}

TEST(PgSync, placeholder_is_satisfied_by_nobody) {
  TestBed bed(3);
  bed.start_all(bed.pair(1, {1, 2}, 1));
  bed.command(0, set_sync(core::Pair{}));
  bed.run(1s);
  const WriteId write = bed.write(0);
  bed.run(2s);
  EXPECT_FALSE(bed.acked(write));
}

TEST(PgSync, leaving_the_wait_releases_everyone_when_the_flag_goes_off) {
  TestBed bed(2);
  bed.start_all(bed.pair(1, {1}, 1));
  bed.pg(1).kill(false);
  bed.run(5ms);
  const WriteId write = bed.write(0);
  bed.run(1s);
  EXPECT_FALSE(bed.acked(write));
  const core::Pair none = bed.pair(2, {}, 0);
  bed.command(0, set_sync(none));
  bed.run(500ms);
  EXPECT_TRUE(bed.acked(write));
  EXPECT_TRUE(bed.prove(0, none));
}

TEST(PgSync, a_sender_with_an_old_copy_releases_by_the_old_rule) {
  int released = 0;
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    TestBed bed(4, seed);
    bed.start_all(bed.pair(1, {1, 2, 3}, 1));
    // Members 2 and 3 are gone; the new rule wants two. Only an old copy of the sender of 1 can
    // release.
    bed.pg(2).kill(false);
    bed.pg(3).kill(false);
    bed.run(10ms);
    bed.timing.reload = 20ms;
    bed.command(0, set_sync(bed.pair(2, {1, 2, 3}, 2)));
    const WriteId write = bed.write(0);
    bed.run(3ms);
    released += bed.acked(write) ? 1 : 0;
    bed.run(10s);
    const WriteId later = bed.write(0);
    bed.run(1s);
    EXPECT_FALSE(bed.acked(later));
  }
  EXPECT_GT(released, 5);
}

TEST(PgSync, joint_change_old_copies_in_some_senders_satisfy_one_of_the_two_pairs) {
  // From ANY 1 (1) to ANY 1 (2) under every mixture of copies: whatever is acknowledged is on 1 or
  // on 2.
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    TestBed bed(4, seed);
    bed.start_all(bed.pair(1, {1}, 1));
    bed.timing.reload = 10ms;
    bed.command(0, set_sync(bed.pair(2, {2}, 1)));
    for (int i = 0; i < 60; ++i) {
      bed.write(0);
      bed.run(1ms);
      for (const auto& [write, result] : bed.results) {
        if (result != ClientResult::kAcked) continue;
        EXPECT_TRUE(bed.holds(1, write) || bed.holds(2, write));
      }
    }
  }
}

TEST(PgSync, proof_ends_senders_that_stay_old) {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    TestBed bed(3, seed);
    bed.start_all(bed.pair(1, {1, 2}, 1));
    bed.timing.reload = 5ms;
    const core::Pair next = bed.pair(2, {1, 2}, 2);
    bed.command(0, set_sync(next));
    EXPECT_TRUE(bed.prove(0, next));
    EXPECT_LE(bed.see(0).recovery_end, bed.see(0).barrier);
    bed.pg(2).kill(false);
    bed.run(5ms);
    const WriteId write = bed.write(0);
    bed.run(1s);
    EXPECT_FALSE(bed.acked(write));
  }
}

TEST(PgSync, proof_waits_without_being_busy_and_is_replaced) {
  TestBed bed(3);
  bed.start_all(bed.pair(1, {1, 2}, 1));
  bed.pg(2).kill(false);
  bed.run(5ms);
  const core::Pair both = bed.pair(2, {1, 2}, 2);
  bed.command(0, set_sync(both));
  EXPECT_FALSE(bed.prove(0, both));
  EXPECT_FALSE(bed.see(0).busy);
  EXPECT_FALSE(bed.prove(0, both));
  const core::Pair one = bed.pair(3, {1}, 1);
  EXPECT_TRUE(bed.command(0, set_sync(one)));
  EXPECT_TRUE(bed.prove(0, one));
  bed.run(1s);
  EXPECT_EQ(bed.see(0).proven, PairId{3});
}

TEST(PgSync, proof_of_a_pair_that_is_not_set_fails) {
  TestBed bed(2);
  bed.start_all(bed.pair(1, {1}, 1));
  EXPECT_FALSE(bed.command(0, {.verb = PgVerb::kProve, .pair = bed.pair(9, {1}, 1)}));
}

TEST(PgSync, cancelled_wait_is_an_acknowledgement_but_no_proof) {
  TestBed bed(2);
  bed.start_all(bed.pair(1, {1}, 1));
  bed.isolate(1);
  const core::Pair next = bed.pair(2, {1}, 1);
  bed.command(0, set_sync(next));
  const WriteId write = bed.write(0);
  EXPECT_FALSE(bed.prove(0, next));
  bed.pg(0).cancel_waits();
  EXPECT_TRUE(bed.acked(write));
  EXPECT_EQ(bed.cancelled_writes, std::vector<WriteId>{write});
  EXPECT_FALSE(bed.holds(1, write));
  bed.run(100ms);
  EXPECT_EQ(bed.see(0).proven, PairId{1});
  bed.isolate(1, false);
  bed.run(5s);
  EXPECT_EQ(bed.see(0).proven, PairId{2});
}

TEST(PgSync, standby_that_is_not_in_the_set_does_not_count) {
  TestBed bed(3);
  bed.start_all(bed.pair(1, {1}, 1));
  bed.isolate(1);
  const WriteId write = bed.write(0);
  bed.run(1s);
  EXPECT_TRUE(bed.holds(2, write));
  EXPECT_FALSE(bed.acked(write));
}

}  // namespace
}  // namespace holdfast::sim
