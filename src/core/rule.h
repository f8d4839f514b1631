// A rule: one row of a decision table, with an identifier that never changes meaning and one
// sentence.
//
// Tables are read top down and the first row that matches decides. Every event names its rule, so
// an operator reads why at three in the morning.
#pragma once

#include <span>

#include "base/time.h"
#include "core/record/types.h"

namespace holdfast::core {

struct Rule {
  const char* id;        ///< e.g. "F210"
  const char* sentence;  ///< plain English, present tense
};

/// Something worth telling a person.
struct Event {
  const Rule* rule = nullptr;
  Incarnation subject;
  Epoch epoch;
  Duration amount{};  ///< what the sentence measures, if it measures something
};

/// A named table, for `holdfast rules` and the tests over all tables.
struct RuleTable {
  const char* name;
  const char* question;  ///< what the table decides
  std::span<const Rule* const> rules;
};

/// All tables, in the order in which they are printed.
[[nodiscard]] std::span<const RuleTable> rule_tables();

}  // namespace holdfast::core
