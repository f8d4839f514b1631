// Medians and tails of what many runs measured.
#pragma once

#include <string_view>
#include <vector>

#include "base/json_writer.h"
#include "base/time.h"

namespace holdfast::bench {

/// The value that `percent` of all values do not exceed (nearest rank); 0 without values.
[[nodiscard]] Duration percentile(const std::vector<Duration>& ascending, double percent);

/// A JSON object: median, p99, p99.9 and max, in milliseconds, and how many there are.
void write_spread(JsonWriter& json, std::string_view name, std::vector<Duration> values);

}  // namespace holdfast::bench
