#include "codec/json_reader.h"

#include <gtest/gtest.h>

#include "base/json_writer.h"
#include "base/prng.h"

namespace holdfast::codec {
namespace {

std::string problem(std::string_view text) {
  const Result<Json> json = parse_json(text);
  if (json) return "it was read";
  EXPECT_EQ(json.error().code, Errc::kCorrupt);
  return json.error().message;
}

TEST(JsonReader, Every_kind_of_value_is_told_apart) {
  const Result<Json> json =
      parse_json(R"( {"a":null,"b":true,"c":-12.5e3,"d":"x","e":[1,2],"f":{},"g":false} )");
  ASSERT_TRUE(json);
  EXPECT_TRUE(json->at("a").is(Json::Kind::kNull));
  EXPECT_TRUE(json->at("b").is(Json::Kind::kBool));
  EXPECT_EQ(json->at("c").text, "-12.5e3");
  EXPECT_EQ(json->at("c").integer(), -12);
  EXPECT_EQ(json->at("d").text, "x");
  EXPECT_EQ(json->at("e").items.size(), 2U);
  EXPECT_TRUE(json->at("f").is(Json::Kind::kObject));
  EXPECT_EQ(json->at("g").text, "false");
  EXPECT_TRUE(json->at("h").is(Json::Kind::kAbsent));
  EXPECT_TRUE(json->at("d").at("x").is(Json::Kind::kAbsent));
  EXPECT_EQ(json->at("b").offset, 15U);
}

TEST(JsonReader, Integers_of_64_bits_are_exact) {
  const Result<Json> json =
      parse_json("[18446744073709551615,-9223372036854775808,18446744073709551616,1.0,\"7\",-0]");
  ASSERT_TRUE(json);
  EXPECT_EQ(json->items[0].as_uint64(), 18446744073709551615U);
  EXPECT_EQ(json->items[0].as_int64(), std::nullopt);
  EXPECT_EQ(json->items[1].as_int64(), INT64_MIN);
  EXPECT_EQ(json->items[1].as_uint64(), std::nullopt);
  EXPECT_EQ(json->items[2].as_uint64(), std::nullopt);
  EXPECT_EQ(json->items[3].as_int64(), std::nullopt);
  EXPECT_EQ(json->items[4].as_uint64(), std::nullopt);
  EXPECT_EQ(json->items[4].as_uint64_text(), 7U);
  EXPECT_EQ(json->items[5].as_int64(), 0);
}

TEST(JsonReader, Escapes_become_the_characters_they_stand_for) {
  const Result<Json> json = parse_json(R"("\"\\\/\b\f\n\r\t\u0041\u00e9\u20AC\ud83d\ude00\u0000")");
  ASSERT_TRUE(json);
  EXPECT_EQ(json->text, std::string("\"\\/\b\f\n\r\tA\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\0", 19));
}

TEST(JsonReader, What_is_wrong_is_said_with_its_byte) {
  EXPECT_EQ(problem(""), "not valid JSON at byte 0: the text ends where a value was expected");
  EXPECT_EQ(problem("{\"a\" 1}"), "not valid JSON at byte 5: ':' was expected");
  EXPECT_EQ(problem("[1 2]"), "not valid JSON at byte 3: ',' or ']' was expected");
  EXPECT_EQ(problem("{\"a\":1,}"),
            "not valid JSON at byte 7: a field's name in quotes was expected");
  EXPECT_EQ(problem("[1]x"), "not valid JSON at byte 3: nothing more was expected");
  EXPECT_EQ(problem("\"ab"), "not valid JSON at byte 3: the text ends inside a string");
  EXPECT_EQ(problem("\"a\nb\""), "not valid JSON at byte 2: a control character in a string");
  EXPECT_EQ(problem("\"\\x\""), "not valid JSON at byte 2: an unknown escape");
  EXPECT_EQ(problem("\"\\u12g4\""),
            "not valid JSON at byte 3: four hexadecimal digits were expected");
  EXPECT_EQ(problem("\"\\udc00\""), "not valid JSON at byte 7: half of a surrogate pair");
  EXPECT_EQ(problem("\"\\ud800\\u0041\""),
            "not valid JSON at byte 13: the second half of a surrogate pair was expected");
  EXPECT_EQ(problem("012"), "not valid JSON at byte 3: a number does not begin with 0");
  EXPECT_EQ(problem("1."), "not valid JSON at byte 2: a digit was expected");
  EXPECT_EQ(problem("-"), "not valid JSON at byte 1: a value was expected");
  EXPECT_EQ(problem("nul"), "not valid JSON at byte 0: a value was expected");
  EXPECT_EQ(problem("{\"a\":1,\"a\":2}"),
            "not valid JSON at byte 13: a field occurs twice in the object that ends here");
}

TEST(JsonReader, Depth_is_bounded) {
  const auto nested = [](int depth) {
    const auto size = static_cast<std::size_t>(depth);
    return std::string(size, '[') + std::string(size, ']');
  };
  EXPECT_TRUE(parse_json(nested(kJsonDepthMax + 1)));
  EXPECT_EQ(problem(nested(kJsonDepthMax + 2)), "not valid JSON at byte 33: nested too deeply");
  EXPECT_FALSE(parse_json(std::string(1000000, '[')));
}

TEST(JsonReader, Every_string_the_writer_writes_reads_back) {
  Prng prng(7);
  for (int round = 0; round < 200; ++round) {
    std::string text;
    for (std::uint64_t i = prng.below(40); i > 0; --i) text += static_cast<char>(prng.below(256));
    const Result<Json> json = parse_json(json_quote(text));
    ASSERT_TRUE(json);
    EXPECT_EQ(json->text, text);
  }
}

TEST(JsonReader, Every_cut_of_a_text_is_an_error) {
  const std::string text = R"({"a":[1,{"b":"c\u0041"},null,true],"d":-1.5e+7})";
  for (std::size_t i = 0; i < text.size(); ++i) EXPECT_FALSE(parse_json(text.substr(0, i))) << i;
  EXPECT_TRUE(parse_json(text));
}

}  // namespace
}  // namespace holdfast::codec
