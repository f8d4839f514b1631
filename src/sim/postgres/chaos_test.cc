// Any sequence of commands and faults: the model keeps its books and always comes to an end.

#include <gtest/gtest.h>

#include "sim/postgres/test_bed.h"

namespace holdfast::sim {
namespace {

using core::PgState;
using core::PgVerb;

constexpr int kMembers = 4;

void check_books(TestBed& bed, int member) {
  const Postgres& pg = bed.pg(member);
  EXPECT_LE(pg.wal_flushed().lsn, pg.wal_end().lsn);
  Lsn last;
  for (const WalEntry& entry : pg.wal()) {
    EXPECT_LT(last, entry.end);
    last = entry.end;
  }
  EXPECT_LE(last, pg.wal_end().lsn);
  for (std::size_t i = 1; i < pg.history().size(); ++i) {
    EXPECT_LT(pg.history()[i - 1].timeline, pg.history()[i].timeline);
    EXPECT_LE(pg.history()[i - 1].start, pg.history()[i].start);
  }
  const core::PgObservation& seen = bed.see(member);
  const bool leads = seen.state == PgState::kPrimary;
  EXPECT_TRUE(leads || (!seen.open && !seen.proven.is_set()));
  EXPECT_TRUE(!leads || seen.timeline == pg.history().back().timeline);
}

core::PgCommand any_command(TestBed& bed, Prng& prng, int member) {
  core::PgCommand command;
  command.verb = static_cast<PgVerb>(prng.below(static_cast<std::uint64_t>(PgVerb::kRebuild) + 1));
  command.epoch = Epoch{1 + prng.below(4)};
  command.peer = bed.who(static_cast<int>(prng.below(kMembers)));
  command.timeline = Timeline{1 + prng.below(8)};
  command.life = static_cast<std::uint32_t>(1000 + prng.below(1U << 30));
  const int w = static_cast<int>(prng.below(3));
  command.pair = bed.pair(prng.below(6), {(member + 1) % kMembers, (member + 2) % kMembers}, w);
  if (prng.chance(50)) command.pair.id = bed.see(member).sync_pair;
  return command;
}

/// Brings life back: members that are down start, some of them as primaries, and are let to find
/// each other.
void revive(TestBed& bed, Prng& prng) {
  const int leader = static_cast<int>(prng.below(kMembers));
  for (int i = 0; i < kMembers; ++i) {
    bed.isolate(i, false);
    bed.pg(i).freeze(false);
    const bool leads = i == leader;
    const PgVerb verb = leads ? PgVerb::kStartPrimary : PgVerb::kStartStandby;
    bed.pg(i).command({.verb = verb, .epoch = Epoch{1}});
  }
  bed.run(100ms);
  const core::Incarnation who = bed.who(leader);
  for (int i = 0; i < kMembers; ++i) {
    const bool absent = bed.see(i).state == PgState::kAbsent;
    const PgVerb verb = absent ? PgVerb::kRebuild : PgVerb::kFollow;
    if (i == leader) bed.pg(i).command({.verb = PgVerb::kOpen});
    if (i != leader) bed.pg(i).command({.verb = verb, .epoch = Epoch{1}, .peer = who, .life = 77});
  }
}

void any_fault(TestBed& bed, Prng& prng, int member) {
  Postgres& pg = bed.pg(member);
  switch (prng.below(9)) {
    case 0: return pg.kill(prng.chance(50));
    case 1: return pg.power_loss(prng.chance(50));
    case 2: return pg.freeze(prng.chance(50));
    case 3: return pg.slow(prng.chance(50) ? 300ms : 0ms);
    case 4: return pg.cancel_waits();
    case 5: return prng.chance(10) ? pg.replace_disk() : pg.poison(prng.chance(30));
    case 6: return bed.isolate(member, prng.chance(50));
    case 7: bed.host(member).full = prng.chance(30); return;
    default: return pg.keepalive();
  }
}

void heal(TestBed& bed) {
  for (int i = 0; i < kMembers; ++i) {
    bed.isolate(i, false);
    bed.host(i).full = false;
    bed.pg(i).freeze(false);
    bed.pg(i).slow(Duration(0));
    bed.pg(i).poison(false);
  }
  bed.run(30s);
}

TEST(PgChaos, any_sequence_of_commands_and_faults_keeps_the_books) {
  for (std::uint64_t seed = 1; seed <= 150; ++seed) {
    TestBed bed(kMembers, seed);
    bed.timing.stale_receiver_percent = 30;
    bed.start_all(bed.pair(1, {1, 2, 3}, 1));
    Prng prng(seed);
    for (int step = 0; step < 200; ++step) {
      const int member = static_cast<int>(prng.below(kMembers));
      if (step % 25 == 24) revive(bed, prng);
      if (prng.chance(25)) bed.pg(member).command(any_command(bed, prng, member));
      if (prng.chance(15)) any_fault(bed, prng, member);
      for (int i = 0; i < kMembers; ++i) bed.write(i);
      bed.pg(member).client_read();
      bed.run(prng.exponential(5ms));
      check_books(bed, member);
    }
    heal(bed);
    for (int i = 0; i < kMembers; ++i) {
      EXPECT_FALSE(bed.see(i).busy) << "seed " << seed << " member " << i;
      check_books(bed, i);
      EXPECT_TRUE(bed.command(i, {.verb = PgVerb::kStopImmediate}));
    }
    if (testing::Test::HasFailure()) return;
  }
}

}  // namespace
}  // namespace holdfast::sim
