#include "sim/store.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <set>

namespace holdfast::sim {
namespace {

using engine::StoreOutcome;
using engine::StoreVerb;

core::RecordPtr make_record(std::uint64_t revision, std::uint32_t life = 1) {
  core::Record it;
  it.key = {StoreId{1}, Epoch{1}, Revision{revision}};
  it.primary = {0, life};
  return std::make_shared<const core::Record>(it);
}

/// Three regions with a store member and a controller each; host i is in region i.
class StoreTest : public testing::Test, public PacketSink, public StoreSite, public Handler {
 protected:
  struct Call {
    SimTime begun{};
    std::uint64_t at_least = 0;  ///< the revision that was there when it began
    engine::StoreOp op;
    bool answered = false;
    engine::StoreAnswer answer;
  };

  StoreTest() {
    for (int a = 0; a < 3; ++a) {
      for (int b = 0; b < 3; ++b) network.set_latency(a, b, a == b ? 100us : 15ms);
    }
    store.begin({make_record(1)});
  }

  // PacketSink.
  void on_packet(int, int to, Packet packet) override {
    if (up[static_cast<std::size_t>(to)]) store.on_packet(to, packet);
  }
  void retain(Packet packet) override { store.retain(packet); }
  void release(Packet packet) override { store.release(packet); }

  // StoreSite.
  bool host_running(int host) override { return up[static_cast<std::size_t>(host)]; }
  MonoTime host_now(int host) override { return kernel.now() + host * 1h; }
  Duration extra_fsync(int) override { return {}; }
  void store_answered(
      int, int, std::uint64_t, std::uint64_t token, const engine::StoreAnswer& answer) override {
    Call& call = calls[token];
    call.answered = true;
    call.answer = answer;
    ++answers;
    // Linearizable: what it shows was true at some moment between the call and the answer.
    const std::uint64_t shown = answer.record->key.revision.value;
    EXPECT_GE(shown, call.at_least);
    EXPECT_LE(shown, truth());
    if (call.op.verb != StoreVerb::kCas) return;
    EXPECT_EQ(answer.outcome == StoreOutcome::kDone, applied.contains(call.op.next));
  }
  void store_watched(int, int, const core::RecordPtr&) override { ++watched; }
  void record_changed(int,
                      SimTime,
                      const core::RecordPtr& before,
                      const core::RecordPtr& after) override {
    if (before != nullptr) {
      EXPECT_EQ(before, history.back());
      EXPECT_EQ(after->key.revision.value, truth() + 1);
    }
    EXPECT_TRUE(applied.insert(after).second) << "applied twice";
    history.push_back(after);
  }

  [[nodiscard]] std::uint64_t truth() const { return history.back()->key.revision.value; }

  std::size_t call(int region, const engine::StoreOp& op) {
    calls.push_back({kernel.now(), truth(), op, false, {}});
    store.submit(region, 0, 1, calls.size() - 1, op);
    return calls.size() - 1;
  }
  std::size_t read(int region) { return call(region, {}); }
  std::size_t cas(int region, std::uint64_t expected) {
    engine::StoreOp op;
    op.verb = StoreVerb::kCas;
    op.expected = make_record(expected)->key;
    op.next = make_record(expected + 1);
    return call(region, op);
  }
  engine::StoreOp renewal(Duration lease) {
    engine::StoreOp op;
    op.verb = StoreVerb::kRenewLease;
    op.expected = history.back()->key;
    op.holder = {0, 1};
    op.lease = lease;
    return op;
  }
  engine::StoreOp takeover() {
    engine::StoreOp op;
    op.verb = StoreVerb::kCas;
    op.expected = history.back()->key;
    op.next = make_record(truth() + 1);
    op.lease_must_be_absent = true;
    op.holder = {0, 1};
    op.lease = 2s;
    return op;
  }
  void run(Duration d) { kernel.run_until(kernel.now() + d); }
  void cut(int a, int b, bool on) {
    if (on) network.cut(a, b);
    if (!on) network.heal(a, b);
  }
  void isolate(int host, bool on) {
    for (int i = 0; i < 3; ++i) {
      if (i == host) continue;
      cut(host, i, on);
      cut(i, host, on);
    }
  }

  // The random client of the last test.
  void on_event(std::uint32_t, std::uint64_t region, std::uint64_t) override {
    const int from = static_cast<int>(region);
    if (up[region]) {
      // Mostly with the present revision, sometimes with a stale one.
      const std::uint64_t expected = truth() - (prng.chance(20) && truth() > 1 ? 1 : 0);
      prng.chance(50) ? read(from) : cas(from, expected);
    }
    if (kernel.now() < until) kernel.in(prng.exponential(10ms), *this, 0, region);
  }

  Kernel kernel;
  Prng prng{5};
  Network network{kernel, *this, Prng(4), NetTiming{}, 3};
  Store store{kernel, network, *this, Prng(9), {{0, 2}, {1, 1}, {2, 0}}, 1};
  std::array<bool, 3> up{true, true, true};
  std::vector<core::RecordPtr> history;
  std::set<core::RecordPtr> applied;
  std::vector<Call> calls;
  int answers = 0;
  int watched = 0;
  SimTime until{};
};

TEST_F(StoreTest, Leader_is_the_member_that_no_data_region_takes_along) {
  EXPECT_EQ(store.leader(), 2);
}

TEST_F(StoreTest, Write_is_seen_by_later_reads_and_by_all_watches) {
  const std::size_t write = cas(0, 1);
  run(100ms);
  EXPECT_EQ(calls[write].answer.outcome, StoreOutcome::kDone);
  EXPECT_EQ(watched, 3);
  const std::size_t later = read(2);
  run(100ms);
  EXPECT_EQ(calls[later].answer.record->key.revision, Revision{2});
}

TEST_F(StoreTest, Of_two_writes_one_wins) {
  const std::size_t a = cas(0, 1);
  const std::size_t b = cas(2, 1);
  run(200ms);
  EXPECT_NE(calls[a].answer.outcome, calls[b].answer.outcome);
  EXPECT_EQ(calls[a].answer.record, calls[b].answer.record);
}

TEST_F(StoreTest, Without_a_majority_nothing_is_answered) {
  for (int i = 0; i < 3; ++i) isolate(i, true);
  const std::size_t a = read(0);
  const std::size_t b = cas(1, 1);
  run(5s);
  EXPECT_FALSE(calls[a].answered);
  EXPECT_FALSE(calls[b].answered);
  EXPECT_EQ(truth(), 1U);
  for (int i = 0; i < 3; ++i) isolate(i, false);
  run(2s);
  const std::size_t c = read(0);
  run(200ms);
  EXPECT_TRUE(calls[c].answered);
}

TEST_F(StoreTest, New_leader_within_a_second_of_losing_the_old) {
  const int old = store.leader();
  isolate(old, true);
  run(1200ms);
  EXPECT_NE(store.leader(), old);
  const std::size_t it = read(old == 1 ? 2 : 1);
  run(200ms);
  EXPECT_TRUE(calls[it].answered);
}

TEST_F(StoreTest, Lease_holds_off_a_takeover_until_it_has_ended) {
  call(1, renewal(2s));
  run(100ms);
  EXPECT_TRUE(calls[0].answer.renewed);
  const std::size_t early = call(2, takeover());
  run(1500ms);
  EXPECT_EQ(calls[early].answer.outcome, StoreOutcome::kConflict);
  run(600ms);
  const std::size_t late = call(2, takeover());
  run(200ms);
  EXPECT_EQ(calls[late].answer.outcome, StoreOutcome::kDone);
}

TEST_F(StoreTest, New_leader_extends_leases_by_their_full_length) {
  call(1, renewal(2s));
  run(1900ms);
  isolate(store.leader(), true);
  run(1200ms);
  const int region = store.leader();
  const std::size_t early = call(region, takeover());
  run(200ms);
  EXPECT_EQ(calls[early].answer.outcome, StoreOutcome::kConflict);
}

TEST_F(StoreTest, Only_the_recorded_leader_renews) {
  engine::StoreOp op = renewal(2s);
  op.holder = {1, 77};
  const std::size_t it = call(1, op);
  run(200ms);
  EXPECT_TRUE(calls[it].answered);
  EXPECT_FALSE(calls[it].answer.renewed);
}

TEST_F(StoreTest, Lost_store_answers_again_after_recovery_and_keeps_leases_in_doubt) {
  store.lose();
  const std::size_t during = read(1);
  run(3s);
  EXPECT_FALSE(calls[during].answered);
  core::Record recovered = *history.back();
  recovered.key = {StoreId{2}, Epoch{9}, Revision{2}};
  store.recover({std::make_shared<const core::Record>(recovered)}, 2s);
  const std::size_t after = read(1);
  run(200ms);
  ASSERT_TRUE(calls[after].answered);
  EXPECT_EQ(calls[after].answer.record->key.store, StoreId{2});
  const std::size_t early = call(1, takeover());
  run(200ms);
  EXPECT_EQ(calls[early].answer.outcome, StoreOutcome::kConflict);
}

TEST_F(StoreTest, Stays_linearizable_under_cuts_losses_and_deaths) {
  until = SimTime{300s};
  for (std::uint64_t i = 0; i < 3; ++i) kernel.in(1ms, *this, 0, i);
  while (kernel.now() < until) {
    const int victim = static_cast<int>(prng.below(3));
    const int other = (victim + 1 + static_cast<int>(prng.below(2))) % 3;
    const std::uint64_t kind = prng.below(5);
    const Duration lasts = prng.between(5ms, 3s);
    const auto index = static_cast<std::size_t>(victim);
    if (kind == 0) isolate(victim, true);
    if (kind == 1) cut(victim, other, true);
    if (kind == 2) up[index] = false;
    if (kind == 2) store.member_died(victim);
    if (kind == 3) network.impair(victim, other, 40);
    if (kind == 4) store.stop(victim);
    run(lasts);
    if (kind == 0) isolate(victim, false);
    if (kind == 1) cut(victim, other, false);
    if (kind == 2) up[index] = true;
    if (kind == 3) network.relieve(victim, other, 40);
    if (kind == 4) store.restart(victim);
    run(prng.between(0ms, 1s));
  }
  run(5s);
  EXPECT_GT(answers, 5000);
  EXPECT_LT(answers, static_cast<int>(calls.size())) << "some outcomes must stay unknown";
  EXPECT_GT(truth(), 1000U);
  EXPECT_EQ(store.under_way(), 0U) << "every operation lets go of its slot";
}

}  // namespace
}  // namespace holdfast::sim
