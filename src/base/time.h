// Time types without a now(): code that wants the time must be handed it.
//
// MonoTime measures intervals on one host (CLOCK_BOOTTIME: it counts suspend); values of two hosts
// are never compared. WallTime is for people, logs and damping; safety never depends on it.
#pragma once

#include <chrono>
#include <cstdint>

namespace holdfast {

using Duration = std::chrono::duration<std::int64_t, std::micro>;

using std::chrono_literals::operator""us;
using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;
using std::chrono_literals::operator""min;
using std::chrono_literals::operator""h;

namespace detail {
struct MonoClock {
  using duration = Duration;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<MonoClock>;
  static constexpr bool is_steady = true;
};
struct WallClock {
  using duration = Duration;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<WallClock>;
  static constexpr bool is_steady = false;
};
}  // namespace detail

/// A point on one host's boot-time clock, in microseconds since that host's boot.
using MonoTime = std::chrono::time_point<detail::MonoClock>;
/// A point on a host's wall clock, in microseconds since 1970-01-01 UTC.
using WallTime = std::chrono::time_point<detail::WallClock>;

inline constexpr MonoTime kNever = MonoTime::max();
inline constexpr MonoTime kLongAgo = MonoTime::min();

/// Milliseconds as a double, for printing.
inline constexpr double to_ms(Duration d) { return static_cast<double>(d.count()) / 1000.0; }

/// now − then, saturated: "never heard" (kLongAgo) is the longest duration, not an overflow.
inline constexpr Duration since(MonoTime then, MonoTime now) {
  return then == kLongAgo ? Duration::max() : now - then;
}

/// The earlier of a stored time and a bound, saturated at kNever.
inline constexpr MonoTime after(MonoTime t, Duration d) {
  if (t == kNever || d == Duration::max()) return kNever;
  if (t == kLongAgo) return kLongAgo;
  return t + d;
}

}  // namespace holdfast
