// Durations counted in buckets that grow by an eighth of an octave: mergeable, with percentiles
// within 9 %.
#pragma once

#include <array>
#include <cstdint>

#include "base/time.h"

namespace holdfast::sim {

class Histogram {
 public:
  static constexpr int kBuckets = 144;  ///< up to 2^18 ms

  void add(Duration value);
  void add_bucket(int bucket, std::uint64_t count);
  void merge(const Histogram& other);
  void set_max(Duration value);

  [[nodiscard]] std::uint64_t count() const { return count_; }
  [[nodiscard]] std::uint64_t in_bucket(int bucket) const {
    return buckets_[static_cast<std::size_t>(bucket)];
  }
  [[nodiscard]] Duration max() const { return max_; }
  /// The upper edge of the bucket in which this share of the values is reached; 0 without values.
  [[nodiscard]] Duration percentile(double percent) const;

  friend bool operator==(const Histogram&, const Histogram&) = default;

 private:
  std::array<std::uint64_t, kBuckets> buckets_{};
  std::uint64_t count_ = 0;
  Duration max_{};
};

}  // namespace holdfast::sim
