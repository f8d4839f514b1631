#include "common/statistics.h"

#include <algorithm>
#include <cmath>

namespace holdfast::bench {

Duration percentile(const std::vector<Duration>& ascending, double percent) {
  if (ascending.empty()) return Duration(0);
  const double rank = std::ceil(percent / 100.0 * static_cast<double>(ascending.size()));
  const auto place = static_cast<std::size_t>(std::max(rank, 1.0)) - 1;
  return ascending[std::min(place, ascending.size() - 1)];
}

void write_spread(JsonWriter& json, std::string_view name, std::vector<Duration> values) {
  std::sort(values.begin(), values.end());
  json.key(name).begin_object();
  json.field("median", to_ms(percentile(values, 50)));
  json.field("p99", to_ms(percentile(values, 99)));
  json.field("p99_9", to_ms(percentile(values, 99.9)));
  json.field("max", to_ms(percentile(values, 100)));
  json.field("count", values.size());
  json.end_object();
}

}  // namespace holdfast::bench
