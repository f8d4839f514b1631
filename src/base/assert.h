// Assertions that stay on in every build: a broken invariant ends the process with its inputs
// printed, because continuing on a false belief is how patient records get lost.
#pragma once

#include <string_view>

namespace holdfast {

/// Prints the failed condition with its place and aborts. Never returns.
[[noreturn]] void assertion_failed(std::string_view condition, std::string_view file, int line);

}  // namespace holdfast

#define HF_ASSERT(condition)                                        \
  do {                                                              \
    if (!(condition)) [[unlikely]] {                                \
      ::holdfast::assertion_failed(#condition, __FILE__, __LINE__); \
    }                                                               \
  } while (false)
