#include "codec/units.h"

#include <gtest/gtest.h>

#include "model/schema.h"

namespace holdfast::codec {
namespace {

using enum QuantityProblem;

TEST(ParseDuration, every_unit_is_exact) {
  EXPECT_EQ(parse_duration("7us").value, 7us);
  EXPECT_EQ(parse_duration("400ms").value, 400ms);
  EXPECT_EQ(parse_duration("2s").value, 2s);
  EXPECT_EQ(parse_duration("15min").value, 15min);
  EXPECT_EQ(parse_duration("15m").value, 15min);
  EXPECT_EQ(parse_duration("1h").value, 1h);
  EXPECT_EQ(parse_duration("2d").value, 48h);
  EXPECT_EQ(parse_duration("1.5 h").value, 90min);
  EXPECT_EQ(parse_duration("0.000001s").value, 1us);
  EXPECT_EQ(parse_duration("0").value, 0us);
}

TEST(ParseDuration, what_is_no_duration_says_why) {
  EXPECT_EQ(parse_duration("").problem, kNotANumber);
  EXPECT_EQ(parse_duration("soon").problem, kNotANumber);
  EXPECT_EQ(parse_duration("-1s").problem, kNotANumber);
  EXPECT_EQ(parse_duration(".5s").problem, kNotANumber);
  EXPECT_EQ(parse_duration("5.s").problem, kNotANumber);
  EXPECT_EQ(parse_duration("900").problem, kNoUnit);
  EXPECT_EQ(parse_duration("1S").problem, kUnknownUnit);
  EXPECT_EQ(parse_duration("1s2ms").problem, kUnknownUnit);
  EXPECT_EQ(parse_duration("0.5us").problem, kNotWhole);
  EXPECT_EQ(parse_duration("1.0000000001s").problem, kNotWhole);
  EXPECT_EQ(parse_duration("99999999999999999999s").problem, kTooLarge);
  EXPECT_EQ(parse_duration("9223372036854775807s").problem, kTooLarge);
}

TEST(ParseDuration, largest_values_do_not_overflow) {
  EXPECT_EQ(parse_duration("9223372036854775806us").value.count(), 9223372036854775806);
  EXPECT_EQ(parse_duration("106751990d").value.count(), 106751990LL * 86'400'000'000);
  EXPECT_EQ(parse_duration("106751992d").problem, kTooLarge);
}

TEST(ParseSize, binary_and_decimal_units_differ) {
  EXPECT_EQ(parse_size("512B").value, 512);
  EXPECT_EQ(parse_size("1KiB").value, 1024);
  EXPECT_EQ(parse_size("1.5 MiB").value, 1'572'864);
  EXPECT_EQ(parse_size("2GiB").value, 2'147'483'648);
  EXPECT_EQ(parse_size("1kB").value, 1'000);
  EXPECT_EQ(parse_size("3MB").value, 3'000'000);
  EXPECT_EQ(parse_size("1GB").value, 1'000'000'000);
  EXPECT_EQ(parse_size("0").value, 0);
  EXPECT_EQ(parse_size("1KB").problem, kUnknownUnit);
  EXPECT_EQ(parse_size("0.5B").problem, kNotWhole);
}

TEST(ParsePercent, the_sign_is_required) {
  EXPECT_DOUBLE_EQ(parse_percent("0.1%").value, 0.1);
  EXPECT_DOUBLE_EQ(parse_percent("20 %").value, 20.0);
  EXPECT_EQ(parse_percent("0.1").problem, kNoUnit);
  EXPECT_EQ(parse_percent("1pc").problem, kUnknownUnit);
}

TEST(ParseInt, only_whole_numbers_are_taken) {
  EXPECT_EQ(parse_int("42").value, 42);
  EXPECT_EQ(parse_int("-3").value, -3);
  EXPECT_EQ(parse_int("4.5").problem, kNotWhole);
  EXPECT_EQ(parse_int("0x10").problem, kNotANumber);
  EXPECT_EQ(parse_int("").problem, kNotANumber);
  EXPECT_EQ(parse_int("99999999999999999999").problem, kTooLarge);
}

bool is_readable(model::FieldType type, std::string_view text) {
  if (type == model::FieldType::kDuration) return parse_duration(text).ok();
  if (type == model::FieldType::kPercent) return parse_percent(text).ok();
  return type != model::FieldType::kInt || parse_int(text).ok();
}

TEST(Units, bounds_and_defaults_of_the_schema_can_be_read) {
  for (const model::ObjectSchema* object : model::object_schemas()) {
    for (const model::Field& field : object->fields) {
      for (const std::string_view text : {field.range.min, field.range.max, field.default_text}) {
        // A default may also be a phrase.
        const bool phrase = text.find(' ') != text.npos || text.find_first_of("0123456789") != 0;
        if (text.empty() || phrase) continue;
        EXPECT_TRUE(is_readable(field.type, text)) << field.name << ' ' << text;
      }
    }
  }
}

}  // namespace
}  // namespace holdfast::codec
