// Where a value stands in the site: the steps from the root of the site file to it.
//
// The model keeps no line numbers, so its findings name fields; the codec maps them back to places
// in the file. A step is a key or, in a list, "[n]".
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace holdfast::model {

using FieldPath = std::vector<std::string>;

inline std::string list_step(std::size_t index) { return "[" + std::to_string(index) + "]"; }

/// For people: `clusters.orders.members[2]`.
inline std::string path_text(const FieldPath& path) {
  std::string text;
  for (const std::string& step : path) {
    if (!text.empty() && !step.starts_with('[')) text += '.';
    text += step;
  }
  return text;
}

}  // namespace holdfast::model
