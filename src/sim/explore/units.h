// Time in the explorer: half-quanta relative to now.
//
// One quantum is the detection time; processes are stepped twice in it. Clocks only ever show
// multiples of half a quantum, so a deadline rounded up to the next multiple is passed at exactly
// the same step. Ages are cut off beyond the largest threshold that anything compares them with.
#pragma once

#include <algorithm>

#include "base/time.h"
#include "sim/explore/world.h"

namespace holdfast::sim::explore {

inline constexpr Duration kUnit = 500ms;
inline constexpr Duration kQuantum = 2 * kUnit;
inline constexpr Rel kRelLongAgo = -128;
inline constexpr Rel kRelNever = 127;
/// Older than this is all the same. The lease and the time after which one counts as sick are 4
/// units; the largest threshold is sick and six heartbeats, 8 units, between a report that may be 2
/// units old and something before it.
inline constexpr int kOldest = 12;
/// Half-quanta after which a lease has certainly ended: its last millisecond counts as one.
inline constexpr int kLeaseEnded = 5;
/// What now is when the core is asked. Far from both ends of the clock.
inline constexpr MonoTime kNow{Duration(1000s)};

/// The point in time that the core is shown.
inline MonoTime to_time(Rel rel) {
  if (rel == kRelLongAgo) return kLongAgo;
  if (rel == kRelNever) return kNever;
  return kNow + rel * kUnit;
}

/// Deadlines are rounded up, ages are cut off at `oldest`.
inline Rel to_rel(MonoTime time, int oldest = kOldest) {
  if (time == kLongAgo) return kRelLongAgo;
  if (time == kNever) return kRelNever;
  const std::int64_t past =
      (kNow - time) / kUnit;  // towards zero: up, for what lies ahead it must be down
  std::int64_t rel = -past;
  if (time > kNow && (time - kNow) % kUnit != Duration::zero()) ++rel;
  return static_cast<Rel>(std::clamp<std::int64_t>(rel, -oldest, 100));
}

/// A deadline: once it has passed it does not matter by how much.
inline Rel to_deadline(MonoTime time) {
  if (time <= kNow) return kRelLongAgo;
  return to_rel(time);
}

inline Rel older(Rel rel, int oldest = kOldest) {
  if (rel == kRelLongAgo || rel == kRelNever) return rel;
  return static_cast<Rel>(std::max(rel - 1, -oldest));
}

inline bool at_least_old(Rel rel, int units) { return rel == kRelLongAgo || rel <= -units; }

}  // namespace holdfast::sim::explore
