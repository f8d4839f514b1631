#include "node/event_ring.h"

#include <gtest/gtest.h>

namespace holdfast::node {
namespace {

LoggedEvent event(const std::string& cluster, const std::string& rule) {
  LoggedEvent it;
  it.cluster = cluster;
  it.rule = rule;
  return it;
}

TEST(EventRing, numbers_in_order_and_keeps_only_the_last) {
  EventRing ring(3);
  for (int i = 0; i < 5; ++i) ring.add(event("orders", "C" + std::to_string(i)));
  EXPECT_EQ(ring.last(), 5U);
  EXPECT_EQ(ring.find(2), nullptr);
  ASSERT_NE(ring.find(3), nullptr);
  EXPECT_EQ(ring.find(3)->rule, "C2");
  EXPECT_EQ(ring.find(6), nullptr);
}

TEST(EventRing, tells_what_came_after_a_number) {
  EventRing ring(10);
  for (int i = 1; i <= 5; ++i) ring.add(event("orders", "C" + std::to_string(i)));
  const auto found = ring.after(2, 2);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].rule, "C3");
  EXPECT_EQ(found[1].rule, "C4");
  EXPECT_TRUE(ring.after(5, 10).empty());
}

TEST(EventRing, finds_the_last_of_a_cluster) {
  EventRing ring(10);
  ring.add(event("orders", "C1"));
  ring.add(event("registry", "C2"));
  ASSERT_NE(ring.last_of("orders"), nullptr);
  EXPECT_EQ(ring.last_of("orders")->rule, "C1");
  EXPECT_EQ(ring.last_of("other"), nullptr);
}

}  // namespace
}  // namespace holdfast::node
