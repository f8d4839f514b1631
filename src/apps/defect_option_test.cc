#include <gtest/gtest.h>

#include "apps/defects.h"
#include "base/defect.h"

namespace holdfast::apps {
namespace {

#ifdef HOLDFAST_DEFECTS

TEST(DefectOption, Switches_the_named_one_on) {
  EXPECT_EQ(begin_defect("kStaleStart", false), std::nullopt);
  EXPECT_EQ(active_defect, Defect::kStaleStart);
  EXPECT_EQ(begin_defect("kNone", false), std::nullopt);
  EXPECT_EQ(active_defect, Defect::kNone);
}

TEST(DefectOption, An_unknown_name_is_wrong_input) {
  EXPECT_EQ(begin_defect("kNoSuchDefect", false), 2);
  EXPECT_EQ(active_defect, Defect::kNone);
}

TEST(DefectOption, The_list_has_names_and_sentences) {
  testing::internal::CaptureStdout();
  EXPECT_EQ(begin_defect("list", false), 0);
  const std::string printed = testing::internal::GetCapturedStdout();
  EXPECT_NE(printed.find("kOneSealTooFew"), std::string::npos);
  EXPECT_NE(printed.find("promotes with one seal too few"), std::string::npos);
  EXPECT_EQ(active_defect, Defect::kNone);
}

#else

TEST(DefectOption, Binaries_that_ship_have_none_to_switch_on) {
  EXPECT_EQ(begin_defect("kStaleStart", false), 2);
  EXPECT_EQ(begin_defect("list", true), 2);
}

#endif

}  // namespace
}  // namespace holdfast::apps
