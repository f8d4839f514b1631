#include "sim/histogram.h"

#include <algorithm>
#include <cmath>

namespace holdfast::sim {
namespace {

constexpr double kPerOctave = 8.0;

int bucket_of(Duration value) {
  const double ms = to_ms(value);
  if (ms <= 1.0) return 0;
  const int bucket = static_cast<int>(std::ceil(std::log2(ms) * kPerOctave));
  return std::min(bucket, Histogram::kBuckets - 1);
}

}  // namespace

void Histogram::add(Duration value) {
  add_bucket(bucket_of(value), 1);
  set_max(value);
}

void Histogram::add_bucket(int bucket, std::uint64_t count) {
  if (bucket < 0 || bucket >= kBuckets) return;
  buckets_[static_cast<std::size_t>(bucket)] += count;
  count_ += count;
}

void Histogram::set_max(Duration value) { max_ = std::max(max_, value); }

void Histogram::merge(const Histogram& other) {
  for (int i = 0; i < kBuckets; ++i) add_bucket(i, other.in_bucket(i));
  set_max(other.max_);
}

Duration Histogram::percentile(double percent) const {
  if (count_ == 0) return Duration(0);
  const auto wanted = static_cast<std::uint64_t>(
      std::ceil(static_cast<double>(count_) * std::clamp(percent, 0.0, 100.0) / 100.0));
  std::uint64_t seen = 0;
  for (int i = 0; i < kBuckets; ++i) {
    seen += in_bucket(i);
    if (seen < std::max<std::uint64_t>(wanted, 1)) continue;
    const double ms = std::exp2(static_cast<double>(i) / kPerOctave);
    return std::min(max_, Duration(static_cast<std::int64_t>(ms * 1000.0)));
  }
  return max_;
}

}  // namespace holdfast::sim
