// Deterministic random numbers: xoshiro256** seeded by SplitMix64 (Blackman and Vigna, 2018).
//
// The standard library's distributions differ between implementations; these do not, so a seed
// replays everywhere. Passed explicitly; fork() gives a stream of its own to each part that draws.
#pragma once

#include <array>
#include <cstdint>

#include "base/time.h"

namespace holdfast {

class Prng {
 public:
  explicit Prng(std::uint64_t seed);

  /// Uniform over all 64-bit values.
  std::uint64_t next();
  /// Uniform in [0, bound). Pre: bound > 0.
  std::uint64_t below(std::uint64_t bound);
  /// Uniform in [low, high], both included. Pre: low <= high.
  std::int64_t between(std::int64_t low, std::int64_t high);
  Duration between(Duration low, Duration high);
  /// True with probability `percent` / 100 (fractions allowed).
  bool chance(double percent);
  /// Uniform in [0, 1).
  double unit();
  /// Exponentially distributed with the given mean.
  Duration exponential(Duration mean);
  /// A stream of its own, determined by this one's state and the label.
  [[nodiscard]] Prng fork(std::uint64_t label);

 private:
  std::array<std::uint64_t, 4> state_{};
};

/// Fisher–Yates with our own generator: the same order on every standard library.
template <class Container>
void shuffle(Container& items, Prng& prng) {
  for (std::uint64_t i = items.size(); i > 1; --i) {
    const std::uint64_t j = prng.below(i);
    using std::swap;
    swap(items[i - 1], items[j]);
  }
}

/// One SplitMix64 step: a good 64-bit mixer.
std::uint64_t mix64(std::uint64_t value);

}  // namespace holdfast
