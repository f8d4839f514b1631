#include "core/record/recover.h"

#include <gtest/gtest.h>

namespace holdfast::core {
namespace {

RecordPtr record(std::uint64_t epoch, std::uint64_t revision, Phase phase = Phase::kSteady) {
  Record it;
  it.key = {StoreId{3}, Epoch{epoch}, Revision{revision}};
  it.phase = phase;
  it.primary = {0, 1};
  it.pairs.push_back({PairId{revision}, Epoch{epoch}, it.primary, {{1, 2}, {2, 3}}, 1});
  return std::make_shared<const Record>(it);
}

TEST(RecoverRecord, nothing_survives_is_refused) {
  EXPECT_EQ(recover_record({}, true, {}).error().code, Errc::kInvalidInput);
  const Survivor empty{1, nullptr, false};
  EXPECT_EQ(recover_record({&empty, 1}, true, {}).error().code, Errc::kInvalidInput);
}

TEST(RecoverRecord, living_primary_gives_its_pairs_without_confirmation) {
  const Survivor survivors[] = {{0, record(5, 20), true}, {1, record(5, 21), false}};
  const Result<Record> next = recover_record(survivors, false, WallTime{} + 5s);
  ASSERT_TRUE(next.has_value());
  EXPECT_EQ(next->key, (RecordKey{StoreId{4}, Epoch{6}, Revision{22}}));
  EXPECT_EQ(next->phase, Phase::kSealing);
  EXPECT_FALSE(next->depose);
  EXPECT_EQ(next->primary, (Incarnation{0, 1}));
  EXPECT_EQ(next->pairs.back().id, PairId{20});
  EXPECT_EQ(next->cause, Cause::kStoreRecovered);
  EXPECT_EQ(next->changed_at, WallTime{} + 5s);
}

TEST(RecoverRecord, key_is_above_every_survivor) {
  const Survivor survivors[] = {
      {0, record(5, 20), true}, {1, record(5, 29), false}, {2, record(4, 35), false}};
  const Result<Record> next = recover_record(survivors, false, {});
  ASSERT_TRUE(next.has_value());
  for (const Survivor& it : survivors) EXPECT_GT(next->key, it.record->key);
}

TEST(RecoverRecord, without_a_living_primary_a_person_confirms) {
  const Survivor survivors[] = {{1, record(5, 20), false}, {2, record(5, 19), false}};
  EXPECT_EQ(recover_record(survivors, false, {}).error().code, Errc::kDenied);
  const Result<Record> next = recover_record(survivors, true, {});
  ASSERT_TRUE(next.has_value());
  EXPECT_EQ(next->pairs.back().id, PairId{20});
}

TEST(RecoverRecord, primary_of_an_older_epoch_is_no_authority) {
  const Survivor survivors[] = {{0, record(4, 30), true}, {1, record(5, 20), false}};
  EXPECT_EQ(recover_record(survivors, false, {}).error().code, Errc::kDenied);
}

TEST(RecoverRecord, unfinished_handover_is_forgotten) {
  Record handing = *record(5, 20);
  handing.handover = Handover{{1, 2}};
  handing.depose = true;
  const Survivor survivor{0, std::make_shared<const Record>(handing), true};
  const Result<Record> next = recover_record({&survivor, 1}, false, {});
  ASSERT_TRUE(next.has_value());
  EXPECT_FALSE(next->handover.has_value());
  EXPECT_FALSE(next->depose);
}

}  // namespace
}  // namespace holdfast::core
