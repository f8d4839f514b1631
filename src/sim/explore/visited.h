// States that were seen, by 96 bits of their hash, with the least that was spent to reach each.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "sim/explore/world.h"

namespace holdfast::sim::explore {

struct Fingerprint {
  std::uint64_t high = 0;
  std::uint32_t low = 0;
};

[[nodiscard]] Fingerprint fingerprint(std::span<const std::byte> bytes);

/// Open addressing in one vector; 16 bytes a slot.
class Visited {
 public:
  explicit Visited(std::size_t slots = std::size_t{1} << 16U);

  /// The node that stands for this state: `fresh` if it is new, else the one given at first.
  std::uint32_t find_or_add(const Fingerprint& of, std::uint32_t node, bool& fresh);
  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  struct Slot {
    std::uint64_t high = 0;
    std::uint32_t low = 0;
    std::uint32_t node = 0;  ///< one more than the node's number; 0: empty
  };
  void grow();

  std::vector<Slot> slots_;
  std::size_t size_ = 0;
};

}  // namespace holdfast::sim::explore
