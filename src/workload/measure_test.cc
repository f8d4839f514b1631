#include "workload/measure.h"

#include <gtest/gtest.h>

namespace holdfast::workload {
namespace {

MonoTime at(std::int64_t ms) { return MonoTime(ms * 1ms); }

History history_with(const std::vector<std::int64_t>& acknowledged_ms) {
  History history;
  history.header.started = at(0);
  history.header.clusters = {{.name = "registry", .data_classes = {"demographics", "billing"}}};
  std::uint16_t data_class = 0;
  for (const std::int64_t ms : acknowledged_ms) {
    history.operations.push_back({.outcome = Outcome::kAcknowledged,
                                  .data_class = data_class,
                                  .invoke = at(ms - 2),
                                  .complete = at(ms)});
    data_class = static_cast<std::uint16_t>(1 - data_class);
  }
  history.whole = true;
  history.ended = at(1000);
  return history;
}

TEST(Measure, Outage_is_the_longest_gap_between_acknowledgements) {
  const auto summaries = summarise(history_with({50, 60, 70, 900, 910, 990}), std::nullopt);
  ASSERT_EQ(summaries.size(), 1U);
  const WriteSummary& writes = summaries[0].writes;
  EXPECT_EQ(writes.acknowledged, 6U);
  EXPECT_EQ(writes.first.length(), 50ms);
  EXPECT_EQ(writes.longest.length(), 830ms);
  EXPECT_EQ(writes.longest.from, at(70));
  EXPECT_EQ(writes.longest.to, at(900));
  EXPECT_FALSE(writes.longest.at_end);
  EXPECT_FALSE(writes.around.has_value());
}

TEST(Measure, Completion_counts_in_whatever_order_it_was_recorded) {
  History history = history_with({50, 60, 300, 900});
  std::swap(history.operations[1], history.operations[3]);
  EXPECT_EQ(summarise(history, std::nullopt)[0].writes.longest.length(), 600ms);
}

TEST(Measure, Outage_that_goes_on_at_the_end_is_seen) {
  const auto summaries = summarise(history_with({50, 60}), std::nullopt);
  EXPECT_EQ(summaries[0].writes.longest.length(), 940ms);
  EXPECT_TRUE(summaries[0].writes.longest.at_end);
}

TEST(Measure, Never_served_is_one_outage) {
  const auto summaries = summarise(history_with({}), std::nullopt);
  EXPECT_EQ(summaries[0].writes.longest.length(), 1000ms);
  EXPECT_TRUE(summaries[0].writes.longest.at_end);
  EXPECT_EQ(summaries[0].latencies.max, 0ms);
}

TEST(Measure, Cut_off_history_ends_with_its_last_operation) {
  History history = history_with({50, 60});
  history.whole = false;
  Operation refused;
  refused.outcome = Outcome::kRefused;
  refused.complete = at(400);
  history.operations.push_back(refused);
  const auto summaries = summarise(history, std::nullopt);
  EXPECT_EQ(summaries[0].writes.longest.length(), 340ms);
  EXPECT_EQ(summaries[0].writes.refused, 1U);
}

TEST(Measure, What_ends_after_the_end_lengthens_nothing) {
  History history = history_with({50, 990});
  Operation unknown;
  unknown.complete = at(1900);
  history.operations.push_back(unknown);
  EXPECT_EQ(summarise(history, std::nullopt)[0].writes.longest.length(), 940ms);
  history.operations.back().outcome = Outcome::kAcknowledged;
  EXPECT_EQ(summarise(history, std::nullopt)[0].writes.longest.length(), 940ms);
}

TEST(Measure, Gap_around_an_instant) {
  const History history = history_with({50, 60, 70, 300, 310, 900});
  EXPECT_EQ(summarise(history, at(100))[0].writes.around->length(), 230ms);
  EXPECT_EQ(summarise(history, at(70))[0].writes.around->from, at(70));
  EXPECT_EQ(summarise(history, at(20))[0].writes.around->from, at(0));
  EXPECT_TRUE(summarise(history, at(950))[0].writes.around->at_end);
  EXPECT_FALSE(summarise(history, at(2000))[0].writes.around.has_value());
}

TEST(Measure, Each_data_class_has_its_own_outage) {
  const auto summaries = summarise(history_with({10, 20, 30, 500, 510, 520, 990}), std::nullopt);
  const auto& classes = summaries[0].data_classes;
  ASSERT_EQ(classes.size(), 2U);
  EXPECT_EQ(classes[0].name, "demographics");
  EXPECT_EQ(classes[0].acknowledged, 4U);
  EXPECT_EQ(classes[0].longest.length(), 480ms);
  EXPECT_EQ(classes[1].acknowledged, 3U);
  EXPECT_EQ(classes[1].longest.length(), 480ms);
  EXPECT_EQ(classes[1].longest.from, at(20));
}

TEST(Measure, Latencies_are_those_of_acknowledged_writes) {
  History history = history_with({});
  for (int i = 1; i <= 1000; ++i) {
    history.operations.push_back({.outcome = i == 1000 ? Outcome::kUnknown : Outcome::kAcknowledged,
                                  .invoke = at(0),
                                  .complete = at(i)});
  }
  const Latencies latencies = summarise(history, std::nullopt)[0].latencies;
  EXPECT_EQ(latencies.p50, 500ms);
  EXPECT_EQ(latencies.p99, 990ms);
  EXPECT_EQ(latencies.p999, 999ms);
  EXPECT_EQ(latencies.max, 999ms);
}

TEST(Measure, Reads_are_no_writes) {
  History history = history_with({50, 900});
  Operation read;
  read.kind = OpKind::kRead;
  read.outcome = Outcome::kAcknowledged;
  read.complete = at(400);
  history.operations.push_back(read);
  read.outcome = Outcome::kUnknown;
  history.operations.push_back(read);
  const auto summaries = summarise(history, std::nullopt);
  EXPECT_EQ(summaries[0].reads_answered, 1U);
  EXPECT_EQ(summaries[0].reads_failed, 1U);
  EXPECT_EQ(summaries[0].writes.longest.length(), 850ms);
}

}  // namespace
}  // namespace holdfast::workload
