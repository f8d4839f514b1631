// Random bytes, and what is derived from a shared secret.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"

namespace holdfast::crypto {

/// Fit for keys and secrets.
Result<std::string> random_bytes(std::size_t count);

std::string to_hex(std::string_view bytes);

/// HMAC-SHA256 of `text` under `secret`, as 64 lower-case hexadecimal digits. Whoever has the
/// secret derives the same; nobody else learns anything of it from another text's.
std::string credential(std::string_view secret, std::string_view text);

}  // namespace holdfast::crypto
