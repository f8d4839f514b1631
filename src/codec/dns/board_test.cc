// What is answered follows what is known, and nothing else moves.
#include "codec/dns/board.h"

#include <gtest/gtest.h>

#include <map>

#include "codec/dns/message_for_test.h"
#include "codec/dns/zones_for_test.h"

namespace holdfast::codec::dns {
namespace {

using core::dns::KnownHealth;
using core::dns::TargetHealth;
using core::dns::Verdict;

class Follows : public ::testing::Test {
 protected:
  TargetHealth is(Verdict verdict) const { return {verdict, now_, 3s, kLongAgo}; }
  std::vector<std::string> answers(std::string_view name, std::uint32_t draw = 0) {
    return testing::ask(*board_.snapshot(), {.name = name}, Transport::kUdp, draw).answers;
  }
  std::string all(std::string_view name) {
    std::string text;
    for (const std::string& record : answers(name)) text += record + '\n';
    return text;
  }

  MonoTime now_{Duration{1h}};
  Board board_{testing::example_dns(), now_};
};

TEST_F(Follows, failover_name_changes_with_its_group) {
  EXPECT_EQ(all("www.ris.example"), "www.ris.example 1 A 10.0.1.1\nwww.ris.example 1 A 10.0.1.2\n");
  board_.take(0, is(Verdict::kUnhealthy), now_);
  EXPECT_EQ(all("www.ris.example"), "www.ris.example 1 A 10.0.1.2\n");
  const auto changed = board_.take(1, is(Verdict::kUnhealthy), now_);
  EXPECT_EQ(all("www.ris.example"), "www.ris.example 1 A 10.0.1.3\nwww.ris.example 1 A 10.0.1.4\n");
  EXPECT_EQ(changed, (std::vector<std::size_t>{1, 2}));  // and the weighted name
  EXPECT_EQ(board_.names()[1].decision.rule->id, std::string("D130"));
}

TEST_F(Follows, families_are_answered_apart) {
  const auto v6 = [&] {
    return testing::ask(*board_.snapshot(), {.name = "www.ris.example", .type = kTypeAaaa}).text();
  };
  EXPECT_TRUE(v6().starts_with("NOERROR aa | | ris.example 5 SOA")) << v6();
  for (const model::Index target : {0U, 1U}) board_.take(target, is(Verdict::kUnhealthy), now_);
  EXPECT_EQ(v6(), "NOERROR aa | www.ris.example 1 AAAA 2001:db8::14");
}

TEST_F(Follows, aliases_follow_the_name_they_lead_to) {
  board_.take(0, is(Verdict::kUnhealthy), now_);
  board_.take(0, is(Verdict::kHealthy), now_ + 1min);
  EXPECT_EQ(all("followed.ris.example"),
            "followed.ris.example 300 CNAME one.ris.example\none.ris.example 3 A 10.0.1.1\n");
}

TEST_F(Follows, older_snapshots_stay_as_they_were) {
  const auto before = board_.snapshot();
  board_.take(1, is(Verdict::kUnhealthy), now_);
  EXPECT_NE(before, board_.snapshot());
  EXPECT_EQ(testing::ask(*before, {.name = "www.ris.example"}).answers.size(), 2U);
  // The first view is that of the first name: `one`, which target 1 does not concern.
  EXPECT_EQ(&before->view(0), &board_.snapshot()->view(0)) << "other names are shared";
}

TEST_F(Follows, news_that_change_no_answer_make_no_snapshot) {
  board_.take(0, is(Verdict::kUnhealthy), now_);
  const auto before = board_.snapshot();
  EXPECT_TRUE(board_.take(0, is(Verdict::kUnhealthy), now_).empty());
  EXPECT_TRUE(board_.take(3, is(Verdict::kUnhealthy), now_).empty()) << "not answered anyway";
  EXPECT_EQ(before, board_.snapshot());
}

TEST_F(Follows, minimum_time_down_ends_by_a_tick) {
  board_.take(0, is(Verdict::kUnhealthy), now_);
  board_.take(0, {Verdict::kHealthy, now_ + 1s, 3s, kLongAgo}, now_ + 1s);
  EXPECT_EQ(answers("www.ris.example").size(), 1U);
  EXPECT_EQ(board_.next_deadline(), now_ + 10s);
  EXPECT_TRUE(board_.tick(now_ + 9s).empty());
  EXPECT_FALSE(board_.tick(now_ + 10s).empty());
  EXPECT_EQ(answers("www.ris.example").size(), 2U);
  EXPECT_EQ(board_.next_deadline(), kNever);
}

TEST_F(Follows, failback_waits_until_it_is_asked) {
  KnownHealth known;
  known.targets.assign(4, is(Verdict::kHealthy));
  known.targets[0] = known.targets[1] = is(Verdict::kUnhealthy);
  board_.take(known, now_);
  known.targets.assign(4, is(Verdict::kHealthy));
  board_.take(known, now_ + 1min);
  EXPECT_EQ(answers("www.ris.example")[0], "www.ris.example 3 A 10.0.1.3");
  known.failback = {1};
  board_.take(known, now_ + 1min);
  EXPECT_EQ(answers("www.ris.example")[0], "www.ris.example 3 A 10.0.1.1");
}

TEST_F(Follows, draws_spread_over_rotations_and_weights) {
  std::map<std::string, int> first;
  std::map<std::string, int> weighted;
  for (std::uint32_t i = 0; i < 1024; ++i) {
    const std::uint32_t draw = i << 22;
    ++first[answers("www.ris.example", draw)[0]];
    ASSERT_EQ(answers("weighted.ris.example", draw).size(), 1U);
    ++weighted[answers("weighted.ris.example", draw)[0]];
  }
  EXPECT_EQ(first["www.ris.example 1 A 10.0.1.1"], 512);
  EXPECT_EQ(weighted["weighted.ris.example 1 A 10.0.1.1"], 768);
  EXPECT_EQ(weighted["weighted.ris.example 1 A 10.0.1.2"], 256);
  EXPECT_EQ(weighted.size(), 2U) << "weight 0 is never drawn";
}

TEST(ShareSlots, shares_are_exact_and_nothing_goes_without) {
  using Shares = std::vector<std::size_t>;
  EXPECT_EQ(share_slots({1, 1}, 256), (Shares{128, 128}));
  EXPECT_EQ(share_slots({1, 1, 1}, 256), (Shares{86, 85, 85}));
  EXPECT_EQ(share_slots({1000, 1, 0}, 256), (Shares{255, 1, 0}));
  EXPECT_EQ(share_slots({1000, 1, 1, 1}, 4), (Shares{1, 1, 1, 1}));
  EXPECT_EQ(share_slots({0, 0}, 256), (Shares{0, 0}));
  EXPECT_EQ(share_slots({}, 256), Shares{});
}

}  // namespace
}  // namespace holdfast::codec::dns
