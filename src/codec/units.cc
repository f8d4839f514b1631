#include "codec/units.h"

#include <array>
#include <limits>
#include <span>

namespace holdfast::codec {
namespace {

using enum QuantityProblem;

constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();
constexpr int kFractionDigitsMax = 9;

struct Unit {
  std::string_view name;
  std::int64_t factor;
};

constexpr std::array kTime = {Unit{"us", 1},
                              Unit{"ms", 1'000},
                              Unit{"s", 1'000'000},
                              Unit{"min", 60'000'000},
                              Unit{"m", 60'000'000},
                              Unit{"h", 3'600'000'000},
                              Unit{"d", 86'400'000'000}};

constexpr std::array kBytes = {Unit{"B", 1},
                               Unit{"KiB", 1LL << 10},
                               Unit{"MiB", 1LL << 20},
                               Unit{"GiB", 1LL << 30},
                               Unit{"kB", 1'000},
                               Unit{"MB", 1'000'000},
                               Unit{"GB", 1'000'000'000}};

/// A decimal number split at its point: whole + fraction / scale.
struct Decimal {
  std::int64_t whole = 0;
  std::int64_t fraction = 0;
  std::int64_t scale = 1;
  std::string_view rest;  ///< the unit, without the blanks before it
  QuantityProblem problem = kNone;
};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Takes leading digits off `text`; false when they exceed 64 bits.
bool take_digits(std::string_view& text, std::int64_t& number) {
  while (!text.empty() && is_digit(text[0])) {
    const int digit = text[0] - '0';
    if (number > (kMax - digit) / 10) return false;
    number = number * 10 + digit;
    text.remove_prefix(1);
  }
  return true;
}

Decimal split_decimal(std::string_view text) {
  Decimal result;
  if (text.empty() || !is_digit(text[0])) return {.rest = text, .problem = kNotANumber};
  if (!take_digits(text, result.whole)) return {.rest = text, .problem = kTooLarge};
  if (!text.empty() && text[0] == '.') {
    text.remove_prefix(1);
    const std::size_t before = text.size();
    std::string_view digits = text;
    if (digits.empty() || !is_digit(digits[0])) return {.rest = text, .problem = kNotANumber};
    if (!take_digits(text, result.fraction)) return {.rest = text, .problem = kNotWhole};
    const auto count = static_cast<int>(before - text.size());
    if (count > kFractionDigitsMax) return {.rest = text, .problem = kNotWhole};
    for (int i = 0; i < count; ++i) result.scale *= 10;
  }
  while (!text.empty() && text[0] == ' ') text.remove_prefix(1);
  result.rest = text;
  return result;
}

Quantity<std::int64_t> times(const Decimal& number, std::int64_t factor) {
  // The fraction is below 1e9 and the factor below 2^37, so their product fits.
  if (number.whole > (kMax - factor) / factor) return {.problem = kTooLarge};
  const std::int64_t part = number.fraction * factor;
  if (part % number.scale != 0) return {.problem = kNotWhole};
  return {.value = number.whole * factor + part / number.scale};
}

Quantity<std::int64_t> parse_with_units(std::string_view text, std::span<const Unit> units) {
  const Decimal number = split_decimal(text);
  if (number.problem != kNone) return {.problem = number.problem};
  if (number.rest.empty()) {
    const bool zero = number.whole == 0 && number.fraction == 0;
    return {.problem = zero ? kNone : kNoUnit};
  }
  for (const Unit& unit : units) {
    if (unit.name == number.rest) return times(number, unit.factor);
  }
  return {.problem = kUnknownUnit};
}

}  // namespace

Quantity<Duration> parse_duration(std::string_view text) {
  const Quantity<std::int64_t> micros = parse_with_units(text, kTime);
  return {.value = Duration(micros.value), .problem = micros.problem};
}

Quantity<std::int64_t> parse_size(std::string_view text) { return parse_with_units(text, kBytes); }

Quantity<double> parse_percent(std::string_view text) {
  const Decimal number = split_decimal(text);
  if (number.problem != kNone) return {.problem = number.problem};
  if (number.rest.empty()) return {.problem = kNoUnit};
  if (number.rest != "%") return {.problem = kUnknownUnit};
  return {.value = static_cast<double>(number.whole) +
                   static_cast<double>(number.fraction) / static_cast<double>(number.scale)};
}

Quantity<std::int64_t> parse_int(std::string_view text) {
  const bool negative = !text.empty() && text[0] == '-';
  if (negative) text.remove_prefix(1);
  if (text.empty() || !is_digit(text[0])) return {.problem = kNotANumber};
  std::int64_t number = 0;
  if (!take_digits(text, number)) return {.problem = kTooLarge};
  if (!text.empty()) return {.problem = text[0] == '.' ? kNotWhole : kNotANumber};
  return {.value = negative ? -number : number};
}

}  // namespace holdfast::codec
