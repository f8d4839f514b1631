#include "codec/nearest.h"

#include <gtest/gtest.h>

namespace holdfast::codec {
namespace {

TEST(EditDistance, counts_single_edits) {
  EXPECT_EQ(edit_distance("", ""), 0);
  EXPECT_EQ(edit_distance("lease", "lease"), 0);
  EXPECT_EQ(edit_distance("lease", "leases"), 1);
  EXPECT_EQ(edit_distance("lease", "leaze"), 1);
  EXPECT_EQ(edit_distance("lease", "elase"), 1);
  EXPECT_EQ(edit_distance("", "abc"), 3);
  EXPECT_EQ(edit_distance("zone", "region"), 5);
}

TEST(Nearest, a_slip_finds_its_word) {
  const std::vector<std::string> words = {"durability", "members", "timing"};
  EXPECT_EQ(nearest("durabilty", words), "durability");
  EXPECT_EQ(nearest("member", words), "members");
  EXPECT_EQ(nearest("tmiing", words), "timing");
}

TEST(Nearest, another_word_finds_nothing) {
  EXPECT_EQ(nearest("colour", {"durability", "members", "timing"}), "");
  EXPECT_EQ(nearest("", {"a"}), "");
  EXPECT_EQ(nearest(std::string(100, 'a'), {std::string(100, 'a')}), "");
  EXPECT_EQ(nearest("x", {}), "");
}

}  // namespace
}  // namespace holdfast::codec
