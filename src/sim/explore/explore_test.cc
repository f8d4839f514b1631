#include "sim/explore/explore.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "sim/explore/judge.h"
#include "sim/explore/pg.h"
#include "sim/explore/units.h"
#include "sim/explore/visited.h"
#include "sim/explore/wal.h"

namespace holdfast::sim::explore {
namespace {

ExploreOptions quiet() {
  ExploreOptions options;
  options.faults = 0;
  options.delays = 0;
  options.mend = false;
  return options;
}

Stage make_stage() { return Stage(small_policy(true), 300ms); }

const core::Record& record_of(const World& world, const Stage& stage) {
  return *stage.tables().record(world.store);
}

/// The default schedule, until nothing is left to do or time would have to pass.
void settle(World& world, Stage& stage) {
  Events events;
  for (int i = 0; i < 1000; ++i) {
    natural_events(world, stage, true, events);
    if (events.empty()) return;
    apply(world, stage, events[0], Held{});
  }
  FAIL() << "the default schedule does not come to rest";
}

TEST(ExploreUnits, Deadline_between_two_steps_isPassedAtTheNextOne) {
  EXPECT_EQ(to_rel(kNow + 300ms), 1);
  EXPECT_EQ(to_rel(kNow + 500ms), 1);
  EXPECT_EQ(to_rel(kNow + 501ms), 2);
  EXPECT_EQ(to_deadline(kNow), kRelLongAgo);
}

TEST(ExploreUnits, Age_beyondAllThresholds_isCutOff) {
  EXPECT_EQ(to_rel(kNow - 2 * kUnit), -2);
  EXPECT_EQ(to_rel(kNow - 100 * kUnit), -kOldest);
  EXPECT_EQ(to_rel(kLongAgo), kRelLongAgo);
  EXPECT_EQ(to_time(kRelNever), kNever);
}

TEST(ExploreVisited, Same_bytes_areFoundAgain_alsoAfterGrowing) {
  Visited visited(4);
  for (std::uint32_t i = 0; i < 1000; ++i) {
    bool fresh = false;
    visited.find_or_add(fingerprint(std::as_bytes(std::span(&i, 1))), i, fresh);
    EXPECT_TRUE(fresh);
  }
  bool fresh = true;
  const std::uint32_t seven = 7;
  EXPECT_EQ(visited.find_or_add(fingerprint(std::as_bytes(std::span(&seven, 1))), 2000, fresh), 7U);
  EXPECT_FALSE(fresh);
  EXPECT_EQ(visited.size(), 1000U);
}

TEST(ExploreWal, A_member_beyondTheFork_doesNotFit) {
  WalCell leader;
  add_fork(leader, {1, 1, 1});
  append(leader, 1);
  WalCell mine = leader;
  append(mine, 2);
  add_fork(leader, {2, wal_end(leader), 2});
  append(leader, kRecoveryEntry);
  EXPECT_EQ(fit(mine, leader), Fit::kDiverged);
  cut_wal(mine, static_cast<Byte>(wal_end(mine) - 1));
  EXPECT_EQ(fit(mine, leader), Fit::kTakes);
  EXPECT_EQ(timeline_at(leader, wal_end(leader)), 2);
}

TEST(ExploreWorld, First_state_servesTheClient) {
  Stage stage = make_stage();
  const World world = warm_world(stage, quiet());
  EXPECT_EQ(world.member[0].pg.open, 1);
  EXPECT_EQ(world.acked, 1);
  for (const MemberCell& it : world.member) EXPECT_EQ(commits_in(it.pg.wal), 1);
  EXPECT_EQ(judge(world, stage.tables()), Violation::kNone);
}

TEST(ExploreWorld, Crash_of_the_primary_isFollowedByAFailover) {
  Stage stage = make_stage();
  ExploreOptions options = quiet();
  options.faults = 1;
  World world = warm_world(stage, options);
  apply(world, stage, {EventKind::kCrashPostgres, 0, 0}, Held{});
  settle(world, stage);
  EXPECT_EQ(record_of(world, stage).key.epoch.value, 2U);
  EXPECT_EQ(record_of(world, stage).phase, core::Phase::kSteady);
  const auto leader = record_of(world, stage).primary.member;
  EXPECT_EQ(world.member[leader].pg.open, 1);
  EXPECT_GT(world.next_commit, 2);
  EXPECT_EQ(judge(world, stage.tables()), Violation::kNone);
}

TEST(ExploreJudge, Acknowledged_commit_thatTheSyncSetLacks_isLost) {
  Stage stage = make_stage();
  World world = warm_world(stage, quiet());
  for (std::size_t m = 1; m < kMembers; ++m) cut_wal(world.member[m].pg.wal, 1);
  EXPECT_EQ(judge(world, stage.tables()), Violation::kLost);
}

TEST(ExploreSearch, Same_options_seeTheSameStates) {
  ExploreOptions options = quiet();
  options.faults = 1;
  const ExploreResult one = explore(options);
  const ExploreResult two = explore(options);
  EXPECT_TRUE(one.complete);
  EXPECT_EQ(one.states, two.states);
  EXPECT_EQ(one.transitions, two.transitions);
}

TEST(ExploreSearch, More_delays_seeMore) {
  ExploreOptions options = quiet();
  options.quanta = 2;
  const ExploreResult none = explore(options);
  options.delays = 2;
  const ExploreResult two = explore(options);
  EXPECT_TRUE(none.complete && two.complete);
  EXPECT_GT(two.states, none.states);
}

TEST(ExploreSearch, Max_states_endsItEarly) {
  ExploreOptions options = quiet();
  options.full = true;
  options.faults = 1;
  options.max_states = 1000;
  const ExploreResult result = explore(options);
  EXPECT_FALSE(result.complete);
  EXPECT_LT(result.states, 2000U);
}

TEST(ExploreStory, Every_event_hasASentence) {
  for (Byte kind = 0; kind < static_cast<Byte>(EventKind::kCount); ++kind)
    EXPECT_NE(sentence({static_cast<EventKind>(kind), 0, 1}), "?");
}

TEST(ExploreStory, Path_isToldWithTheRulesThatDecided) {
  ExploreOptions options = quiet();
  options.faults = 1;
  ExploreResult result;
  result.path = {{Move::kDo, {EventKind::kCrashPostgres, 0, 0}},
                 {Move::kDo, {EventKind::kLook, 0, 0}},
                 {Move::kDo, {EventKind::kHear, 0, 0}}};
  const std::string story = tell_path(options, result);
  EXPECT_NE(story.find("PostgreSQL of member 0 crashes"), std::string::npos);
  EXPECT_NE(story.find("C210"), std::string::npos);
}

}  // namespace
}  // namespace holdfast::sim::explore
