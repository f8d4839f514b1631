#include "codec/wire.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <tuple>

#include "codec/wire_random_for_test.h"
#include "model/sites_for_test.h"

namespace holdfast {

// Every field by hand, not by the lists that are under test.
namespace core {

bool operator==(const SenderReport& a, const SenderReport& b) {
  return std::tie(a.standby, a.flushed, a.reply_age, a.behind, a.streaming_for) ==
         std::tie(b.standby, b.flushed, b.reply_age, b.behind, b.streaming_for);
}

bool operator==(const MemberReport& a, const MemberReport& b) {
  const auto first = [](const MemberReport& r) {
    return std::tie(r.self,
                    r.boot,
                    r.agent_started,
                    r.heartbeat,
                    r.record,
                    r.state,
                    r.open,
                    r.restarting,
                    r.fenced,
                    r.regressed,
                    r.able_to_seal,
                    r.sick,
                    r.drained,
                    r.sealed);
  };
  const auto second = [](const MemberReport& r) {
    return std::tie(r.sealed_final,
                    r.position,
                    r.replay_lag,
                    r.following,
                    r.wal,
                    r.wal_silence,
                    r.timeline,
                    r.leads,
                    r.proven,
                    r.barrier,
                    r.promise_left,
                    r.reboot_hold,
                    r.proof_age,
                    r.senders);
  };
  return first(a) == first(b) && second(a) == second(b);
}

bool operator==(const Record& a, const Record& b) {
  const auto fields = [](const Record& r) {
    return std::tie(r.key,
                    r.phase,
                    r.primary,
                    r.target,
                    r.depose,
                    r.lossy,
                    r.pairs,
                    r.pair_last,
                    r.candidates,
                    r.candidates_pending,
                    r.lineage,
                    r.set_aside,
                    r.timeline_last,
                    r.handover,
                    r.halted,
                    r.cause,
                    r.changed_at,
                    r.failovers,
                    r.returns,
                    r.same_cause);
  };
  return fields(a) == fields(b);
}

bool operator==(const RecordSeen& a, const RecordSeen& b) {
  if (a.record == nullptr || b.record == nullptr) return a.record == b.record;
  return *a.record == *b.record;
}
bool operator==(const StoreProof& a, const StoreProof& b) {
  return std::tie(a.heartbeat, a.key, a.lease) == std::tie(b.heartbeat, b.key, b.lease);
}
bool operator==(const PromiseRequest& a, const PromiseRequest& b) {
  return std::tie(a.epoch, a.from, a.seq) == std::tie(b.epoch, b.from, b.seq);
}
bool operator==(const PromiseGrant& a, const PromiseGrant& b) {
  return std::tie(a.epoch, a.from, a.to, a.seq) == std::tie(b.epoch, b.from, b.to, b.seq);
}

}  // namespace core

namespace codec {
namespace {

const model::Site& site() {
  static const model::Site the_site = model::two_regions();
  return the_site;
}

ToAgent random_mail(RandomValues& draw, int kind, int member) {
  ToAgent message{static_cast<int>(draw.number() % 2), member, {}};
  if (kind == 0) {
    message.mail = core::RecordSeen{std::make_shared<core::Record>(draw.record())};
  } else if (kind == 1) {
    message.mail = core::StoreProof{draw.number(), draw.key(), draw.flag()};
  } else if (kind == 2) {
    message.mail = core::PromiseRequest{{draw.number()}, draw.incarnation(), draw.number()};
  } else {
    message.mail =
        core::PromiseGrant{{draw.number()}, draw.incarnation(), draw.incarnation(), draw.number()};
  }
  return message;
}

ToController random_report(RandomValues& draw, int member) {
  return {static_cast<int>(draw.number() % 2), member, draw.number(), draw.report()};
}

TEST(Wire, reports_come_back_as_they_were) {
  RandomValues draw(1, 4);
  for (int i = 0; i < 3000; ++i) {
    const ToController sent = random_report(draw, i % 4);
    const auto got = decode_to_controller(site(), encode(site(), sent));
    ASSERT_TRUE(got.has_value()) << got.error().message;
    ASSERT_EQ(got->cluster, sent.cluster);
    ASSERT_EQ(got->member, sent.member);
    ASSERT_EQ(got->heartbeat, sent.heartbeat);
    ASSERT_EQ(got->report, sent.report);
  }
}

TEST(Wire, mail_comes_back_as_it_was) {
  RandomValues draw(2, 4);
  for (int i = 0; i < 4000; ++i) {
    const ToAgent sent = random_mail(draw, i % 4, i % 3);
    const auto got = decode_to_agent(site(), encode(site(), sent));
    ASSERT_TRUE(got.has_value()) << got.error().message;
    ASSERT_EQ(got->cluster, sent.cluster);
    ASSERT_EQ(got->member, sent.member);
    ASSERT_EQ(got->mail, sent.mail);
  }
}

TEST(Wire, no_record_is_a_record_too) {
  const ToAgent sent{1, 3, core::RecordSeen{}};
  const auto got = decode_to_agent(site(), encode(site(), sent));
  ASSERT_TRUE(got.has_value()) << got.error().message;
  EXPECT_EQ(std::get<core::RecordSeen>(got->mail).record, nullptr);
}

TEST(Wire, extreme_values_survive) {
  ToController sent;
  sent.report.agent_started = kLongAgo;
  sent.report.replay_lag = Duration::max();
  sent.report.wal_silence = Duration::min();
  sent.report.promise_left = Duration(-1);
  for (const MonoTime started : {kLongAgo, kNever, MonoTime{}}) {
    sent.report.agent_started = started;
    const auto got = decode_to_controller(site(), encode(site(), sent));
    ASSERT_TRUE(got.has_value()) << got.error().message;
    EXPECT_EQ(got->report, sent.report);
  }
}

TEST(Wire, an_idle_heartbeat_is_short) {
  ToController sent;
  sent.report.self = {0, 12345};
  EXPECT_LT(encode(site(), sent).size(), 100U);
}

TEST(Wire, members_are_found_by_name_in_a_site_of_another_order) {
  model::Site other = site();
  std::reverse(other.hosts.begin(), other.hosts.end());
  const auto last = static_cast<model::Index>(other.hosts.size() - 1);
  for (model::Cluster& cluster : other.clusters) {
    for (model::Member& member : cluster.members) member.host = last - member.host;
    std::reverse(cluster.members.begin(), cluster.members.end());
  }
  std::reverse(other.clusters.begin(), other.clusters.end());
  core::Record record;
  record.primary = {0, 70};
  record.pairs.push_back({{1}, {1}, {0, 70}, {{1, 71}, {1, 72}, {3, 73}}, 2});
  const ToAgent sent{0, 2, core::RecordSeen{std::make_shared<core::Record>(record)}};
  const auto got = decode_to_agent(other, encode(site(), sent));
  ASSERT_TRUE(got.has_value()) << got.error().message;
  EXPECT_EQ(got->cluster, 1);
  EXPECT_EQ(got->member, 1);
  const core::Record& there = *std::get<core::RecordSeen>(got->mail).record;
  EXPECT_EQ(there.primary, (core::Incarnation{3, 70}));
  // In order again, as sets are: equal sets must compare equal.
  const core::MemberSet wanted{{0, 73}, {2, 71}, {2, 72}};
  EXPECT_EQ(there.pairs[0].s, wanted);
}

TEST(Wire, names_that_the_site_does_not_have_are_not_found) {
  const std::string bytes = encode(site(), ToController{1, 2, 0, {}});
  model::Site other = site();
  other.clusters[1].name = "billing";
  EXPECT_EQ(decode_to_controller(other, bytes).error().code, Errc::kNotFound);
  other = site();
  other.clusters[1].members.erase(other.clusters[1].members.begin() + 2);
  const auto got = decode_to_controller(other, bytes);
  EXPECT_EQ(got.error().code, Errc::kNotFound);
  EXPECT_NE(got.error().message.find("db-east-c"), std::string::npos) << got.error().message;
}

TEST(Wire, another_version_is_unsupported) {
  std::string bytes = encode(site(), ToController{});
  bytes[0] = kWireVersion + 1;
  EXPECT_EQ(decode_to_controller(site(), bytes).error().code, Errc::kUnsupported);
  EXPECT_EQ(decode_to_agent(site(), bytes).error().code, Errc::kUnsupported);
}

TEST(Wire, a_message_for_the_other_side_is_corrupt) {
  EXPECT_EQ(decode_to_agent(site(), encode(site(), ToController{})).error().code, Errc::kCorrupt);
  EXPECT_EQ(decode_to_controller(site(), encode(site(), ToAgent{})).error().code, Errc::kCorrupt);
}

TEST(Wire, every_shorter_and_every_longer_message_is_corrupt) {
  RandomValues draw(3, 4);
  std::vector<std::string> messages{encode(site(), random_report(draw, 0))};
  for (int kind = 0; kind < 4; ++kind) {
    messages.push_back(encode(site(), random_mail(draw, kind, 1)));
  }
  for (const std::string& bytes : messages) {
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      const std::string_view part = std::string_view(bytes).substr(0, size);
      ASSERT_FALSE(decode_to_agent(site(), part).has_value()) << size;
      ASSERT_FALSE(decode_to_controller(site(), part).has_value()) << size;
    }
    EXPECT_FALSE(decode_to_agent(site(), bytes + '\0').has_value());
    EXPECT_FALSE(decode_to_controller(site(), bytes + '\0').has_value());
  }
}

TEST(Wire, a_changed_byte_gives_a_value_or_an_error) {
  RandomValues draw(4, 4);
  int accepted = 0;
  for (int i = 0; i < 20000; ++i) {
    std::string bytes = encode(site(), random_mail(draw, i % 4, 0));
    bytes[draw.number() % bytes.size()] = static_cast<char>(draw.number());
    const auto got = decode_to_agent(site(), bytes);
    if (!got) continue;
    ++accepted;
    // Whatever is accepted can be written again.
    const auto again = decode_to_agent(site(), encode(site(), *got));
    ASSERT_TRUE(again.has_value()) << again.error().message;
    ASSERT_EQ(again->mail, got->mail);
  }
  EXPECT_GT(accepted, 0);
}

/// A promise request up to its `from`: version, kind, cluster, one host, whom it is for.
std::string promise_head() {
  const std::string whole = encode(site(), ToAgent{0, 0, core::PromiseRequest{}});
  return whole.substr(0, whole.size() - 4);
}

TEST(Wire, what_is_out_of_range_is_corrupt) {
  const std::string head = promise_head();
  const auto verdict = [&](const std::string& rest) {
    const auto got = decode_to_agent(site(), head + rest);
    return got ? std::string("accepted") : got.error().message;
  };
  EXPECT_EQ(verdict(std::string("\x05\x00\x07\x01", 4)), "accepted");
  EXPECT_NE(verdict(std::string("\x05\x02\x07\x01", 4)).find("table of names"), std::string::npos);
  const std::string longest("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 10);
  EXPECT_EQ(verdict(longest + std::string("\x00\x07\x01", 3)), "accepted");
  const std::string too_long("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02", 10);
  EXPECT_NE(verdict(too_long + std::string("\x00\x07\x01", 3)).find("64 bits"), std::string::npos);
  const std::string life("\xff\xff\xff\xff\x10", 5);
  EXPECT_NE(verdict(std::string("\x05\x00", 2) + life + "\x01").find("32-bit"), std::string::npos);
}

TEST(Wire, a_set_that_counts_one_member_twice_is_corrupt) {
  core::Record record;
  record.candidates = {{1, 71}, {2, 71}};
  const ToAgent sent{0, 0, core::RecordSeen{std::make_shared<core::Record>(record)}};
  std::string bytes = encode(site(), sent);
  ASSERT_TRUE(decode_to_agent(site(), bytes).has_value());
  // Two candidates with life 71: places 2 and 3 of the table.
  const std::size_t at = bytes.find(std::string("\x02\x02\x47\x03\x47", 5));
  ASSERT_NE(at, std::string::npos);
  bytes[at + 3] = 2;
  const auto got = decode_to_agent(site(), bytes);
  ASSERT_FALSE(got.has_value());
  EXPECT_NE(got.error().message.find("twice"), std::string::npos) << got.error().message;
}

}  // namespace
}  // namespace codec
}  // namespace holdfast
