// Reads the JSON that this simulator writes: whole numbers, texts, lists and objects. Not for
// strangers' data.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace holdfast::sim {

struct Json {
  std::string text;  ///< of a string, or as written of a number, true, false or null
  std::vector<Json> items;
  std::vector<std::pair<std::string, Json>> fields;

  /// The field of that name; an empty value if there is none.
  [[nodiscard]] const Json& at(std::string_view name) const;
  /// The number before any fraction; 0 if it is none.
  [[nodiscard]] std::int64_t integer() const;
};

[[nodiscard]] Result<Json> parse_json(std::string_view text);

}  // namespace holdfast::sim
