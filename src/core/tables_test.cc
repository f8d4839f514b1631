// What every decision table owes its readers: identifiers that never clash, sentences that end.
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>

#include "core/rule.h"

namespace holdfast::core {
namespace {

int number_of(const Rule& rule) { return std::stoi(std::string(rule.id).substr(1)); }

TEST(Tables, identifiers_are_a_letter_and_three_digits) {
  for (const RuleTable& table : rule_tables()) {
    for (const Rule* rule : table.rules) {
      const std::string id = rule->id;
      ASSERT_EQ(id.size(), 4U) << id;
      EXPECT_EQ(std::string("ACDHRW").find(id[0]) != std::string::npos, true) << id;
      EXPECT_EQ(id.find_first_not_of("0123456789", 1), std::string::npos) << id;
    }
  }
}

TEST(Tables, identifiers_are_unique_over_all_tables) {
  std::set<std::string> seen;
  for (const RuleTable& table : rule_tables()) {
    for (const Rule* rule : table.rules) EXPECT_TRUE(seen.insert(rule->id).second) << rule->id;
  }
  EXPECT_GT(seen.size(), 70U);
}

TEST(Tables, identifiers_grow_within_a_table) {
  for (const RuleTable& table : rule_tables()) {
    for (std::size_t i = 1; i < table.rules.size(); ++i) {
      EXPECT_LT(number_of(*table.rules[i - 1]), number_of(*table.rules[i])) << table.name;
    }
  }
}

TEST(Tables, sentences_are_sentences) {
  std::set<std::string> seen;
  for (const RuleTable& table : rule_tables()) {
    EXPECT_EQ(std::string(table.question).back(), '?') << table.name;
    for (const Rule* rule : table.rules) {
      const std::string sentence = rule->sentence;
      EXPECT_EQ(sentence.back(), '.') << rule->id;
      EXPECT_TRUE(sentence[0] >= 'A' && sentence[0] <= 'Z') << rule->id;
      EXPECT_EQ(sentence.find("  "), std::string::npos) << rule->id;
      EXPECT_TRUE(seen.insert(sentence).second) << rule->id;
    }
  }
}

/// A controller remembers by one of 64 bits which rows it has told of under a record.
TEST(Tables, rows_of_one_phase_never_share_the_bit_that_says_told) {
  for (const RuleTable& phase : rule_tables()) {
    const std::string name = phase.name;
    if (name.rfind("controller.", 0) != 0 || name == "controller.guard") continue;
    std::map<int, std::string> bits;
    for (const RuleTable& table : rule_tables()) {
      if (table.name != name && std::string(table.name) != "controller.guard") continue;
      for (const Rule* rule : table.rules) {
        const bool told =
            number_of(*rule) % 100 != 99 && (number_of(*rule) > 199 || number_of(*rule) == 140);
        if (!told) continue;
        const auto [at, fresh] = bits.emplace(number_of(*rule) % 64, rule->id);
        EXPECT_TRUE(fresh) << rule->id << " and " << at->second;
      }
    }
  }
}

}  // namespace
}  // namespace holdfast::core
