#include "codec/routing_memory.h"

#include <gtest/gtest.h>

#include "core/testing/sites.h"

namespace holdfast::codec {
namespace {

using core::RoutingMemory;

TEST(RoutingMemory, reads_back_as_written) {
  const model::Site site = core::testing::ris_site();
  const std::vector<RoutingMemory> memories = {{2, Epoch{7}, Epoch{8}}, {}};
  const std::string text = routing_memory_text(site, memories);
  EXPECT_EQ(text, "holdfast-router 1\nregistry db-west-a 7 8\norders - 0 0\n");
  const auto read = read_routing_memory(site, text);
  ASSERT_TRUE(read.has_value()) << read.error().message;
  EXPECT_EQ(*read, memories);
}

TEST(RoutingMemory, hosts_are_found_by_name_in_a_site_that_numbers_them_otherwise) {
  model::Site site = core::testing::ris_site();
  std::swap(site.clusters[0], site.clusters[1]);
  std::swap(site.clusters[1].members[0], site.clusters[1].members[2]);
  const auto read = read_routing_memory(site, "holdfast-router 1\nregistry db-west-a 7 8\n");
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ((*read)[0], RoutingMemory{});
  EXPECT_EQ((*read)[1], (RoutingMemory{0, Epoch{7}, Epoch{8}}));
}

TEST(RoutingMemory, what_the_site_no_longer_has_is_left_out) {
  const model::Site site = core::testing::ris_site();
  const auto read =
      read_routing_memory(site, "holdfast-router 1\narchive db-east-a 1 1\norders db-gone 3 4\n");
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ((*read)[1], (RoutingMemory{core::kNobody, Epoch{3}, Epoch{4}}));
}

TEST(RoutingMemory, other_text_is_an_error) {
  const model::Site site = core::testing::ris_site();
  for (const char* text : {"",
                           "holdfast-router 2\n",
                           "holdfast-router 1\nregistry\n",
                           "holdfast-router 1\nregistry db-west-a 7\n",
                           "holdfast-router 1\nregistry db-west-a 7 x\n",
                           "holdfast-router 1\nregistry db-west-a -7 8\n",
                           "holdfast-router 1\nregistry db-west-a 7 8 9\n",
                           "holdfast-router 1\n\n"}) {
    EXPECT_FALSE(read_routing_memory(site, text).has_value()) << text;
  }
}

}  // namespace
}  // namespace holdfast::codec
