// One register's history for the two judges of its order: zones.h and search.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/time.h"

namespace holdfast::workload {

/// A write of, or a read that saw, `value`. An operation takes effect at one instant between its
/// two times, both included: operations that only touch are concurrent.
struct RegisterOp {
  bool is_write = false;
  std::int64_t value = 0;
  MonoTime invoke{};
  MonoTime complete{};     ///< kNever: without an end; a write may then also never take effect
  std::size_t origin = 0;  ///< the caller's; judges carry it through
};

/// All operations on one key. A register begins empty: with the value 0.
using RegisterHistory = std::vector<RegisterOp>;

}  // namespace holdfast::workload
