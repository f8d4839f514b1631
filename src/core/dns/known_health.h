// What is known of the health of DNS targets: the one thing that a responder is fed.
//
// A value, pushed whole or target by target by whoever checks; the responder goes on with the last
// one. How health is found out is not its concern.
#pragma once

#include <cstddef>
#include <vector>

#include "base/time.h"
#include "core/health/verdict.h"

namespace holdfast::core::dns {

using health::Verdict;

struct TargetHealth {
  Verdict verdict = Verdict::kUnknown;
  MonoTime since = kLongAgo;  ///< when the verdict became so; kLongAgo: the board notes it
  /// The soonest that it could change: the interval of the checks times how many of them in a row
  /// have to say otherwise. 0: at any moment.
  Duration holds{};
  /// When it last became unhealthy. The board keeps it from what it was told before.
  MonoTime failed = kLongAgo;

  friend bool operator==(const TargetHealth&, const TargetHealth&) = default;
};

struct KnownHealth {
  MonoTime as_of = kLongAgo;          ///< when it was known, on the responder's clock
  std::vector<TargetHealth> targets;  ///< by place in model::Dns::targets; missing ones: unknown
  /// Names, by their place among all answers of all zones, that are asked to fail back.
  std::vector<std::size_t> failback;
};

}  // namespace holdfast::core::dns
