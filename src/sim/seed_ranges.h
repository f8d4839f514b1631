// A set of seeds as ranges: what has been run already, however many that are.
#pragma once

#include <cstdint>
#include <vector>

namespace holdfast::sim {

struct SeedRange {
  std::uint64_t first = 0;
  std::uint64_t last = 0;  ///< included

  friend bool operator==(const SeedRange&, const SeedRange&) = default;
};

class SeedRanges {
 public:
  void add(std::uint64_t seed) { add(SeedRange{seed, seed}); }
  void add(SeedRange range);
  [[nodiscard]] bool contains(std::uint64_t seed) const;
  [[nodiscard]] std::uint64_t count() const;
  [[nodiscard]] const std::vector<SeedRange>& ranges() const { return ranges_; }

  friend bool operator==(const SeedRanges&, const SeedRanges&) = default;

 private:
  std::vector<SeedRange> ranges_;  ///< ascending, disjoint, not adjacent
};

}  // namespace holdfast::sim
