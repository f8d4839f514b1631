// HL7, DNS and PostgreSQL: what is asked, and what an answer is worth.
#include <gtest/gtest.h>

#include "codec/health/dns.h"
#include "codec/health/hl7.h"
#include "codec/health/postgres.h"

namespace holdfast::codec::health {
namespace {

std::string framed(const std::string& message) { return '\x0B' + message + "\x1C\x0D"; }

std::string acknowledged(const std::string& code, const std::string& id) {
  return framed("MSH|^~\\&|RIS||||20260102030405||ACK|1|P|2.5\rMSA|" + code + '|' + id + "\r");
}

TEST(Hl7, message_is_framed_and_has_its_control_id) {
  model::Check check;
  check.receiver = "RIS";
  const WallTime now{Duration(1'772'453'045'000'000)};
  EXPECT_EQ(hl7_request(check, "HF7", now),
            framed("MSH|^~\\&|HOLDFAST||RIS||20260302120405||NMQ^N01|HF7|P|2.5\r"));
}

TEST(Hl7, only_an_acknowledgement_of_this_message_passes) {
  EXPECT_TRUE(judge_hl7(acknowledged("AA", "HF7"), "HF7").passed);
  EXPECT_TRUE(judge_hl7(acknowledged("CA", "HF7"), "HF7").passed);
  EXPECT_EQ(judge_hl7(acknowledged("AE", "HF7"), "HF7").why, "the message is refused with AE");
  EXPECT_EQ(judge_hl7(acknowledged("XX", "HF7"), "HF7").why,
            "the message is refused with an unknown code");
  EXPECT_EQ(judge_hl7(acknowledged("AA", "HF8"), "HF7").why,
            "the answer acknowledges another message");
}

TEST(Hl7, garbage_is_named) {
  EXPECT_EQ(judge_hl7("HTTP/1.1 400", "1").why, "the answer is not framed as MLLP");
  EXPECT_EQ(judge_hl7("\x0BMSH|^~\\&|", "1").why, "the answer ends in the middle of its frame");
  EXPECT_EQ(judge_hl7(framed("hello"), "1").why, "the answer is no HL7 message");
  EXPECT_EQ(judge_hl7(framed("MSH|^~\\&|RIS|\r"), "1").why,
            "the answer acknowledges nothing: it has no MSA segment");
  EXPECT_EQ(judge_hl7("", "1").passed, false);
}

TEST(Hl7, a_frame_is_whole_when_its_end_is_there) {
  const std::string whole = acknowledged("AA", "1");
  EXPECT_FALSE(hl7_is_whole(""));
  EXPECT_FALSE(hl7_is_whole(whole.substr(0, whole.size() - 1)));
  EXPECT_TRUE(hl7_is_whole(whole));
  EXPECT_TRUE(hl7_is_whole("x")) << "it will never be one";
  EXPECT_TRUE(hl7_is_whole('\x0B' + std::string(kHl7AnswerMax, 'x')));
}

const model::DnsQuestion kQuestion{"ris.example", 1};

/// The answer to `kQuestion` with the given flags and one record of the given type and data.
std::string answer(std::uint16_t flags, std::uint16_t type, const std::string& data) {
  std::string out = dns_query(kQuestion, 0x1234);
  out[2] = static_cast<char>(flags >> 8);
  out[3] = static_cast<char>(flags & 0xff);
  if (type == 0) return out;
  out[7] = 1;
  out += "\xc0\x0c";
  out += std::string{'\0', static_cast<char>(type), '\0', '\1'} + std::string(4, '\0');
  out += std::string{'\0', static_cast<char>(data.size())} + data;
  return out;
}

TEST(Dns, question_is_encoded) {
  const std::string query = dns_query(kQuestion, 0x1234);
  EXPECT_EQ(query.size(), 12U + 13U + 4U);
  EXPECT_EQ(query.substr(12), std::string("\3ris\7example\0\0\1\0\1", 17));
}

TEST(Dns, only_the_answer_to_the_question_is_one) {
  std::string good = answer(0x8400, 1, "\x0a\1\2\3");
  EXPECT_TRUE(is_dns_answer(good, kQuestion, 0x1234));
  EXPECT_FALSE(is_dns_answer(good, kQuestion, 0x1235));
  EXPECT_FALSE(is_dns_answer(dns_query(kQuestion, 0x1234), kQuestion, 0x1234)) << "a question";
  good[13] = 'R';
  EXPECT_TRUE(is_dns_answer(good, kQuestion, 0x1234)) << "case does not matter";
  good[13] = 'x';
  EXPECT_FALSE(is_dns_answer(good, kQuestion, 0x1234));
  EXPECT_FALSE(is_dns_answer(good.substr(0, 20), kQuestion, 0x1234));
}

TEST(Dns, a_record_of_the_type_passes_and_the_address_if_asked) {
  const std::string good = answer(0x8400, 1, "\x0a\1\2\3");
  EXPECT_TRUE(judge_dns(good, kQuestion, std::nullopt).passed);
  EXPECT_TRUE(judge_dns(good, kQuestion, model::parse_address("10.1.2.3")).passed);
  EXPECT_EQ(judge_dns(good, kQuestion, model::parse_address("10.1.2.4")).why,
            "the address is not among the answers");
}

TEST(Dns, everything_else_is_named) {
  const auto why = [](const std::string& bytes) {
    return judge_dns(bytes, kQuestion, std::nullopt).why;
  };
  EXPECT_EQ(why(answer(0x8003, 0, "")), "the name does not exist (NXDOMAIN)");
  EXPECT_EQ(why(answer(0x8005, 0, "")), "the server refuses to answer (REFUSED)");
  EXPECT_EQ(why(answer(0x8002, 0, "")), "the server fails to answer (SERVFAIL)");
  EXPECT_EQ(why(answer(0x8000, 0, "")), "the answer has no record of the type asked for");
  EXPECT_EQ(why(answer(0x8000, 28, std::string(16, 'x'))),
            "the answer has no record of the type asked for");
  EXPECT_EQ(why(answer(0x8200, 0, "")), "the answer is cut, and what is wanted is not in it");
  const std::string good = answer(0x8400, 1, "\x0a\1\2\3");
  for (std::size_t size = dns_query(kQuestion, 0).size(); size < good.size(); ++size) {
    EXPECT_FALSE(judge_dns(std::string_view(good).substr(0, size), kQuestion, {}).passed) << size;
  }
}

TEST(Postgres, role_and_lag_decide) {
  model::Check check;
  EXPECT_TRUE(judge_postgres(check, {"t", "off", ""}).passed);
  check.role = model::PostgresRole::kWriter;
  EXPECT_TRUE(judge_postgres(check, {"f", "off", "0"}).passed);
  EXPECT_EQ(judge_postgres(check, {"t", "off", "0"}).why,
            "the server is a standby, not the writer");
  EXPECT_EQ(judge_postgres(check, {"f", "on", "0"}).why, "the server takes no writes by default");
  check.role = model::PostgresRole::kStandby;
  check.lag_below = 1s;
  EXPECT_TRUE(judge_postgres(check, {"t", "off", "999999"}).passed);
  EXPECT_EQ(judge_postgres(check, {"t", "off", "1500000"}).why, "the standby lags by 1.5s");
  EXPECT_EQ(judge_postgres(check, {"t", "off", ""}).why, "how far the standby lags is not known");
  EXPECT_EQ(judge_postgres(check, {"f", "off", "0"}).why, "the server is a primary, not a standby");
  EXPECT_FALSE(judge_postgres(check, {}).passed);
}

}  // namespace
}  // namespace holdfast::codec::health
