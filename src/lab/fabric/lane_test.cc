#include "lab/fabric/lane.h"

#include <gtest/gtest.h>

namespace holdfast::lab {
namespace {

constexpr std::int64_t kMs = 1'000'000;

struct LaneTest : testing::Test {
  Lane lane;
  PacketPool pool;
  Prng prng{7};

  void set(const LinkSpec& spec, std::int64_t now_ns = 0) { lane.change(spec, now_ns, pool); }
  /// When a packet sent now arrives; negative: it does not.
  std::int64_t send(std::int64_t now_ns, std::size_t bytes = 100, std::size_t segments = 1) {
    std::int64_t due_ns = 0;
    if (lane.admit(now_ns, bytes, segments, prng, due_ns) != Lane::Verdict::kCarry) return -1;
    const std::vector<std::uint8_t> frame(bytes);
    lane.push(due_ns, *pool.copy(frame));
    return due_ns;
  }
};

TEST_F(LaneTest, latency_is_exact) {
  set({3ms, 0ms, 0, 0, false});
  EXPECT_EQ(send(5 * kMs), 8 * kMs);
}

TEST_F(LaneTest, jitter_keeps_the_order) {
  set({1ms, 10ms, 0, 0, false});
  std::int64_t last = 0;
  bool varies = false;
  for (int i = 0; i < 1000; ++i) {
    const std::int64_t sent = i * kMs / 10;
    const std::int64_t due = send(sent);
    EXPECT_GE(due, last);
    EXPECT_GE(due, sent + kMs);
    EXPECT_LE(due, sent + 11 * kMs);
    varies = varies || due > sent + 2 * kMs;
    last = due;
  }
  EXPECT_TRUE(varies);
}

TEST_F(LaneTest, loss_takes_its_share) {
  set({0ms, 0ms, 0.1, 0, false});
  int lost = 0;
  for (int i = 0; i < 10'000; ++i) lost += send(i) < 0 ? 1 : 0;
  EXPECT_GT(lost, 800);
  EXPECT_LT(lost, 1200);
}

TEST_F(LaneTest, segments_that_travel_together_are_lost_more_often) {
  set({0ms, 0ms, 0.1, 0, false});
  int lost = 0;
  for (int i = 0; i < 10'000; ++i) lost += send(i, 100, 10) < 0 ? 1 : 0;
  EXPECT_GT(lost, 6000);  // 1 - 0.9^10 is 65 %
  EXPECT_LT(lost, 7000);
}

TEST_F(LaneTest, bandwidth_spaces_packets_and_loses_what_waits_too_long) {
  set({1ms, 0ms, 0, 100'000, false});
  EXPECT_EQ(send(0, 1000), 11 * kMs);
  EXPECT_EQ(send(0, 1000), 21 * kMs);
  EXPECT_EQ(send(100 * kMs, 1000), 111 * kMs);
  int carried = 0;
  for (int i = 0; i < 1000; ++i) carried += send(100 * kMs, 1000) >= 0 ? 1 : 0;
  EXPECT_GE(carried, 24);  // 250 ms of waiting
  EXPECT_LE(carried, 26);
}

TEST_F(LaneTest, a_cut_loses_what_is_on_its_way) {
  set({5ms, 0ms, 0, 0, false});
  send(0);
  set({5ms, 0ms, 0, 0, true}, kMs);
  EXPECT_TRUE(lane.empty());
  EXPECT_LT(send(2 * kMs), 0);
  set({5ms, 0ms, 0, 0, false}, 3 * kMs);
  EXPECT_EQ(send(4 * kMs), 9 * kMs);
}

TEST_F(LaneTest, another_latency_moves_what_is_on_its_way) {
  set({500ms, 0ms, 0, 0, false});
  send(0);
  send(100 * kMs);
  set({5ms, 0ms, 0, 0, false}, 50 * kMs);
  EXPECT_EQ(lane.front().due_ns, 50 * kMs);  // it would be there already
  lane.pop();
  EXPECT_EQ(lane.front().due_ns, 105 * kMs);
  EXPECT_EQ(send(101 * kMs), 106 * kMs);
}

TEST(PacketPool, gives_back_what_was_copied_and_runs_out) {
  PacketPool pool;
  std::vector<PacketPool::Packet> packets;
  const std::vector<std::uint8_t> large(kPacketMax, 42);
  while (const auto packet = pool.copy(large)) packets.push_back(*packet);
  EXPECT_EQ(packets.size(), 4096U);
  EXPECT_EQ(packets.back().data[kPacketMax - 1], 42);
  pool.release(packets.back());
  EXPECT_TRUE(pool.copy(large));
  EXPECT_FALSE(pool.copy(std::vector<std::uint8_t>(kPacketMax + 1)));
}

}  // namespace
}  // namespace holdfast::lab
