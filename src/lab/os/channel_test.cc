#include "lab/os/channel.h"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <thread>

#include "lab/fault.h"

namespace holdfast::lab {
namespace {

TEST(Channel, lines_arrive_whole_and_in_order) {
  auto ends = Channel::pair();
  ASSERT_TRUE(ends);
  const std::string large(1 << 20, 'x');
  std::thread sender([&] {
    EXPECT_TRUE(ends->first.send("one"));
    EXPECT_TRUE(ends->first.send(large));
    ends->first.close();
  });
  EXPECT_EQ(ends->second.wait(5s), "one");
  EXPECT_EQ(ends->second.wait(5s), large);
  EXPECT_EQ(ends->second.wait(5s), std::nullopt);
  sender.join();
}

TEST(Channel, descriptors_come_with_their_lines) {
  auto ends = Channel::pair();
  ASSERT_TRUE(ends);
  int pipes[2];
  ASSERT_EQ(::pipe2(pipes, O_CLOEXEC), 0);
  ASSERT_TRUE(ends->first.send("none"));
  ASSERT_TRUE(ends->first.send("two", {pipes[0], pipes[1]}));
  ASSERT_TRUE(ends->first.send("again", {pipes[1]}));
  EXPECT_EQ(ends->second.wait(5s), "none");
  EXPECT_EQ(ends->second.wait(5s), "two");
  const std::vector<Fd> two = ends->second.take(2);
  ASSERT_EQ(two.size(), 2U);
  EXPECT_EQ(ends->second.wait(5s), "again");
  const std::vector<Fd> one = ends->second.take(3);
  ASSERT_EQ(one.size(), 1U);
  EXPECT_EQ(::write(one[0].get(), "!", 1), 1);
  char seen = 0;
  EXPECT_EQ(::read(two[0].get(), &seen, 1), 1);
  EXPECT_EQ(seen, '!');
  ::close(pipes[0]);
  ::close(pipes[1]);
}

TEST(Channel, sending_to_nobody_fails) {
  auto ends = Channel::pair();
  ASSERT_TRUE(ends);
  ends->second.close();
  EXPECT_FALSE(ends->first.send("hello"));
}

TEST(Fault, survives_its_json) {
  FaultRequest request{"degrade", "region=a \"b\"", "zone=c", true, {}, 12};
  request.worse = {20ms, 5ms, 0.012, 1'000'000, false};
  JsonWriter json;
  write_fault(json, request);
  const FaultRequest read = read_fault(*codec::parse_json(json.text()));
  EXPECT_EQ(read.a, request.a);
  EXPECT_EQ(read.b, request.b);
  EXPECT_TRUE(read.one_way);
  EXPECT_EQ(read.worse, request.worse);
  EXPECT_EQ(read.leave_bytes, 12);
  EXPECT_EQ(fault_text(read),
            "degrade region=a \"b\" zone=c, one way, +20 ms, jitter 5 ms, loss 1.2 %, 1 MB/s");
}

}  // namespace
}  // namespace holdfast::lab
