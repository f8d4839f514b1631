// An append-only log whose lines are chained: each carries a digest of itself and of the digest
// before it, so that nothing inside can be changed, left out or put in unseen.
//
// A line is "NUMBER DIGEST CONTENT"; the content is one JSON object. What it cannot show by itself
// is that its end was cut off, or that all of it was written anew: for that, a digest that was
// noted elsewhere must still be found in it.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace holdfast::codec {

/// The digest of a text that follows a digest: HMAC-SHA256 in real logs.
using AuditLink = std::function<std::string(std::string_view previous, std::string_view text)>;

struct AuditHead {
  std::uint64_t number = 0;  ///< of the last line; 0: none yet
  std::string digest = "holdfast";
};

/// The next line, with its end; `head` moves on to it.
[[nodiscard]] std::string audit_line(const AuditLink& link,
                                     AuditHead& head,
                                     std::string_view content);

/// One line, its end left off; `head` moves on to it. kCorrupt says what does not fit.
[[nodiscard]] Result<bool> check_audit_line(const AuditLink& link,
                                            AuditHead& head,
                                            std::string_view line);

}  // namespace holdfast::codec
