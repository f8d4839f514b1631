// Conditions of calculated checks, as text.
#include "model/condition.h"

#include <gtest/gtest.h>

namespace holdfast::model {
namespace {

/// In the notation of a stack machine: names, `!`, and `2/3` for two of three.
std::string read(std::string_view text) {
  const ConditionReading reading = parse_condition(text);
  if (!reading.problem.empty()) return "? " + reading.problem;
  std::string steps;
  for (const ConditionStep& step : reading.condition.steps) {
    if (!steps.empty()) steps += ' ';
    if (step.op == ConditionStep::Op::kCheck) steps += reading.condition.names[step.operand];
    if (step.op == ConditionStep::Op::kNot) steps += '!';
    if (step.op == ConditionStep::Op::kAtLeast)
      steps += std::to_string(step.needed) + '/' + std::to_string(step.operand);
  }
  return steps;
}

TEST(Condition, operators_bind_as_usual) {
  EXPECT_EQ(read("a"), "a");
  EXPECT_EQ(read("a or b and not c"), "a b c ! 2/2 1/2");
  EXPECT_EQ(read("(a or b) and c"), "a b 1/2 c 2/2");
  EXPECT_EQ(read("a and b and c"), "a b c 3/3");
  EXPECT_EQ(read("not not a"), "a ! !");
}

TEST(Condition, at_least_takes_conditions) {
  EXPECT_EQ(read("2 of (a, b and c, not a)"), "a b c 2/2 a ! 2/3");
}

TEST(Condition, what_always_says_the_same_is_refused) {
  EXPECT_EQ(read("0 of (a, b)"), "? '0 of' 2 says the same whatever the checks say");
  EXPECT_EQ(read("3 of (a, b)"), "? '3 of' 2 says the same whatever the checks say");
  EXPECT_EQ(read("99999999999 of (a)"),
            "? '99999999999 of' 1 says the same whatever the checks say");
}

TEST(Condition, mistakes_are_named_where_they_are) {
  EXPECT_EQ(read(""), "? the name of a check is wanted at the end");
  EXPECT_EQ(read("a b"), "? an operator or the end is wanted before 'b'");
  EXPECT_EQ(read("a and"), "? the name of a check is wanted at the end");
  EXPECT_EQ(read("(a"), "? ')' is wanted at the end");
  EXPECT_EQ(read("2 (a)"), "? 'of' is wanted before '('");
  EXPECT_EQ(read("a & b"), "? an operator or the end is wanted before '&'");
}

TEST(Condition, depth_and_length_are_bounded) {
  std::string deep;
  for (int i = 0; i < 100000; ++i) deep += "not ";
  EXPECT_EQ(read(deep + "a"), "? it is nested too deeply");
  std::string wide = "a";
  for (int i = 0; i < 5000; ++i) wide += " or a";
  EXPECT_EQ(read(wide), "? it is too long");
}

}  // namespace
}  // namespace holdfast::model
