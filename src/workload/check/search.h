// Is a register's history linearizable? The judge that assumes nothing about the values.
//
// Wing and Gong, "Testing and Verifying Concurrent Objects" (1993), in the form of Lowe, "Testing
// for linearizability" (2017): just-in-time linearization. It walks through the beginnings and
// ends in the order of time and keeps the set of all configurations (the register's value, and
// which of the operations under way have taken effect) that explain what was seen so far. Only
// when an operation ends, those under way are tried in every order that makes it take effect. A
// configuration that was reached before is not followed again. Registers of different keys are
// judged one by one, which is exact (linearizability is local: Herlihy and Wing, 1990).
#pragma once

#include <cstddef>

#include "workload/check/register.h"

namespace holdfast::workload {

struct SearchVerdict {
  enum class Kind {
    kLinearizable,
    kViolation,
    kUndecided,  ///< the limit was reached
  };

  Kind kind = Kind::kLinearizable;
  std::size_t at = 0;              ///< of a violation: the operation whose end nothing explains
  std::size_t configurations = 0;  ///< how many were followed
};

/// Exponential in the number of writes without an end, at worst; `limit` bounds the configurations.
SearchVerdict search_order(const RegisterHistory& history, std::size_t limit);

}  // namespace holdfast::workload
