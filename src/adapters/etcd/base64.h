// Base64 as etcd's JSON gateway writes keys and values.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace holdfast::etcd {

[[nodiscard]] std::string base64_encode(std::string_view bytes);
/// Nothing for a text that is not canonical base64 with its padding.
[[nodiscard]] std::optional<std::string> base64_decode(std::string_view text);

}  // namespace holdfast::etcd
