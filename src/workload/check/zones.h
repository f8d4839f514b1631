// Is a register's history linearizable? The quick judge, for values that are written once.
//
// Gibbons and Korach, "Testing Shared Memories" (SIAM J. Comput. 26, 1997): when every value is
// written once, a write and the reads of its value stand next to each other in any linearization.
// Such a group has to come before another if one of its operations ended before one of the other's
// began. The history is linearizable exactly if no read ended before its write began and no two
// groups have to come before each other. Sorting is all it takes: n log n.
#pragma once

#include <cstddef>
#include <optional>

#include "workload/check/register.h"

namespace holdfast::workload {

inline constexpr std::size_t kBeginning = static_cast<std::size_t>(-1);

struct OrderConflict {
  enum class Kind {
    kReadBeforeWrite,  ///< `first` is the read, `second` the write
    kReadOfNothing,    ///< `first` is a read of a value that nobody wrote
    kBothOrders,       ///< `first` had ended when `second` began, of another value, and the values
                       ///< of both are also needed the other way round: see `third` and `fourth`
  };

  Kind kind = Kind::kBothOrders;
  // Places in the history. Of kBothOrders: first and fourth are of one value, second and third of
  // the other; first ended before second began, third ended before fourth began. kBeginning stands
  // for the empty register.
  std::size_t first = 0, second = 0, third = 0, fourth = 0;
};

/// The first conflict found, or nothing if the history is linearizable. Pre: no value is written
/// twice, and none is 0.
std::optional<OrderConflict> find_order_conflict(const RegisterHistory& history);

}  // namespace holdfast::workload
