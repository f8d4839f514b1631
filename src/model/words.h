// Values as people read them, in messages and summaries: durations, counts, lists.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace holdfast::model {

/// In the unit that reads best, exactly: "400ms", "2.5s", "15min", "0".
std::string duration_text(Duration duration);

/// "1 zone", "2 zones".
std::string count_text(std::size_t count, std::string_view noun);

/// "a, b or c" with the given last word.
std::string join_words(const std::vector<std::string>& words, std::string_view last = "and");

}  // namespace holdfast::model
