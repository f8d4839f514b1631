// What is known about the health of one thing, with the votes behind it: the value that controllers
// exchange and that answers, proxies and people consume.
//
// Values only. How they come about: check.h (one view), consensus.h (all views), board.h (a site).
#pragma once

#include <cstdint>

#include "base/inline_vec.h"
#include "base/time.h"
#include "core/rule.h"

namespace holdfast::core::health {

enum class Verdict : std::uint8_t { kUnknown, kHealthy, kUnhealthy };

inline constexpr std::size_t kVantagesMax = 16;  ///< of one check
inline constexpr std::size_t kHistoryMax = 8;

/// What one vantage point says of one check. Times of two hosts are never compared, so it says how
/// old its view is.
struct Opinion {
  std::uint32_t check = 0;    ///< place in the plan
  std::uint32_t vantage = 0;  ///< place in the plan's list of vantage points
  Verdict verdict = Verdict::kUnknown;
  Duration age{};  ///< since the probe that it rests on

  friend bool operator==(const Opinion&, const Opinion&) = default;
};

enum class Standing : std::uint8_t { kSilent, kUndecided, kIsolated, kCounted };

/// An opinion as it is weighed here.
struct Vote {
  std::uint32_t vantage = 0;
  Verdict verdict = Verdict::kUnknown;
  Standing standing = Standing::kSilent;
  MonoTime heard = kLongAgo;  ///< when the probe was, on this host's clock

  friend bool operator==(const Vote&, const Vote&) = default;
};

/// One change of a verdict, with the votes as they were counted.
struct Turn {
  MonoTime at{};
  Verdict to = Verdict::kUnknown;
  const Rule* rule = nullptr;
  std::uint8_t healthy = 0;
  std::uint8_t unhealthy = 0;

  friend bool operator==(const Turn&, const Turn&) = default;
};

struct HealthVerdict {
  Verdict verdict = Verdict::kUnknown;
  const Rule* rule = nullptr;      ///< the row that decided last; null: nothing was decided yet
  MonoTime since = kLongAgo;       ///< of the verdict
  MonoTime held_until = kLongAgo;  ///< unhealthy at least until then
  InlineVec<Vote, kVantagesMax> votes;
  InlineVec<Turn, kHistoryMax> history;  ///< the newest last

  friend bool operator==(const HealthVerdict&, const HealthVerdict&) = default;
};

/// "healthy", "unhealthy", "unknown".
const char* verdict_name(Verdict verdict);
/// "counted", "silent", "undecided", "isolated".
const char* standing_name(Standing standing);
[[nodiscard]] Verdict opposite(Verdict verdict);

}  // namespace holdfast::core::health
