#include "model/words.h"

#include <gtest/gtest.h>

#include "model/field_path.h"

namespace holdfast::model {
namespace {

TEST(DurationText, exact_values_use_the_unit_that_reads_best) {
  EXPECT_EQ(duration_text(0s), "0");
  EXPECT_EQ(duration_text(7us), "7us");
  EXPECT_EQ(duration_text(1500us), "1500us");
  EXPECT_EQ(duration_text(400ms), "400ms");
  EXPECT_EQ(duration_text(2s), "2s");
  EXPECT_EQ(duration_text(2500ms), "2.5s");
  EXPECT_EQ(duration_text(30060ms), "30.06s");
  EXPECT_EQ(duration_text(90s), "90s");
  EXPECT_EQ(duration_text(15min), "15min");
  EXPECT_EQ(duration_text(1h), "1h");
  EXPECT_EQ(duration_text(48h), "2d");
}

TEST(CountText, one_is_singular_and_the_rest_plural) {
  EXPECT_EQ(count_text(1, "zone"), "1 zone");
  EXPECT_EQ(count_text(0, "zone"), "0 zones");
  EXPECT_EQ(count_text(2, "data class"), "2 data classes");
}

TEST(JoinWords, lists_read_as_prose) {
  EXPECT_EQ(join_words({}), "");
  EXPECT_EQ(join_words({"a"}), "a");
  EXPECT_EQ(join_words({"a", "b"}, "or"), "a or b");
  EXPECT_EQ(join_words({"a", "b", "c"}), "a, b and c");
}

TEST(PathText, list_steps_follow_without_a_dot) {
  EXPECT_EQ(path_text({"clusters", "orders", "members", list_step(2), "host"}),
            "clusters.orders.members[2].host");
}

}  // namespace
}  // namespace holdfast::model
