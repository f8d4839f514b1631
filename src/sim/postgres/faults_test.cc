// Crashes, power cuts, lying disks, frozen processes.

#include <gtest/gtest.h>

#include "sim/postgres/test_bed.h"

namespace holdfast::sim {
namespace {

using core::PgState;
using core::PgVerb;
using core::ReceiverState;

TEST(PgFaults, crash_tells_clients_and_standbys_at_once) {
  TestBed bed(2);
  bed.start_all(bed.pair(1, {1}, 1));
  const WriteId write = bed.write(0);
  bed.pg(0).kill(false);
  EXPECT_EQ(bed.see(0).state, PgState::kCrashed);
  EXPECT_EQ(bed.results[write], ClientResult::kUnknown);
  bed.run(5ms);
  EXPECT_EQ(bed.see(1).receiver, ReceiverState::kRefused);
}

TEST(PgFaults, guardian_fences_also_frozen_processes) {
  TestBed bed(2);
  bed.start_all(bed.pair(1, {1}, 1));
  bed.pg(0).freeze(true);
  bed.pg(0).kill(true);
  EXPECT_EQ(bed.see(0).state, PgState::kStopped);
  EXPECT_TRUE(bed.see(0).fenced);
  bed.command(0, {.verb = PgVerb::kStartPrimary, .epoch = Epoch{1}});
  EXPECT_FALSE(bed.see(0).fenced);
}

TEST(PgFaults, power_cut_loses_only_what_was_not_flushed) {
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    TestBed bed(2, seed);
    bed.start_all(bed.pair(1, {1}, 1));
    for (int i = 0; i < 20; ++i) {
      bed.write(0);
      bed.run(500us);
    }
    const Lsn flushed = bed.pg(1).wal_flushed().lsn;
    const Lsn written = bed.pg(1).wal_end().lsn;
    bed.pg(1).power_loss(false);
    EXPECT_EQ(bed.see(1).state, PgState::kCrashed);
    EXPECT_GE(bed.pg(1).wal_end().lsn, flushed);
    EXPECT_LE(bed.pg(1).wal_end().lsn, written);
  }
}

TEST(PgFaults, fsync_lies_confirmed_wal_and_settings_are_lost) {
  int lost_wal = 0;
  int lost_seal = 0;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    TestBed bed(2, seed);
    bed.start_all(bed.pair(1, {1}, 1));
    bed.run(2s);
    for (int i = 0; i < 50; ++i) {
      bed.write(0);
      bed.run(10ms);
    }
    bed.command(1, {.verb = PgVerb::kSeal, .epoch = Epoch{2}});
    const Lsn confirmed = bed.pg(1).wal_flushed().lsn;
    bed.pg(1).power_loss(true);
    lost_wal += bed.pg(1).wal_end().lsn < confirmed ? 1 : 0;
    lost_seal += bed.see(1).credential == Epoch{1} ? 1 : 0;
    EXPECT_TRUE(bed.command(1, {.verb = PgVerb::kStartStandby, .epoch = Epoch{2}}));
  }
  EXPECT_GT(lost_wal, 5);
  EXPECT_GT(lost_seal, 5);
}

TEST(PgFaults, frozen_instance_is_silent_and_does_everything_late) {
  TestBed bed(3);
  bed.start_all(bed.pair(1, {1, 2}, 2));
  bed.pg(0).freeze(true);
  const WriteId write = bed.write(0);
  bed.run(1s);
  EXPECT_FALSE(bed.see(0).probes_ok);
  EXPECT_LE(bed.see(0).probes_failing_since, bed.host(0).host_now() - 1s);
  EXPECT_FALSE(bed.holds(0, write));
  EXPECT_EQ(bed.see(1).receiver, ReceiverState::kStreaming);
  bed.pg(0).freeze(false);
  bed.run(50ms);
  EXPECT_TRUE(bed.acked(write));
  EXPECT_TRUE(bed.see(0).probes_ok);
}

TEST(PgFaults, frozen_standby_delays_acknowledgements_until_its_sender_is_ended) {
  TestBed bed(2);
  bed.start_all(bed.pair(1, {1}, 1));
  bed.pg(1).freeze(true);
  const WriteId write = bed.write(0);
  bed.run(1s);
  EXPECT_FALSE(bed.acked(write));
  bed.pg(1).freeze(false);
  bed.run(10ms);
  EXPECT_TRUE(bed.acked(write));
  bed.pg(1).freeze(true);
  bed.run(5s);
  EXPECT_EQ(bed.see(0).senders.size(), 0U);
  bed.pg(1).freeze(false);
  bed.run(1s);
  EXPECT_EQ(bed.see(0).senders.size(), 1U);
}

TEST(PgFaults, slow_instance_fails_its_probes) {
  TestBed bed(2);
  bed.start_all(bed.pair(1, {1}, 1));
  bed.pg(0).slow(500ms);
  EXPECT_FALSE(bed.see(0).probes_ok);
  const WriteId write = bed.write(0);
  bed.run(300ms);
  EXPECT_FALSE(bed.acked(write));
  bed.pg(0).slow(Duration(0));
  bed.run(1s);
  EXPECT_TRUE(bed.acked(write));
  EXPECT_TRUE(bed.see(0).probes_ok);
}

TEST(PgFaults, full_disk_rejects_writes_and_ends_a_standbys_receiver) {
  TestBed bed(2);
  bed.start_all(bed.pair(1, {1}, 1));
  bed.host(1).full = true;
  const WriteId write = bed.write(0);
  bed.run(500ms);
  EXPECT_FALSE(bed.acked(write));
  bed.host(1).full = false;
  bed.run(500ms);
  EXPECT_TRUE(bed.acked(write));
  bed.host(0).full = true;
  EXPECT_FALSE(bed.see(0).probes_ok);
  EXPECT_EQ(bed.host(0).done[bed.write(0)], ClientResult::kRejected);
}

TEST(PgFaults, replaced_disk_is_empty_until_it_is_rebuilt) {
  TestBed bed(2);
  bed.start_all(bed.pair(1, {1}, 0));
  bed.write(0);
  bed.run(10ms);
  bed.pg(1).replace_disk();
  EXPECT_EQ(bed.see(1).state, PgState::kAbsent);
  EXPECT_TRUE(bed.pg(1).wal().empty());
  EXPECT_FALSE(bed.command(1, {.verb = PgVerb::kStartStandby, .epoch = Epoch{1}}));
  const core::PgCommand rebuild{.verb = PgVerb::kRebuild, .peer = bed.who(0), .life = 9};
  EXPECT_TRUE(bed.command(1, rebuild));
  EXPECT_EQ(bed.pg(1).wal().size(), 1U);
}

TEST(PgFaults, poisoned_primary_crashes_soon_after_opening) {
  TestBed bed(2);
  bed.pg(0).poison(true);
  bed.start_all(bed.pair(1, {1}, 1));
  bed.run(60ms);
  EXPECT_EQ(bed.see(0).state, PgState::kCrashed);
}

TEST(PgFaults, gap_after_a_cut_breaks_the_connection_and_is_repaired) {
  TestBed bed(2);
  bed.start_all(bed.pair(1, {1}, 1));
  bed.isolate(1);
  bed.write(0);
  bed.run(300ms);
  bed.isolate(1, false);
  const WriteId write = bed.write(0);
  bed.run(1s);
  EXPECT_TRUE(bed.acked(write));
  EXPECT_EQ(bed.pg(1).wal().size(), 2U);
}

TEST(PgFaults, same_seed_same_events) {
  std::uint64_t hashes[2];
  for (std::uint64_t& hash : hashes) {
    TestBed bed(4, 7);
    bed.start_all(bed.pair(1, {1, 2, 3}, 2));
    for (int i = 0; i < 100; ++i) {
      bed.write(0);
      bed.run(7ms);
    }
    bed.pg(1).power_loss(true);
    bed.run(1s);
    hash = bed.kernel.hash();
  }
  EXPECT_EQ(hashes[0], hashes[1]);
}

}  // namespace
}  // namespace holdfast::sim
