#include "base/prng.h"

#include <cmath>

#include "base/assert.h"

namespace holdfast {
namespace {

constexpr std::uint64_t rotate_left(std::uint64_t x, int k) { return (x << k) | (x >> (64 - k)); }

}  // namespace

std::uint64_t mix64(std::uint64_t value) {
  value += 0x9e3779b97f4a7c15ULL;
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9ULL;
  value = (value ^ (value >> 27)) * 0x94d049bb133111ebULL;
  return value ^ (value >> 31);
}

Prng::Prng(std::uint64_t seed) {
  for (std::uint64_t& word : state_) {
    word = mix64(seed);
    seed += 0x9e3779b97f4a7c15ULL;
  }
}

std::uint64_t Prng::next() {
  const std::uint64_t result = rotate_left(state_[1] * 5, 7) * 9;
  const std::uint64_t shifted = state_[1] << 17;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= shifted;
  state_[3] = rotate_left(state_[3], 45);
  return result;
}

std::uint64_t Prng::below(std::uint64_t bound) {
  HF_ASSERT(bound > 0);
  const std::uint64_t threshold = (0 - bound) % bound;
  for (;;) {
    const std::uint64_t value = next();
    if (value >= threshold) return value % bound;
  }
}

std::int64_t Prng::between(std::int64_t low, std::int64_t high) {
  HF_ASSERT(low <= high);
  const std::uint64_t span = static_cast<std::uint64_t>(high) - static_cast<std::uint64_t>(low);
  if (span == ~0ULL) return static_cast<std::int64_t>(next());
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(low) + below(span + 1));
}

Duration Prng::between(Duration low, Duration high) {
  return Duration(between(low.count(), high.count()));
}

bool Prng::chance(double percent) { return unit() * 100.0 < percent; }

double Prng::unit() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }

Duration Prng::exponential(Duration mean) {
  const double drawn = -std::log(1.0 - unit()) * static_cast<double>(mean.count());
  return Duration(static_cast<std::int64_t>(drawn));
}

Prng Prng::fork(std::uint64_t label) { return Prng(mix64(next() ^ mix64(label))); }

}  // namespace holdfast
