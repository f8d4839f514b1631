#include "sim/process.h"

#include <gtest/gtest.h>

namespace holdfast::sim {
namespace {

class Echo : public Process {
 public:
  std::vector<std::uint64_t> ran;
  std::vector<std::uint64_t> forgotten;
  int starts = 0;

 protected:
  void on_start() override { ++starts; }
  void on_kill() override {}
  void run(const Work& work) override { ran.push_back(work.a); }
  void forget(const Work& work) override { forgotten.push_back(work.a); }
};

using Numbers = std::vector<std::uint64_t>;

TEST(ProcessTest, Frozen_process_works_off_its_queue_in_order_at_the_thaw) {
  Echo echo;
  echo.start();
  echo.post({0, 1, 0});
  echo.freeze();
  echo.post({0, 2, 0});
  echo.post({0, 3, 0});
  EXPECT_EQ(echo.ran, Numbers{1});
  echo.thaw();
  EXPECT_EQ(echo.ran, (Numbers{1, 2, 3}));
}

TEST(ProcessTest, Freezes_are_counted) {
  Echo echo;
  echo.start();
  echo.freeze();
  echo.freeze();
  echo.post({0, 1, 0});
  echo.thaw();
  EXPECT_TRUE(echo.ran.empty());
  echo.thaw();
  EXPECT_EQ(echo.ran, Numbers{1});
}

TEST(ProcessTest, Killed_process_forgets_and_a_new_life_is_not_frozen) {
  Echo echo;
  echo.start();
  const std::uint64_t life = echo.life();
  echo.freeze();
  echo.post({0, 1, 0});
  echo.kill();
  echo.post({0, 2, 0});
  EXPECT_EQ(echo.forgotten, (Numbers{1, 2}));
  echo.start();
  EXPECT_GT(echo.life(), life);
  echo.post({0, 3, 0});
  EXPECT_EQ(echo.ran, Numbers{3});
}

TEST(ProcessTest, Socket_buffer_is_bounded) {
  Echo echo;
  echo.start();
  echo.freeze();
  for (std::uint64_t i = 0; i < 5000; ++i) echo.post({0, i, 0}, true);
  EXPECT_LE(echo.waiting(), 1024U);
  echo.post({0, 9999, 0});
  echo.thaw();
  EXPECT_EQ(echo.ran.back(), 9999U) << "what is no datagram is not dropped";
}

}  // namespace
}  // namespace holdfast::sim
