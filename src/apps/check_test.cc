// Exit codes and streams of `holdfast check`; what it says is in tests/golden/check.
#include <gtest/gtest.h>

#include <algorithm>

#include "adapters/yaml/test_files.h"
#include "apps/commands.h"
#include "apps/load_site.h"

namespace holdfast::apps {
namespace {

std::string example() { return yaml::repository() / "examples/ris-two-regions.yaml"; }

std::string bad_case() { return yaml::repository() / "tests/golden/check/read-many/site.yaml"; }

struct Outcome {
  int code = 0;
  std::string out;
  std::string err;
};

Outcome run(const CheckOptions& options) {
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  Outcome outcome;
  outcome.code = command_check(options);
  outcome.out = testing::internal::GetCapturedStdout();
  outcome.err = testing::internal::GetCapturedStderr();
  return outcome;
}

TEST(Check, valid_file_ends_with_0_and_a_summary) {
  const Outcome outcome = run({.file = example()});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_NE(outcome.out.find("cluster registry, durability region"), std::string::npos);
  EXPECT_EQ(outcome.err, "");
}

TEST(Check, bad_file_ends_with_2_and_names_places_on_stderr) {
  const Outcome outcome = run({.file = bad_case()});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_EQ(outcome.out, "");
  EXPECT_NE(outcome.err.find("site.yaml:3:14: error: "), std::string::npos) << outcome.err;
}

TEST(Check, missing_file_ends_with_3) {
  const Outcome outcome = run({.file = "/nonexistent/site.yaml"});
  EXPECT_EQ(outcome.code, 3);
  EXPECT_NE(outcome.err.find("/nonexistent/site.yaml"), std::string::npos);
}

TEST(Check, json_says_the_same_on_stdout) {
  const Outcome good = run({.file = example(), .json = true});
  EXPECT_EQ(good.code, 0);
  EXPECT_NE(good.out.find("\"ok\": true"), std::string::npos);
  const Outcome bad = run({.file = bad_case(), .json = true});
  EXPECT_EQ(bad.code, 2);
  EXPECT_NE(bad.out.find("\"site\": null"), std::string::npos);
  EXPECT_EQ(bad.err, "");
}

TEST(Check, schema_needs_no_file) {
  const Outcome outcome = run({.schema = true});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_NE(outcome.out.find("2020-12"), std::string::npos);
}

TEST(LoadSite, valid_file_gives_the_site) {
  const Result<model::Site> site = load_site(example());
  ASSERT_TRUE(site);
  EXPECT_EQ(site->clusters.size(), 2U);
}

TEST(LoadSite, bad_file_gives_every_error_in_one_message) {
  const Result<model::Site> site = load_site(bad_case());
  ASSERT_FALSE(site);
  EXPECT_EQ(site.error().code, Errc::kInvalidInput);
  EXPECT_GE(std::count(site.error().message.begin(), site.error().message.end(), '\n'), 3);
}

}  // namespace
}  // namespace holdfast::apps
