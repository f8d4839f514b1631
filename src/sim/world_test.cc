#include "sim/world.h"

#include <gtest/gtest.h>

#include "model/sites_for_test.h"

namespace holdfast::sim {
namespace {

constexpr int kRegistry = 0;

/// Counts what happens, and notes what the tests ask for.
class Watcher : public Observer {
 public:
  void on_open(SimTime t, MemberRef at, core::Incarnation, Epoch epoch, bool open) override {
    if (at.cluster != kRegistry) return;
    if (open) opened_at = t;
    if (open) opened = epoch;
    open_now += open ? 1 : -1;
    if (!open) closed_at = t;
  }
  void on_fault(SimTime, const Fault&, bool begins) override { (begins ? begun : healed) += 1; }
  void on_record(SimTime, int, const core::RecordPtr&, const core::RecordPtr&) override {
    ++records;
  }
  void on_read(SimTime, MemberRef, core::Incarnation, Epoch, Timeline, Lsn) override { ++reads; }

  int begun = 0;
  int healed = 0;
  int records = 0;
  int reads = 0;
  int open_now = 0;
  Epoch opened;
  SimTime opened_at{};
  SimTime closed_at{};
};

class Sink : public ClientSink {
 public:
  void on_client_result(WriteId, ClientResult result) override {
    ++answers;
    acked += result == ClientResult::kAcked ? 1 : 0;
    rejected += result == ClientResult::kRejected ? 1 : 0;
    unknown += result == ClientResult::kUnknown ? 1 : 0;
  }
  int answers = 0;
  int acked = 0;
  int rejected = 0;
  int unknown = 0;
};

class WorldTest : public testing::Test {
 protected:
  explicit WorldTest(std::uint64_t seed = 1) : world(site, options(seed)) {
    world.add_observer(watcher);
    world.gateway().set_sink(sink);
    started = world.start();
    clinic = static_cast<int>(*site.find_host("clinic"));
  }
  static SimOptions options(std::uint64_t seed) {
    SimOptions it;
    it.seed = seed;
    return it;
  }

  void strike(FaultKind kind, int a, int b, Duration lasts, std::int64_t amount = 0) {
    Fault fault;
    fault.kind = kind;
    fault.a = a;
    fault.b = b;
    fault.lasts = lasts;
    fault.amount = amount;
    world.apply(fault);
  }
  void write(int count) {
    for (int i = 0; i < count; ++i) {
      world.gateway().submit_write(clinic, kRegistry, 0, ++writes);
      world.run_for(2ms);
    }
  }
  bool settle(Duration limit = 60s) {
    const SimTime until = world.kernel().now() + limit;
    while (!world.settled() && world.kernel().now() < until) world.run_for(50ms);
    return world.settled();
  }

  const model::Site site = model::two_regions();
  Watcher watcher;
  Sink sink;
  World world;
  bool started = false;
  int clinic = 0;
  WriteId writes = 0;
};

TEST_F(WorldTest, Starts_in_a_steady_state) {
  EXPECT_TRUE(started);
  EXPECT_LT(world.kernel().now(), SimTime{2s});
  EXPECT_EQ(watcher.open_now, 1);
  EXPECT_EQ(watcher.records, world.clusters()) << "nothing had to be decided";
}

TEST_F(WorldTest, Nothing_happens_without_faults) {
  const int records = watcher.records;
  world.run_for(60s);
  EXPECT_EQ(watcher.records, records);
  EXPECT_TRUE(world.settled());
}

TEST_F(WorldTest, Writes_are_acknowledged_and_reads_reach_the_leader) {
  write(50);
  world.gateway().submit_read(clinic, kRegistry);
  world.run_for(1s);
  EXPECT_EQ(sink.acked, 50);
  EXPECT_EQ(watcher.reads, 1);
  EXPECT_EQ(world.gateway().waiting(), 0U);
}

TEST_F(WorldTest, Client_without_an_answer_gives_up_after_a_second) {
  strike(FaultKind::kCutHost, clinic, 0, 5s);
  write(1);
  world.run_for(900ms);
  EXPECT_EQ(sink.answers, 0);
  world.run_for(200ms);
  EXPECT_EQ(sink.unknown, 1);
  world.run_for(10s);
  EXPECT_EQ(sink.answers, 1) << "a late answer is not told";
}

TEST_F(WorldTest, Crash_fails_over_or_restarts_within_a_second) {
  strike(FaultKind::kKillPostgres, 0, kRegistry, 0s);
  EXPECT_EQ(watcher.open_now, 0);
  world.run_for(1s);
  EXPECT_EQ(watcher.open_now, 1);
}

TEST_F(WorldTest, Power_loss_of_the_primary_ends_in_a_new_epoch) {
  const BootId boot = world.host(0).boot;
  strike(FaultKind::kHostPower, 0, 0, 5s);
  EXPECT_FALSE(world.host(0).running());
  world.run_for(3s);
  EXPECT_EQ(watcher.opened, Epoch{2});
  EXPECT_TRUE(settle());
  EXPECT_NE(world.host(0).boot, boot);
  EXPECT_LT(world.host(0).now(world.kernel().now()), MonoTime{1h}) << "its clock began again";
}

TEST_F(WorldTest, Client_that_is_cut_off_goes_on_believing_in_the_old_leader) {
  const int service = static_cast<int>(*site.find_host("svc-east-a"));
  strike(FaultKind::kCutRegion, 0, 0, 8s);
  world.run_for(5s);
  EXPECT_EQ(world.routing().leader(service, kRegistry), 0);
  EXPECT_NE(world.routing().leader(clinic, kRegistry), 0);
  world.run_for(5s);
  EXPECT_NE(world.routing().leader(service, kRegistry), 0);
}

TEST_F(WorldTest, Guardian_fences_while_the_agent_is_frozen_and_everything_else_silent) {
  // Frozen for longer than a lease: nobody tells the guardian to wait.
  strike(FaultKind::kFreezeAgent, 0, 0, 10s);
  world.run_for(4s);
  EXPECT_FALSE(world.observation({kRegistry, 0}).open);
  EXPECT_TRUE(world.observation({kRegistry, 0}).fenced);
  EXPECT_TRUE(settle());
}

TEST_F(WorldTest, Suspended_host_is_silent_and_its_clock_goes_on) {
  const MonoTime before = world.host(0).now(world.kernel().now());
  strike(FaultKind::kHostSuspend, 0, 0, 5s);
  write(1);
  world.run_for(4s);
  EXPECT_EQ(sink.acked, 0);
  EXPECT_EQ(watcher.opened, Epoch{2});
  world.run_for(2s);
  EXPECT_GE(world.host(0).now(world.kernel().now()) - before, 6s);
  EXPECT_FALSE(world.observation({kRegistry, 0}).open);
  EXPECT_TRUE(settle());
}

TEST_F(WorldTest, Replaced_host_comes_back_empty_as_another_incarnation) {
  const std::uint32_t life = world.observation({kRegistry, 1}).life;
  strike(FaultKind::kHostReplaced, 1, 0, 2s);
  world.run_for(2s);
  EXPECT_TRUE(settle());
  EXPECT_NE(world.observation({kRegistry, 1}).life, life);
}

TEST_F(WorldTest, Faults_that_overlap_on_one_host_end_with_the_last) {
  strike(FaultKind::kHostPower, 1, 0, 2s);
  strike(FaultKind::kZonePower, world.host(1).zone, 0, 4s);
  strike(FaultKind::kHostSuspend, 1, 0, 6s);
  world.run_for(3s);
  EXPECT_FALSE(world.host(1).powered);
  world.run_for(2s);
  EXPECT_FALSE(world.host(1).powered) << "it does not boot while it is suspended";
  world.run_for(2s);
  EXPECT_TRUE(world.host(1).running());
  EXPECT_TRUE(settle());
}

TEST_F(WorldTest, Heal_all_ends_what_has_begun_and_forgets_what_has_not) {
  strike(FaultKind::kCutRegion, 0, 0, 1000s);
  Fault later;
  later.kind = FaultKind::kHostPower;
  later.when = world.kernel().now() + 100s;
  later.lasts = 1s;
  world.apply(later);
  world.run_for(1s);
  world.heal_all();
  EXPECT_EQ(watcher.begun, 1);
  EXPECT_EQ(watcher.healed, 1);
  world.run_for(200s);
  EXPECT_EQ(watcher.begun, 1);
  EXPECT_TRUE(settle());
}

TEST_F(WorldTest, Lost_store_is_recovered_with_a_higher_incarnation) {
  strike(FaultKind::kStoreLost, 0, 0, 3s);
  world.run_for(3s);
  EXPECT_TRUE(settle());
  EXPECT_EQ(world.store().record(kRegistry)->key.store, StoreId{2});
  write(5);
  world.run_for(1s);
  EXPECT_EQ(sink.acked, 5);
}

TEST_F(WorldTest, What_is_under_way_stays_bounded) {
  for (int i = 0; i < 20; ++i) {
    strike(FaultKind::kCutRegion, i % 2, 0, 2s);
    strike(FaultKind::kFreezeController, 1, 0, 3s);
    strike(FaultKind::kFreezeAgent, 1, 0, 3s);
    world.run_for(8s);
  }
  world.heal_all();
  EXPECT_TRUE(settle());
  EXPECT_LT(world.under_way(), 100U);
}

class EveryFault : public WorldTest, public testing::WithParamInterface<int> {
 protected:
  EveryFault() : WorldTest(static_cast<std::uint64_t>(GetParam()) + 100) {}
};

TEST_P(EveryFault, Applies_heals_and_leaves_a_working_site) {
  const auto kind = static_cast<FaultKind>(GetParam());
  std::int64_t amount = 0;
  if (kind == FaultKind::kSlowPostgres || kind == FaultKind::kSlowDisk) amount = 300'000;
  if (kind == FaultKind::kKillAgent || kind == FaultKind::kKillController) amount = 500'000;
  if (kind == FaultKind::kClockDrift) amount = 400;
  if (kind == FaultKind::kWallJump) amount = 3'600'000'000;
  // The primary, its zone, region or cluster; a second one that overlaps strikes another. Two disks
  // lost at once are more than any set survives.
  const int strikes = kind == FaultKind::kHostReplaced ? 1 : 2;
  strike(kind, 0, kind == FaultKind::kOperator ? 0 : kRegistry, 4s, amount);
  world.run_for(1s);
  if (strikes == 2) strike(kind, 1, kind == FaultKind::kOperator ? 1 : kRegistry, 4s, amount);
  for (int i = 0; i < 100; ++i) {
    write(1);
    world.run_for(50ms);
  }
  EXPECT_EQ(watcher.begun, strikes);
  EXPECT_EQ(watcher.healed, strikes);
  EXPECT_TRUE(settle()) << fault_name(kind);
  const int before = sink.acked;
  write(5);
  world.run_for(2s);
  EXPECT_EQ(sink.acked, before + 5);
  EXPECT_EQ(sink.answers, static_cast<int>(writes));
}

INSTANTIATE_TEST_SUITE_P(Kinds, EveryFault, testing::Range(0, static_cast<int>(FaultKind::kCount)));

TEST(WorldReplay, Same_seed_same_run_other_seed_other_run) {
  const model::Site site = model::two_regions();
  const auto hash_of = [&](std::uint64_t seed) {
    SimOptions options;
    options.seed = seed;
    World world(site, options);
    world.start();
    Fault fault;
    fault.kind = FaultKind::kRegionPower;
    fault.lasts = 3s;
    world.apply(fault);
    world.run_for(20s);
    return world.kernel().hash();
  };
  EXPECT_EQ(hash_of(5), hash_of(5));
  EXPECT_NE(hash_of(5), hash_of(6));
}

}  // namespace
}  // namespace holdfast::sim
