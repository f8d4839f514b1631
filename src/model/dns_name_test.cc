#include "model/dns_name.h"

#include <gtest/gtest.h>

namespace holdfast::model {
namespace {

DnsName name(std::string_view text) { return DnsName::parse(text, DnsName()).value(); }

TEST(DnsName, relative_names_end_in_their_origin) {
  const DnsName origin = name("ris.example.");
  EXPECT_EQ(DnsName::parse("WWW", origin)->text(), "www.ris.example");
  EXPECT_EQ(DnsName::parse("@", origin), origin);
  EXPECT_EQ(DnsName::parse("ns.other.", origin)->text(), "ns.other");
  EXPECT_EQ(DnsName::parse(".", origin)->text(), ".");
  EXPECT_EQ(origin.wire(), std::string_view("\3ris\7example\0", 13));
}

TEST(DnsName, malformed_names_are_none) {
  const std::string label(63, 'a');
  const std::string longest = label + '.' + label + '.' + label + '.' + std::string(61, 'a') + '.';
  EXPECT_EQ(name(longest).wire().size(), kDnsNameMax);
  EXPECT_FALSE(DnsName::parse("a" + longest, DnsName()));
  EXPECT_FALSE(DnsName::parse("a." + longest, DnsName()));
  EXPECT_FALSE(DnsName::parse(label + "a", DnsName()));
  for (const char* text : {"", "..", "a..b", ".a", "a b", "-a", "a-", "a.*", "**", "\xc3\xa4"}) {
    EXPECT_FALSE(DnsName::parse(text, DnsName())) << text;
  }
}

TEST(DnsName, within_compares_whole_labels) {
  EXPECT_TRUE(name("a.ris.example").is_within(name("ris.example")));
  EXPECT_TRUE(name("ris.example").is_within(name("ris.example")));
  EXPECT_TRUE(name("ris.example").is_within(DnsName()));
  EXPECT_FALSE(name("aris.example").is_within(name("ris.example")));
  EXPECT_FALSE(name("example").is_within(name("ris.example")));
}

TEST(DnsName, parent_and_wildcard_are_neighbours) {
  EXPECT_EQ(name("a.b.c").parent(), name("b.c"));
  EXPECT_TRUE(name("c").parent().is_root());
  EXPECT_EQ(name("b.c").wildcard(), name("*.b.c"));
  EXPECT_TRUE(name("*.b.c").is_wildcard());
  EXPECT_FALSE(name("a.b.c").is_wildcard());
  EXPECT_EQ(name("a.b.c").labels(), 3U);
}

}  // namespace
}  // namespace holdfast::model
