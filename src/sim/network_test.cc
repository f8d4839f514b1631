#include "sim/network.h"

#include <gtest/gtest.h>

#include <map>

namespace holdfast::sim {
namespace {

class NetworkTest : public testing::Test, public PacketSink {
 protected:
  NetworkTest() {
    for (int a = 0; a < 3; ++a) {
      for (int b = 0; b < 3; ++b) network.set_latency(a, b, 1ms);
    }
  }

  void on_packet(int, int, Packet packet) override { arrived.push_back(packet.arg); }
  void retain(Packet packet) override { ++holders[packet.arg]; }
  void release(Packet packet) override { --holders[packet.arg]; }

  void send(int from, int to, Carriage carriage, std::uint64_t arg) {
    ++holders[arg];
    network.send(from, to, carriage, {7, arg});
  }
  void send_many(Carriage carriage, std::uint64_t count) {
    for (std::uint64_t i = 0; i < count; ++i) {
      send(0, 1, carriage, i);
      kernel.run_until(kernel.now() + 100us);
    }
    kernel.run_until(kernel.now() + 600s);
  }
  [[nodiscard]] bool all_released() const {
    for (const auto& [arg, count] : holders) {
      if (count != 0) return false;
    }
    return true;
  }

  Kernel kernel;
  Network network{kernel, *this, Prng(3), NetTiming{}, 3};
  std::vector<std::uint64_t> arrived;
  std::map<std::uint64_t, int> holders;
};

TEST_F(NetworkTest, Overlapping_cuts_compose_and_heal_in_any_order) {
  network.cut(0, 1);
  network.cut(0, 1);
  network.heal(0, 1);
  EXPECT_FALSE(network.open(0, 1));
  send(0, 1, Carriage::kStream, 1);
  network.heal(0, 1);
  EXPECT_TRUE(network.open(0, 1));
  send(0, 1, Carriage::kStream, 2);
  kernel.run_until(SimTime{1s});
  EXPECT_EQ(arrived, std::vector<std::uint64_t>{2});
  EXPECT_TRUE(all_released());
}

TEST_F(NetworkTest, Cut_is_of_one_direction_only) {
  network.cut(0, 1);
  EXPECT_TRUE(network.open(1, 0));
  EXPECT_FALSE(network.open_both(0, 1));
  EXPECT_FALSE(network.open_both(1, 0));
}

TEST_F(NetworkTest, What_is_under_way_is_lost_with_the_path) {
  send(0, 1, Carriage::kDatagram, 1);
  network.cut(0, 1);
  kernel.run_until(SimTime{1s});
  EXPECT_TRUE(arrived.empty());
  EXPECT_TRUE(all_released());
}

TEST_F(NetworkTest, Streams_arrive_in_order_and_whole_on_a_bad_path) {
  network.impair(0, 1, 40);
  send_many(Carriage::kStream, 300);
  ASSERT_EQ(arrived.size(), 300U);
  EXPECT_TRUE(std::is_sorted(arrived.begin(), arrived.end()));
  EXPECT_TRUE(all_released());
}

TEST_F(NetworkTest, Datagrams_are_lost_doubled_and_overtaken_on_a_bad_path) {
  network.impair(0, 1, 30);
  send_many(Carriage::kDatagram, 1000);
  EXPECT_FALSE(std::is_sorted(arrived.begin(), arrived.end()));
  std::map<std::uint64_t, int> times;
  int doubled = 0;
  for (const std::uint64_t it : arrived) doubled += ++times[it] == 2 ? 1 : 0;
  EXPECT_GT(doubled, 20);
  EXPECT_GT(times.size(), 600U);
  EXPECT_LT(times.size(), 800U);
  EXPECT_TRUE(all_released());
}

TEST_F(NetworkTest, Impairments_add_up_and_end) {
  network.impair(0, 1, 60);
  network.impair(0, 1, 60);
  network.relieve(0, 1, 60);
  network.relieve(0, 1, 60);
  send_many(Carriage::kDatagram, 100);
  EXPECT_EQ(arrived.size(), 100U);
}

}  // namespace
}  // namespace holdfast::sim
