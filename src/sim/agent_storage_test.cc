#include "sim/agent_storage.h"

#include <gtest/gtest.h>

namespace holdfast::sim {
namespace {

core::AgentDisk disk(std::uint64_t sealed) {
  core::AgentDisk it;
  it.sealed = Epoch{sealed};
  return it;
}

void write(AgentStorage& storage, SimTime now, std::uint64_t sealed) {
  storage.begin(disk(sealed), sealed);
  EXPECT_TRUE(storage.finish(now, sealed));
}

TEST(AgentStorageTest, Write_counts_only_when_it_is_finished) {
  AgentStorage storage;
  storage.begin(disk(2), 1);
  EXPECT_EQ(storage.disk().sealed, Epoch{});
  EXPECT_TRUE(storage.finish(SimTime{1s}, 1));
  EXPECT_EQ(storage.disk().sealed, Epoch{2});
  EXPECT_FALSE(storage.finish(SimTime{1s}, 1));
}

TEST(AgentStorageTest, Interrupted_write_is_there_or_not) {
  Prng prng(1);
  int there = 0;
  for (int i = 0; i < 200; ++i) {
    AgentStorage storage;
    storage.begin(disk(2), 1);
    storage.interrupt(SimTime{1s}, prng);
    there += storage.disk().sealed == Epoch{2} ? 1 : 0;
    EXPECT_FALSE(storage.finish(SimTime{2s}, 1));
  }
  EXPECT_GT(there, 50);
  EXPECT_LT(there, 150);
}

TEST(AgentStorageTest, Honest_drive_keeps_what_it_confirmed) {
  Prng prng(1);
  for (int i = 0; i < 50; ++i) {
    AgentStorage storage;
    write(storage, SimTime{10s}, 5);
    storage.power_loss(SimTime{10s + 1ms}, false, prng);
    EXPECT_EQ(storage.disk().sealed, Epoch{5});
  }
}

TEST(AgentStorageTest, Lying_drive_may_lose_the_last_second_but_nothing_older) {
  Prng prng(1);
  int lost = 0;
  for (int i = 0; i < 200; ++i) {
    AgentStorage storage;
    write(storage, SimTime{5s}, 4);
    write(storage, SimTime{10s}, 5);
    storage.power_loss(SimTime{10s + 500ms}, true, prng);
    EXPECT_GE(storage.disk().sealed, Epoch{4});
    lost += storage.disk().sealed == Epoch{4} ? 1 : 0;
  }
  EXPECT_GT(lost, 50);
  EXPECT_LT(lost, 150);
}

TEST(AgentStorageTest, Replaced_disk_is_empty) {
  AgentStorage storage;
  write(storage, SimTime{1s}, 5);
  storage.wipe();
  EXPECT_EQ(storage.disk().sealed, Epoch{});
}

}  // namespace
}  // namespace holdfast::sim
