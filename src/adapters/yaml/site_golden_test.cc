// Site files with a mistake each, and what is said about them: tests/golden/check.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "adapters/yaml/test_files.h"
#include "adapters/yaml/yaml_tree.h"
#include "codec/check_report.h"
#include "model/validate.h"

namespace holdfast::yaml {
namespace {

std::vector<std::filesystem::path> golden_cases() {
  std::vector<std::filesystem::path> cases;
  const auto folder = repository() / "tests/golden/check";
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    cases.push_back(entry.path());
  }
  std::sort(cases.begin(), cases.end());
  return cases;
}

codec::SiteReading read_case(const std::filesystem::path& folder) {
  return codec::read_site(parse_tree(read_text(folder / "site.yaml"), "site.yaml"));
}

TEST(SiteGolden, every_case_says_what_is_expected) {
  const auto cases = golden_cases();
  ASSERT_GE(cases.size(), 40U);
  for (const auto& folder : cases) {
    const codec::SiteReading reading = read_case(folder);
    std::string actual = codec::diagnostics_text(reading);
    if (reading.ok()) actual += codec::check_summary(reading);
    EXPECT_EQ(actual, expected_text(folder / "expected.txt", actual)) << folder;
  }
}

TEST(SiteGolden, every_rule_is_shown_by_a_case) {
  std::set<std::string> shown;
  for (const auto& folder : golden_cases()) {
    for (const codec::Diagnostic& diagnostic : read_case(folder).diagnostics) {
      shown.insert(diagnostic.id);
    }
  }
  for (const model::Rule* rule : model::validation_rules()) {
    EXPECT_TRUE(shown.contains(std::string(rule->id))) << rule->id;
  }
}

}  // namespace
}  // namespace holdfast::yaml
