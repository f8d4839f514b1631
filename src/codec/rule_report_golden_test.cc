// The printed rule tables: tests/golden/rules/tables.txt. A change of any sentence shows here.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "codec/rule_report.h"

namespace holdfast::codec {
namespace {

std::filesystem::path golden() {
  const char* moved = std::getenv("HF_SOURCE_DIR");
  const auto here = std::filesystem::absolute(__FILE__).parent_path().parent_path().parent_path();
  return (moved == nullptr ? here : std::filesystem::path(moved)) / "tests/golden/rules/tables.txt";
}

TEST(RulesGolden, printed_tables_are_as_reviewed) {
  const std::string actual = rules_text();
  const char* update = std::getenv("HF_UPDATE_GOLDEN");
  if (update != nullptr && std::string(update) == "1")
    std::ofstream(golden(), std::ios::binary) << actual;
  std::ostringstream expected;
  expected << std::ifstream(golden(), std::ios::binary).rdbuf();
  EXPECT_EQ(actual, expected.str());
}

TEST(RulesGolden, lines_fit_a_terminal) {
  std::istringstream lines(rules_text());
  for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 100U) << line;
}

}  // namespace
}  // namespace holdfast::codec
