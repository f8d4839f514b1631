#include "core/record/types.h"

#include <gtest/gtest.h>

namespace holdfast::core {
namespace {

Position at(std::uint64_t timeline, std::uint64_t lsn) { return {Timeline{timeline}, Lsn{lsn}}; }

/// Timeline 1 until 100, 3 until 200, then 4. Timeline 2 was reserved and never became part of it.
Record forked() {
  Record record;
  record.lineage.push_back({Timeline{1}, Lsn{0}, Epoch{1}});
  record.lineage.push_back({Timeline{3}, Lsn{100}, Epoch{3}});
  record.lineage.push_back({Timeline{4}, Lsn{200}, Epoch{4}});
  return record;
}

TEST(Relation, up_to_a_fork_is_a_prefix) {
  EXPECT_EQ(relation(forked(), at(1, 99)), Relation::kPrefix);
  EXPECT_EQ(relation(forked(), at(1, 100)), Relation::kPrefix);
  EXPECT_EQ(relation(forked(), at(3, 200)), Relation::kPrefix);
}

TEST(Relation, beyond_a_fork_has_diverged) {
  EXPECT_EQ(relation(forked(), at(1, 101)), Relation::kDiverged);
  EXPECT_EQ(relation(forked(), at(3, 201)), Relation::kDiverged);
}

TEST(Relation, current_timeline_is_a_prefix_at_any_length) {
  EXPECT_EQ(relation(forked(), at(4, 200)), Relation::kPrefix);
  EXPECT_EQ(relation(forked(), at(4, 1 << 30)), Relation::kPrefix);
}

TEST(Relation, timeline_that_was_never_accepted_has_diverged) {
  EXPECT_EQ(relation(forked(), at(2, 50)), Relation::kDiverged);
  EXPECT_EQ(relation(forked(), at(9, 50)), Relation::kDiverged);
  EXPECT_EQ(relation(Record{}, at(1, 1)), Relation::kDiverged);
}

TEST(RecordKey, store_outranks_epoch_and_epoch_outranks_revision) {
  const RecordKey base{StoreId{1}, Epoch{5}, Revision{9}};
  EXPECT_GT((RecordKey{StoreId{2}, Epoch{1}, Revision{1}}), base);
  EXPECT_GT((RecordKey{StoreId{1}, Epoch{6}, Revision{1}}), base);
  EXPECT_GT((RecordKey{StoreId{1}, Epoch{5}, Revision{10}}), base);
}

TEST(Record, leader_is_nobody_while_sealing_and_the_target_while_promoting) {
  Record record;
  record.primary = {0, 1};
  record.target = {1, 2};
  EXPECT_EQ(record.leader(), record.primary);
  record.phase = Phase::kSealing;
  EXPECT_FALSE(record.leader().is_set());
  record.phase = Phase::kPromoting;
  EXPECT_EQ(record.leader(), record.target);
}

TEST(NewestPair, older_epochs_do_not_count) {
  Record record;
  record.key.epoch = Epoch{2};
  EXPECT_EQ(newest_pair(record), nullptr);
  record.pairs.push_back({PairId{5}, Epoch{1}, {}, {}, 0});
  EXPECT_EQ(newest_pair(record), nullptr);
  record.pairs.push_back({PairId{7}, Epoch{2}, {}, {}, 0});
  record.pairs.push_back({PairId{6}, Epoch{2}, {}, {}, 0});
  EXPECT_EQ(newest_pair(record)->id, PairId{7});
}

TEST(AddPair, gives_a_fresh_id_and_says_the_same_only_once) {
  Record record;
  const Incarnation leader{0, 1};
  const MemberSet s{{1, 2}, {2, 3}};
  add_pair(record, Epoch{1}, leader, s, 2);
  add_pair(record, Epoch{1}, leader, s, 1);
  add_pair(record, Epoch{2}, leader, s, 2);
  ASSERT_EQ(record.pairs.size(), 2U);
  EXPECT_EQ(record.pairs[0].w, 1);
  EXPECT_EQ(record.pairs[1].id, PairId{3});
  EXPECT_EQ(record.pairs[1].epoch, Epoch{2});
  add_pair(record, Epoch{3}, {1, 2}, s, 2);  // of another leader: it says something else
  EXPECT_EQ(record.pairs.size(), 3U);
}

TEST(Pair, seals_needed_leave_fewer_than_a_quorum) {
  Pair pair;
  for (std::uint8_t i = 1; i <= 3; ++i) pair.s.push_back({i, 1});
  pair.w = 2;
  EXPECT_EQ(pair.seals_needed(), 2);
  pair.w = 0;
  EXPECT_EQ(pair.seals_needed(), 4);  // more than there are
  pair.w = 4;
  EXPECT_EQ(pair.seals_needed(), 0);  // nothing was ever acknowledged under it
}

}  // namespace
}  // namespace holdfast::core
