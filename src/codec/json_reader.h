// JSON text as a tree of values: what a peer, a store or a disk gives us.
//
// Total: any bytes give a tree or an error that names the byte where the text stops making sense.
// Depth is bounded, a name may occur once in an object, and numbers stay as they were written, so
// that 64-bit integers are exact. Bytes that are not UTF-8 pass through, as json_writer lets them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace holdfast::codec {

struct Json {
  enum class Kind : std::uint8_t { kAbsent, kNull, kBool, kNumber, kString, kArray, kObject };

  Kind kind = Kind::kAbsent;
  std::size_t offset = 0;   ///< of its first byte in the text
  std::string text;         ///< of a string; as written of a number, true, false or null
  std::vector<Json> items;  ///< of an array
  std::vector<std::pair<std::string, Json>> fields;  ///< of an object, in the text's order

  [[nodiscard]] bool is(Kind wanted) const { return kind == wanted; }
  /// The field of that name; a value of kind kAbsent if there is none, or if this is no object.
  [[nodiscard]] const Json& at(std::string_view name) const;
  /// The number before any fraction; 0 if it is none or does not fit.
  [[nodiscard]] std::int64_t integer() const;
  /// Whole numbers that fit exactly; nothing for anything else.
  [[nodiscard]] std::optional<std::int64_t> as_int64() const;
  [[nodiscard]] std::optional<std::uint64_t> as_uint64() const;
  /// Whole numbers written as numbers or, as many programs do for 64 bits, as strings.
  [[nodiscard]] std::optional<std::uint64_t> as_uint64_text() const;
};

inline constexpr int kJsonDepthMax = 32;

/// One value and nothing after it but white space.
[[nodiscard]] Result<Json> parse_json(std::string_view text);

/// "a string", "a list", …, for messages.
[[nodiscard]] std::string_view json_kind_text(Json::Kind kind);

}  // namespace holdfast::codec
