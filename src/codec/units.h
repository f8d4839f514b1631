// Quantities as people write them: durations, sizes, percentages, whole numbers.
//
// Exact: decimals are read digit by digit, without floating point where the result is a count.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/time.h"

namespace holdfast::codec {

enum class QuantityProblem {
  kNone,
  kNotANumber,  ///< does not begin with a decimal number
  kNoUnit,      ///< a bare number other than 0
  kUnknownUnit,
  kNotWhole,  ///< finer than the smallest unit
  kTooLarge,
};

template <class T>
struct Quantity {
  T value{};
  QuantityProblem problem = QuantityProblem::kNone;

  [[nodiscard]] bool ok() const { return problem == QuantityProblem::kNone; }
};

inline constexpr std::string_view kDurationUnits = "us, ms, s, min, h, d";
inline constexpr std::string_view kSizeUnits = "B, KiB, MiB, GiB, kB, MB, GB";

/// "400ms", "1.5 h", "0"; `m` is taken as minutes.
Quantity<Duration> parse_duration(std::string_view text);
/// Bytes: "512MiB", "2 GB", "0".
Quantity<std::int64_t> parse_size(std::string_view text);
/// "0.1%".
Quantity<double> parse_percent(std::string_view text);
/// A whole number without a unit; a sign is allowed.
Quantity<std::int64_t> parse_int(std::string_view text);

}  // namespace holdfast::codec
