// The order of one key: takes a cluster's operations on it for a register and has it judged.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "workload/check/register.h"
#include "workload/operation.h"

namespace holdfast::workload {

/// What is to be judged about one key. All that is in it survived: lost writes, and reads of them,
/// are findings of their own and would only repeat themselves as disorder.
struct KeyHistory {
  std::int32_t key = 0;
  std::vector<const Operation*> writes;  ///< those that are in the final log
  std::vector<const Operation*> reads;   ///< those that were answered
  OpId last = 0;                         ///< in the register in the end; 0: nothing
};

struct OrderVerdict {
  std::optional<std::string> conflict;  ///< in words
  OpId id = 0;                          ///< one that is part of it
  /// If reads that see somewhat old values were all that is wrong: how old at most.
  std::optional<Duration> stale;
};

/// Two judges, by zones and by search, have to agree where the search comes to an end.
OrderVerdict judge_order(const KeyHistory& history, std::size_t search_limit);

}  // namespace holdfast::workload
