// A running 64-bit hash of values: event logs and states are compared by it. Not for security.
#pragma once

#include <cstdint>
#include <string_view>

namespace holdfast {

class Hasher {
 public:
  constexpr void add(std::uint64_t value) {
    state_ ^= value;
    state_ *= 0xff51afd7ed558ccdULL;
    state_ ^= state_ >> 29;
  }
  constexpr void add(std::string_view text) {
    for (const char c : text) add(static_cast<std::uint64_t>(static_cast<unsigned char>(c)));
    add(text.size());
  }
  [[nodiscard]] constexpr std::uint64_t value() const { return state_; }

 private:
  std::uint64_t state_ = 0x9e3779b97f4a7c15ULL;
};

}  // namespace holdfast
