// The condition of a calculated check, from text: `2 of (a, b, c) and not maintenance`.
//
//   condition := part { "or" part }        part := unit { "and" unit }
//   unit      := "not" unit | "(" condition ")" | NUMBER "of" "(" condition { "," condition } ")"
//              | NAME
//
// Pure. What the names refer to is not known here; core/health evaluates.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast::model {

/// One step of a stack machine: `and` is n of n, `or` is 1 of n.
struct ConditionStep {
  enum class Op : std::uint8_t { kCheck, kNot, kAtLeast };
  Op op = Op::kCheck;
  std::uint32_t operand = 0;  ///< kCheck: index into `names`; kAtLeast: values taken from the stack
  std::uint32_t needed = 0;   ///< kAtLeast: how many of them have to hold

  friend bool operator==(const ConditionStep&, const ConditionStep&) = default;
};

struct Condition {
  std::vector<std::string> names;    ///< every name once, in the order of the text
  std::vector<ConditionStep> steps;  ///< operands first; leaves exactly one value

  friend bool operator==(const Condition&, const Condition&) = default;
};

struct ConditionReading {
  Condition condition;
  std::string problem;  ///< empty: the condition is complete
};

inline constexpr std::size_t kConditionStepsMax = 1024;
inline constexpr int kConditionDepthMax = 32;

/// Total for any text.
[[nodiscard]] ConditionReading parse_condition(std::string_view text);

}  // namespace holdfast::model
