#include "sim/seed_ranges.h"

#include <algorithm>

namespace holdfast::sim {

void SeedRanges::add(SeedRange range) {
  if (range.last < range.first) return;
  std::vector<SeedRange> next;
  next.reserve(ranges_.size() + 1);
  const auto before = [](const SeedRange& x, const SeedRange& y) {
    return x.last != ~std::uint64_t{0} && x.last + 1 < y.first;
  };
  for (const SeedRange& it : ranges_) {
    if (before(it, range) || before(range, it)) {
      next.push_back(it);
    } else {
      range = {std::min(it.first, range.first), std::max(it.last, range.last)};
    }
  }
  const auto after = [](const SeedRange& x, const SeedRange& y) { return x.first < y.first; };
  next.insert(std::upper_bound(next.begin(), next.end(), range, after), range);
  ranges_ = std::move(next);
}

bool SeedRanges::contains(std::uint64_t seed) const {
  return std::any_of(ranges_.begin(), ranges_.end(), [&](const SeedRange& it) {
    return it.first <= seed && seed <= it.last;
  });
}

std::uint64_t SeedRanges::count() const {
  std::uint64_t count = 0;
  for (const SeedRange& it : ranges_) count += it.last - it.first + 1;
  return count;
}

}  // namespace holdfast::sim
