// The small languages inside a check's keys.
#include "model/check_words.h"

#include <gtest/gtest.h>

#include "model/socket_address.h"

namespace holdfast::model {
namespace {

TEST(CheckWords, status_ranges) {
  const auto ranges = parse_status("200-299, 401");
  ASSERT_TRUE(ranges);
  EXPECT_EQ(*ranges, (std::vector<StatusRange>{{200, 299}, {401, 401}}));
  for (const char* bad : {"", "99", "200-", "300-200", "200,,201", "600", "2xx", "-200"}) {
    EXPECT_FALSE(parse_status(bad)) << bad;
  }
}

TEST(CheckWords, json_matches) {
  const auto match = parse_json_match("$.db['two words'][0].ok == \"UP\"");
  ASSERT_TRUE(match);
  const std::vector<JsonStep> path{
      std::string("db"), std::string("two words"), std::uint32_t{0}, std::string("ok")};
  EXPECT_EQ(match->path, path);
  EXPECT_EQ(match->compare, JsonMatch::Compare::kEqual);
  EXPECT_EQ(match->text, "UP");
  EXPECT_EQ(parse_json_match("$")->compare, JsonMatch::Compare::kTruthy);
  EXPECT_EQ(parse_json_match("$.n != -1.5e3")->literal, JsonMatch::Literal::kNumber);
  EXPECT_EQ(parse_json_match("$.n == null")->literal, JsonMatch::Literal::kWord);
  for (const char* bad : {"",
                          "a",
                          "$.",
                          "$..a",
                          "$[*]",
                          "$.a = 1",
                          "$.a == ",
                          "$.a == up",
                          "$.a == \"x",
                          "$.a == nan",
                          "$[1",
                          "$.a == \"a\\n\""}) {
    EXPECT_FALSE(parse_json_match(bad)) << bad;
  }
}

TEST(CheckWords, dns_questions) {
  const auto question = parse_question("ris.example. AAAA");
  ASSERT_TRUE(question);
  EXPECT_EQ(*question, (DnsQuestion{"ris.example", 28}));
  const std::string long_label(64, 'a');
  for (const std::string bad : {"", "ris.example", ". A", "a..b A", "a A A", "ä A", "x ANY"}) {
    EXPECT_FALSE(parse_question(bad)) << bad;
  }
  EXPECT_FALSE(parse_question(long_label + " A"));
}

TEST(SocketAddress, targets) {
  const auto v4 = parse_target("10.1.2.3:8080");
  ASSERT_TRUE(v4);
  EXPECT_EQ(v4->port, 8080);
  EXPECT_EQ(v4->address[3], 3);
  const auto v6 = parse_target("[fd00::1:2]:443");
  ASSERT_TRUE(v6);
  EXPECT_TRUE(v6->v6);
  EXPECT_EQ(v6->address[0], 0xfd);
  EXPECT_EQ(v6->address[13], 1);
  EXPECT_EQ(v6->address[15], 2);
  for (const char* good : {"[::]:1", "[::1]:1", "[1:2:3:4:5:6:7:8]:1", "[1::]:65535"}) {
    EXPECT_TRUE(parse_target(good)) << good;
  }
  for (const char* bad : {"",
                          "10.1.2.3",
                          "10.1.2.3:0",
                          "10.1.2.3:65536",
                          "10.1.2:80",
                          "10.1.2.3.4:80",
                          "010.1.2.3:80",
                          "256.1.1.1:80",
                          "ris:80",
                          "fd00::1:80",
                          "[fd00::1:2",
                          "[10.1.2.3]:80",
                          "[1:2:3:4:5:6:7]:1",
                          "[1::2::3]:1",
                          "[1:2:3:4:5:6:7:8:9]:1",
                          "[12345::]:1",
                          "[1:]:1",
                          "[:1]:1",
                          "[]:1"}) {
    EXPECT_FALSE(parse_target(bad)) << bad;
  }
}

}  // namespace
}  // namespace holdfast::model
