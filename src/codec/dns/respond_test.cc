// Whole messages: queries as clients write them, and what comes back.
#include "codec/dns/respond.h"

#include <gtest/gtest.h>

#include "codec/dns/board.h"
#include "codec/dns/message_for_test.h"
#include "codec/dns/zones_for_test.h"

namespace holdfast::codec::dns {
namespace {

using testing::Asked;
using testing::Said;

class Responder : public ::testing::Test {
 protected:
  Said ask(Asked asked, Transport transport = Transport::kUdp, std::uint32_t draw = 0) {
    return testing::ask(*board_.snapshot(), asked, transport, draw);
  }
  std::string answer(std::string_view name, std::uint16_t type) {
    return ask({.name = name, .type = type}).text();
  }

  Board board_{testing::example_dns(), MonoTime{}};
};

TEST_F(Responder, static_records_are_answered_with_authority) {
  EXPECT_EQ(answer("ns1.ris.example", kTypeA), "NOERROR aa | ns1.ris.example 300 A 10.0.0.1");
  EXPECT_EQ(answer("ns1.ris.example", kTypeAaaa),
            "NOERROR aa | ns1.ris.example 300 AAAA 2001:db8::1");
  EXPECT_EQ(answer("ris.example", kTypeNs),
            "NOERROR aa | ris.example 300 NS ns1.ris.example, ris.example 300 NS ns.elsewhere");
  EXPECT_EQ(answer("text.ris.example", kTypeTxt),
            "NOERROR aa | text.ris.example 60 TXT \"two words\"");
  EXPECT_EQ(answer("_http._tcp.ris.example", kTypeSrv),
            "NOERROR aa | _http._tcp.ris.example 300 SRV 10 5 443 www.ris.example");
  EXPECT_EQ(answer("ris.example", kTypeSoa),
            "NOERROR aa | ris.example 300 SOA ns1.ris.example hostmaster.ris.example 7 3600 600 "
            "604800 5");
}

constexpr const char* kSoa =
    "ris.example 5 SOA ns1.ris.example hostmaster.ris.example 7 3600 600 604800 5";

TEST_F(Responder, what_does_not_exist_is_denied_with_the_negative_ttl) {
  EXPECT_EQ(answer("ns1.ris.example", kTypeTxt), std::string("NOERROR aa | | ") + kSoa);
  EXPECT_EQ(answer("nothing.ris.example", kTypeA), std::string("NXDOMAIN aa | | ") + kSoa);
  EXPECT_EQ(answer("a.b.c.nothing.ris.example", kTypeA), std::string("NXDOMAIN aa | | ") + kSoa);
  // An empty name between others exists.
  EXPECT_EQ(answer("_tcp.ris.example", kTypeA), std::string("NOERROR aa | | ") + kSoa);
  EXPECT_EQ(answer("x._tcp.ris.example", kTypeA), std::string("NXDOMAIN aa | | ") + kSoa);
}

TEST_F(Responder, other_names_are_refused) {
  EXPECT_EQ(answer("example", kTypeA), "REFUSED");
  EXPECT_EQ(answer("xris.example", kTypeA), "REFUSED");
  EXPECT_EQ(answer("ris.example.org", kTypeA), "REFUSED");
  EXPECT_EQ(answer(".", kTypeNs), "REFUSED");
  EXPECT_EQ(ask({.name = "ris.example", .type = kTypeA, .klass = 3}).text(), "REFUSED");
  EXPECT_EQ(answer("ris.example", kTypeAxfr), "REFUSED");
}

TEST_F(Responder, aliases_are_followed_inside_the_zone) {
  EXPECT_EQ(answer("alias.ris.example", kTypeA),
            "NOERROR aa | alias.ris.example 300 CNAME alias2.ris.example, alias2.ris.example 300 "
            "CNAME ns1.ris.example, ns1.ris.example 300 A 10.0.0.1");
  EXPECT_EQ(answer("alias2.ris.example", kTypeTxt),
            std::string("NOERROR aa | alias2.ris.example 300 CNAME ns1.ris.example | ") + kSoa);
  EXPECT_EQ(answer("alias2.ris.example", kTypeCname),
            "NOERROR aa | alias2.ris.example 300 CNAME ns1.ris.example");
  EXPECT_EQ(answer("away.ris.example", kTypeA),
            "NOERROR aa | away.ris.example 300 CNAME www.elsewhere");
  EXPECT_EQ(answer("dangling.ris.example", kTypeA),
            std::string("NXDOMAIN aa | dangling.ris.example 300 CNAME gone.ris.example | ") + kSoa);
  EXPECT_EQ(answer("followed.ris.example", kTypeA),
            "NOERROR aa | followed.ris.example 300 CNAME one.ris.example, one.ris.example 1 A "
            "10.0.1.1");
}

TEST_F(Responder, wildcards_stand_for_names_that_are_not_there) {
  EXPECT_EQ(answer("a.wild.ris.example", kTypeA), "NOERROR aa | a.wild.ris.example 300 A 10.0.0.9");
  EXPECT_EQ(answer("a.b.c.wild.ris.example", kTypeA),
            "NOERROR aa | a.b.c.wild.ris.example 300 A 10.0.0.9");
  EXPECT_EQ(answer("*.wild.ris.example", kTypeA), "NOERROR aa | *.wild.ris.example 300 A 10.0.0.9");
  EXPECT_EQ(answer("a.wild.ris.example", kTypeTxt), std::string("NOERROR aa | | ") + kSoa);
  EXPECT_EQ(answer("there.wild.ris.example", kTypeA), std::string("NOERROR aa | | ") + kSoa);
  EXPECT_EQ(answer("a.there.wild.ris.example", kTypeA), std::string("NXDOMAIN aa | | ") + kSoa);
  EXPECT_EQ(answer("deep.er.wildalias.ris.example", kTypeA),
            "NOERROR aa | deep.er.wildalias.ris.example 300 CNAME ns1.ris.example, "
            "ns1.ris.example 300 A 10.0.0.1");
}

TEST_F(Responder, what_is_delegated_is_referred_with_glue) {
  const std::string referral =
      "NOERROR | | lab.ris.example 300 NS ns.lab.ris.example, lab.ris.example 300 NS ns.elsewhere "
      "| "
      "ns.lab.ris.example 300 A 10.0.0.8";
  EXPECT_EQ(answer("lab.ris.example", kTypeA), referral);
  EXPECT_EQ(answer("lab.ris.example", kTypeNs), referral);
  EXPECT_EQ(answer("x.y.lab.ris.example", kTypeA), referral);
  EXPECT_EQ(answer("ns.lab.ris.example", kTypeA), referral);
  EXPECT_EQ(answer("lab.ris.example", kTypeAny), referral);
  EXPECT_EQ(answer("lab.ris.example", kTypeDs), std::string("NOERROR aa | | ") + kSoa);
}

TEST_F(Responder, any_gets_one_small_record) {
  EXPECT_EQ(answer("ns1.ris.example", kTypeAny), "NOERROR aa | ns1.ris.example 3600 HINFO RFC8482");
  EXPECT_EQ(answer("alias2.ris.example", kTypeAny),
            "NOERROR aa | alias2.ris.example 300 CNAME ns1.ris.example");
  EXPECT_EQ(answer("nothing.ris.example", kTypeAny), std::string("NXDOMAIN aa | | ") + kSoa);
}

TEST_F(Responder, the_case_of_the_question_comes_back) {
  const Said said = ask({.name = "nS1.RIS.Example", .type = kTypeA});
  EXPECT_EQ(said.question, "nS1.RIS.Example");
  EXPECT_EQ(said.text(), "NOERROR aa | nS1.RIS.Example 300 A 10.0.0.1");
}

TEST_F(Responder, edns_is_echoed_and_newer_versions_are_refused) {
  Asked asked{.name = "ns1.ris.example", .type = kTypeA, .edns = true, .udp_size = 4096};
  EXPECT_EQ(ask(asked).text(), "NOERROR aa | ns1.ris.example 300 A 10.0.0.1 | | opt 1232");
  asked.dnssec_ok = true;
  EXPECT_EQ(ask(asked).text(), "NOERROR aa | ns1.ris.example 300 A 10.0.0.1 | | opt 1232 do");
  asked.version = 1;
  EXPECT_EQ(ask(asked).text(), "BADVERS | | | opt 1232 do");
}

TEST_F(Responder, what_does_not_fit_is_truncated_to_its_question) {
  EXPECT_EQ(answer("big.ris.example", kTypeTxt), "NOERROR aa tc");
  const Said over =
      ask({.name = "big.ris.example", .type = kTypeTxt, .edns = true, .udp_size = 600});
  EXPECT_EQ(over.text(), "NOERROR aa tc | | | opt 1232");
  const Said fits =
      ask({.name = "big.ris.example", .type = kTypeTxt, .edns = true, .udp_size = 1000});
  EXPECT_EQ(fits.answers.size(), 2U);
  EXPECT_EQ(ask({.name = "big.ris.example", .type = kTypeTxt}, Transport::kTcp).answers.size(), 2U);
}

TEST_F(Responder, every_limit_is_kept_to_the_byte) {
  const std::size_t size = ask({.name = "big.ris.example", .type = kTypeTxt}, Transport::kTcp).size;
  for (const std::size_t limit : {size + kOptSize - 1, size + kOptSize}) {
    const Said said = ask({.name = "big.ris.example",
                           .type = kTypeTxt,
                           .edns = true,
                           .udp_size = static_cast<std::uint16_t>(limit)});
    EXPECT_EQ(said.truncated, limit < size + kOptSize);
    EXPECT_LE(said.size, limit);
  }
}

}  // namespace
}  // namespace holdfast::codec::dns
