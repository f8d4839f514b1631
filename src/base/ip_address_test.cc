#include "base/ip_address.h"

#include <gtest/gtest.h>

namespace holdfast {
namespace {

std::string again(std::string_view text) {
  const auto address = parse_ip(text);
  return address ? ip_text(*address) : "none";
}

TEST(IpAddress, texts_come_back_in_their_shortest_form) {
  EXPECT_EQ(again("10.77.1.2"), "10.77.1.2");
  EXPECT_EQ(again("0.0.0.0"), "0.0.0.0");
  EXPECT_EQ(again("2001:DB8:0:0:1:0:0:1"), "2001:db8::1:0:0:1");
  EXPECT_EQ(again("::"), "::");
  EXPECT_EQ(again("::1"), "::1");
  EXPECT_EQ(again("fe80::"), "fe80::");
  EXPECT_EQ(again("1:2:3:4:5:6:7:8"), "1:2:3:4:5:6:7:8");
  EXPECT_EQ(again("1:0:3:4:5:6:7:8"), "1:0:3:4:5:6:7:8");
  EXPECT_EQ(again("::ffff:10.0.0.1"), "::ffff:a00:1");
}

TEST(IpAddress, other_texts_are_none) {
  for (const char* text :
       {"",         "1",      "1.2.3",    "1.2.3.4.5",        "1.2.3.256",
        "1.2.3.04", "1.2.3.", " 1.2.3.4", "1.2.3.4 ",         "-1.2.3.4",
        ":",        ":::",    "1::2::3",  "1:2:3:4:5:6",      "1:2:3:4:5:6:7:",
        "12345::",  "g::",    "::1.2.3",  "1:2:3:4:5:6:7::8", "1:2:3:4:5:6:7:1.2.3.4",
        "1.2.3.4::"}) {
    EXPECT_EQ(again(text), "none") << text;
  }
}

TEST(IpAddress, wire_form_has_the_length_of_its_family) {
  EXPECT_EQ(parse_ip("1.2.3.4")->wire(), std::string_view("\1\2\3\4"));
  EXPECT_EQ(parse_ip("::1")->wire().size(), 16U);
}

}  // namespace
}  // namespace holdfast
