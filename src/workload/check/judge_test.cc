#include "workload/check/judge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "workload/check/story_for_test.h"

namespace holdfast::workload {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

ClusterVerdict verdict_of(const std::string& text, const JudgeOptions& options = {}) {
  const Story story = tell(text);
  return judge(story.history, story.state, options);
}

constexpr const char* kOneTakeover =
    "lossy w1@0-9 w2@10-19 w3@20-29 w4@30-39 w5@900-950 | 1 5 | a=5";

TEST(Judge, Allowed_loss_is_counted_as_rows_and_time) {
  const ClusterVerdict verdict = verdict_of(kOneTakeover);
  EXPECT_TRUE(verdict.fine());
  ASSERT_EQ(verdict.losses.size(), 1U);
  EXPECT_EQ(verdict.lost_rows(), 3U);
  EXPECT_EQ(verdict.lost_time(), 20ms);
  EXPECT_THAT(verdict.lost_by_class, ElementsAre(3U));
}

TEST(Judge, Strict_forgives_no_loss) {
  const ClusterVerdict verdict = verdict_of(kOneTakeover, {.strict = true});
  EXPECT_EQ(findings_of(verdict), "lost");
  EXPECT_EQ(verdict.count(FindingKind::kLost), 3U);
}

TEST(Judge, Two_takeovers_are_two_losses) {
  const char* story = "lossy w1@0-9 w2@10-19 w3@30-39 w4@50-59 w5@60-69 | 1 3 | a=3";
  const ClusterVerdict verdict = verdict_of(story);
  ASSERT_EQ(verdict.losses.size(), 2U);
  EXPECT_EQ(verdict.losses[0].rows, 1U);
  EXPECT_EQ(verdict.losses[1].rows, 2U);
  EXPECT_EQ(verdict.lost_time(), 10ms);
  EXPECT_EQ(findings_of(verdict_of(story, {.takeovers = 2})), "");
  EXPECT_EQ(findings_of(verdict_of(story, {.takeovers = 1})), "hole");
}

TEST(Judge, Survivor_that_is_concurrent_with_the_lost_is_no_hole) {
  // 3 was sent while 2 was acknowledged: it may have been logged before it.
  const ClusterVerdict verdict =
      verdict_of("lossy w1@0-9 w2@10-19 b:w3@15-25 w4@30-39 | 1 3 | a=1 b=3", {.takeovers = 1});
  EXPECT_EQ(findings_of(verdict), "");
  EXPECT_EQ(verdict.losses.size(), 1U);
}

TEST(Judge, Stale_reads_are_forgiven_up_to_the_bound) {
  const char* story = "w1@0-9 w2@10-19 r1@120-125 | 1 2 | a=2";
  EXPECT_EQ(findings_of(verdict_of(story, {.stale_reads = 100ms})), "order");
  const ClusterVerdict verdict = verdict_of(story, {.stale_reads = 101ms});
  EXPECT_EQ(findings_of(verdict), "");
  EXPECT_EQ(verdict.stalest_read, 101ms);
  EXPECT_THAT(verdict_of(story).findings.at(0).text,
              HasSubstr("in order if reads could be 101 ms old"));
}

TEST(Judge, Age_does_not_forgive_a_read_before_its_write) {
  EXPECT_EQ(findings_of(verdict_of("r1@0-5 w1@10-19 | 1 | a=1", {.stale_reads = 10s})), "order");
}

TEST(Judge, Age_does_not_forgive_a_final_state_that_is_old) {
  const char* story = "w1@0-9 w2@10-19 | 1 2 | a=1";
  EXPECT_EQ(findings_of(verdict_of(story, {.stale_reads = 10s})), "order");
}

TEST(Judge, Counts_every_outcome) {
  const ClusterVerdict verdict =
      verdict_of("w1@0-9 w2?@1-9 w3?@2-9 w4!@3-9 r1@10-11 r-?@12-13 b:r-@1-2 | 1 2 | a=1");
  EXPECT_EQ(verdict.acknowledged, 1U);
  EXPECT_EQ(verdict.unknown, 2U);
  EXPECT_EQ(verdict.unknown_applied, 1U);
  EXPECT_EQ(verdict.refused, 1U);
  EXPECT_EQ(verdict.reads, 3U);
  EXPECT_EQ(verdict.keys, 2U);
}

TEST(Judge, Tells_a_few_findings_and_counts_all) {
  std::string story;
  for (int i = 1; i <= 20; ++i) story += "w" + std::to_string(i) + "@0-9 ";
  const ClusterVerdict verdict = verdict_of(story + "| |", {.examples = 3});
  EXPECT_EQ(verdict.count(FindingKind::kLost), 20U);
  EXPECT_EQ(verdict.findings.size(), 3U);
  EXPECT_THAT(verdict.findings[0].text, HasSubstr("acknowledged at 9000 us, is not there"));
}

History recorded(Run run, std::int64_t id) {
  History history;
  history.header = {.site = "RIS", .run = run, .boot = "b", .proxies = {}, .clusters = {}};
  history.header.clusters = {{.name = "registry", .data_classes = {"billing"}}};
  history.operations = {{.id = first_id(run) + id}};
  history.whole = true;
  return history;
}

TEST(JoinHistories, Pieces_of_one_cluster_are_joined) {
  History second = recorded(8, 1);
  second.whole = false;
  const auto joined = join_histories({recorded(7, 1), second});
  ASSERT_TRUE(joined.has_value());
  ASSERT_EQ(joined->size(), 1U);
  EXPECT_EQ((*joined)[0].operations.size(), 2U);
  EXPECT_THAT((*joined)[0].runs, ElementsAre(7U, 8U));
  EXPECT_THAT((*joined)[0].cut_off, ElementsAre(8U));
}

TEST(JoinHistories, What_cannot_be_compared_is_refused) {
  const History one = recorded(7, 1);
  EXPECT_EQ(join_histories({one, one}).error().code, Errc::kInvalidInput);
  History other = recorded(8, 1);
  other.header.boot = "c";
  EXPECT_THAT(join_histories({one, other}).error().message, HasSubstr("machines or boots"));
  other = recorded(8, 1);
  other.header.site = "PACS";
  EXPECT_THAT(join_histories({one, other}).error().message, HasSubstr("different sites"));
  other = recorded(8, 1);
  other.header.clusters[0].lossy_takeover = true;
  EXPECT_THAT(join_histories({one, other}).error().message, HasSubstr("site file changed"));
}

}  // namespace
}  // namespace holdfast::workload
