#include "sim/summary.h"

#include <gtest/gtest.h>

#include "codec/json_reader.h"
#include "model/sites_for_test.h"

namespace holdfast::sim {
namespace {

SeedResult result_of(std::uint64_t seed) {
  SeedResult result;
  result.seed = seed;
  result.events = 1000;
  result.simulated = 60s;
  result.healing = 3s;
  result.outages = {{FaultKind::kHostPower, 0, 0, 812ms}, {FaultKind::kHostPower, 1, 2, 1300ms}};
  result.plan.faults.push_back({FaultKind::kHostPower, SimTime{5s}, 1s, 0, 0, 0, 0, true});
  result.probes[0] = 2;
  result.rules = {"C210", "C430"};
  return result;
}

TEST(Summary, Reads_back_what_it_wrote) {
  const model::Site site = model::two_regions();
  Summary summary;
  summary.wall_ms = 17;
  for (const std::uint64_t seed : {1U, 2U, 3U, 9U}) summary.add(site, result_of(seed));
  SeedResult failed = result_of(10);
  failed.violations.push_back({SimTime{7s}, "single-history", "a \"quoted\"\nline\x01"});
  summary.add(site, failed);
  const Result<Summary> back = summary_from_json(to_json(summary));
  ASSERT_TRUE(back.has_value());
  EXPECT_EQ(*back, summary);
  EXPECT_EQ(back->seeds.count(), 5U);
  EXPECT_EQ(back->failing_seeds, 1U);
}

TEST(Summary, Merging_adds_up) {
  const model::Site site = model::two_regions();
  Summary all;
  Summary low;
  Summary high;
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    all.add(site, result_of(seed));
    (seed < 5 ? low : high).add(site, result_of(seed));
  }
  high.merge(low);
  EXPECT_EQ(high, all);
  EXPECT_EQ(high.seeds.ranges().size(), 1U);
}

TEST(Summary, Nonsense_is_refused) {
  EXPECT_FALSE(summary_from_json("").has_value());
  EXPECT_FALSE(summary_from_json("{\"type\":\"summary\"").has_value());
  EXPECT_FALSE(summary_from_json("{\"type\":\"other\"}").has_value());
  EXPECT_FALSE(codec::parse_json(std::string(1000, '[')).has_value());
}

TEST(Histogram, Percentiles_are_close_from_above) {
  Histogram histogram;
  for (int i = 1; i <= 1000; ++i) histogram.add(Duration(i * 1000));
  EXPECT_GE(histogram.percentile(50), 500ms);
  EXPECT_LE(histogram.percentile(50), 546ms);
  EXPECT_EQ(histogram.percentile(100), 1000ms);
  EXPECT_EQ(Histogram{}.percentile(99), 0ms);
}

TEST(SeedRanges, Neighbours_grow_together) {
  SeedRanges ranges;
  for (const std::uint64_t seed : {5U, 7U, 6U, 1U, 2U, 6U}) ranges.add(seed);
  const std::vector<SeedRange> expected = {{1, 2}, {5, 7}};
  EXPECT_EQ(ranges.ranges(), expected);
  EXPECT_EQ(ranges.count(), 5U);
  EXPECT_TRUE(ranges.contains(6));
  EXPECT_FALSE(ranges.contains(3));
}

}  // namespace
}  // namespace holdfast::sim
