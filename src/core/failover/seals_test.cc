// Sealing is proven here by brute force: every small sync set, quorum, sealed set and position.
#include "core/failover/seals.h"

#include <gtest/gtest.h>

#include <array>

#include "core/testing/sites.h"

namespace holdfast::core {
namespace {

constexpr int kPrimary = 0;

Incarnation who(int member) { return {static_cast<std::uint8_t>(member), 7}; }
Position level(int n) { return {Timeline{1}, Lsn{static_cast<std::uint64_t>(10 * n + 1)}}; }
bool has(unsigned bits, int i) { return (bits >> i & 1U) != 0; }

Pair make_pair(unsigned s, int w, Epoch epoch = Epoch{1}, int primary = kPrimary) {
  Pair pair{PairId{1}, epoch, who(primary), {}, w};
  for (int i = 0; i < kMembersMax; ++i) {
    if (has(s, i)) pair.s.insert_sorted(who(i));
  }
  return pair;
}

Record record_with(const std::vector<Pair>& pairs) {
  Record record;
  record.key = {StoreId{1}, Epoch{2}, Revision{2}};
  record.phase = Phase::kSealing;
  record.primary = who(kPrimary);
  record.lineage.push_back({Timeline{1}, Lsn{0}, Epoch{1}});
  for (const Pair& pair : pairs) record.pairs.push_back(pair);
  return record;
}

/// The members of `bits`, each at its level; the primary holds everything.
SealedMembers sealed_of(unsigned bits, const std::array<int, 5>& levels) {
  SealedMembers sealed;
  for (int i = 0; i < 5; ++i) {
    if (has(bits, i)) sealed.push_back({who(i), level(levels[static_cast<std::size_t>(i)])});
  }
  return sealed;
}

/// Could a commit that ends at level `n` have been acknowledged under the pair?
bool acknowledged(const Pair& pair, const std::array<int, 5>& levels, int n) {
  int flushed = 0;
  for (const Incarnation& it : pair.s) flushed += levels[it.member] >= n ? 1 : 0;
  return flushed >= pair.w;
}

int unsealed_of(const Pair& pair, unsigned sealed) {
  int left = 0;
  for (const Incarnation& it : pair.s) left += has(sealed, it.member) ? 0 : 1;
  return left;
}

/// All positions of members 1..count on three levels; the primary, member 0, is on the highest.
template <class Visit>
void for_each_levels(int count, const Visit& visit) {
  std::array<int, 5> levels{2, 0, 0, 0, 0};
  int total = 1;
  for (int i = 0; i < count; ++i) total *= 3;
  for (int code = 0; code < total; ++code) {
    int rest = code;
    for (int i = 1; i <= count; ++i, rest /= 3) levels[static_cast<std::size_t>(i)] = rest % 3;
    visit(levels);
  }
}

void check_one_pair(const Pair& pair, unsigned sealed_bits, const std::array<int, 5>& levels) {
  const SealedMembers sealed = sealed_of(sealed_bits, levels);
  const Record record = record_with({pair});
  const bool satisfied = all_pairs_satisfied(record, sealed);
  const bool primary_sealed = has(sealed_bits, kPrimary);
  // Exactly as strict as it must be: nobody is left who could still make up a quorum.
  const bool none_left = unsealed_of(pair, sealed_bits) < pair.w;
  ASSERT_EQ(satisfied, sealed_bits != 0 && (none_left || primary_sealed));
  if (!satisfied) return;
  for (int n = 1; n <= 2; ++n) {
    if (!acknowledged(pair, levels, n)) continue;
    ASSERT_GE(most_advanced(sealed), level(n));
  }
}

TEST(Seals, satisfied_pair_leaves_no_quorum_and_holds_every_acknowledged_commit) {
  for (int size = 0; size <= 4; ++size) {
    const unsigned s = ((1U << size) - 1) << 1;  // members 1..size
    for (int w = 0; w <= size + 1; ++w) {
      const Pair pair = make_pair(s, w);
      for (unsigned sealed = 0; sealed < 32; ++sealed) {
        for_each_levels(
            size, [&](const std::array<int, 5>& levels) { check_one_pair(pair, sealed, levels); });
      }
    }
  }
}

/// Two pairs beside each other: a commit may have been acknowledged under either.
TEST(Seals, satisfied_joint_pairs_hold_what_either_acknowledged) {
  for (unsigned first = 0; first < 16; first += 2) {
    for (unsigned second = 0; second < 16; second += 2) {
      for (int w1 = 0; w1 <= 3; ++w1) {
        for (int w2 = 0; w2 <= 3; ++w2) {
          Pair newer = make_pair(second, w2);
          newer.id = PairId{2};
          const Pair older = make_pair(first, w1);
          const Record record = record_with({older, newer});
          for (unsigned bits = 0; bits < 16; ++bits) {
            for_each_levels(3, [&](const std::array<int, 5>& levels) {
              const SealedMembers sealed = sealed_of(bits, levels);
              if (!all_pairs_satisfied(record, sealed)) return;
              for (int n = 1; n <= 2; ++n) {
                if (!acknowledged(older, levels, n) && !acknowledged(newer, levels, n)) continue;
                ASSERT_GE(most_advanced(sealed), level(n));
              }
            });
          }
        }
      }
    }
  }
}

TEST(Seals, no_sealed_member_is_no_proof) {
  EXPECT_FALSE(all_pairs_satisfied(record_with({}), {}));
  EXPECT_FALSE(all_pairs_satisfied(record_with({make_pair(0b10, 2)}), {}));
}

TEST(Seals, pair_without_quorum_needs_its_primary) {
  const Record record = record_with({make_pair(0, 0)});
  EXPECT_FALSE(all_pairs_satisfied(record, sealed_of(0b11110, {2, 2, 2, 2, 2})));
  EXPECT_TRUE(all_pairs_satisfied(record, sealed_of(0b00001, {2, 0, 0, 0, 0})));
}

TEST(Seals, every_recorded_pair_is_asked_not_only_the_newest) {
  Pair newer = make_pair(0b0010, 1);
  newer.id = PairId{2};
  const Record record = record_with({make_pair(0b1100, 1), newer});
  EXPECT_FALSE(all_pairs_satisfied(record, sealed_of(0b0010, {2, 2, 2, 2, 2})));
  EXPECT_TRUE(all_pairs_satisfied(record, sealed_of(0b1110, {2, 2, 2, 2, 2})));
}

TEST(Seals, another_life_of_a_member_does_not_count) {
  const Record record = record_with({make_pair(0b0110, 2)});
  SealedMembers sealed;
  sealed.push_back({{1, 99}, level(2)});
  EXPECT_FALSE(all_pairs_satisfied(record, sealed));
}

TEST(Seals, leader_of_a_later_epoch_holds_what_was_acknowledged_before) {
  const Record record = record_with({make_pair(0b1110, 2), make_pair(0b1100, 1, Epoch{2}, 1)});
  EXPECT_TRUE(all_pairs_satisfied(record, sealed_of(0b0010, {2, 1, 1, 1, 0})));
  EXPECT_FALSE(all_pairs_satisfied(record, sealed_of(0b0100, {2, 1, 1, 1, 0})));
}

TEST(Seals, follower_of_a_later_epoch_holds_what_was_acknowledged_before) {
  Record record = record_with({make_pair(0b1110, 2), make_pair(0b1100, 2, Epoch{2}, 1)});
  record.lineage.push_back({Timeline{2}, Lsn{15}, Epoch{2}});
  SealedMembers sealed;
  sealed.push_back({who(2), {Timeline{2}, Lsn{20}}});
  EXPECT_TRUE(pair_satisfied(record, record.pairs[0], sealed));
  EXPECT_TRUE(pair_satisfied(record, record.pairs[1], sealed));
  sealed[0].position.timeline = Timeline{1};
  EXPECT_FALSE(pair_satisfied(record, record.pairs[0], sealed));
}

TEST(MostAdvanced, timeline_is_compared_before_the_lsn) {
  SealedMembers sealed;
  sealed.push_back({who(1), {Timeline{1}, Lsn{900}}});
  sealed.push_back({who(2), {Timeline{2}, Lsn{100}}});
  EXPECT_EQ(most_advanced(sealed), (Position{Timeline{2}, Lsn{100}}));
  EXPECT_EQ(most_advanced({}), Position{});
}

class ChooseTarget : public ::testing::Test {
 protected:
  ClusterPolicy policy_ = testing::registry_policy();
  Record record_ = record_with({make_pair(0b1110, 2)});
  SealedMembers sealed_;

  Incarnation chosen(Incarnation wanted = {}) const {
    return choose_target(policy_, record_, sealed_, wanted);
  }
};

TEST_F(ChooseTarget, most_advanced_wins_over_region_and_wish) {
  sealed_ = sealed_of(0b0110, {2, 1, 2, 0, 0});
  EXPECT_EQ(chosen(), who(2));
  EXPECT_EQ(chosen(who(1)), who(2));
}

TEST_F(ChooseTarget, wanted_wins_among_equals) {
  sealed_ = sealed_of(0b1110, {2, 1, 1, 1, 0});
  EXPECT_EQ(chosen(who(3)), who(3));
}

TEST_F(ChooseTarget, old_region_wins_among_equals) {
  sealed_ = sealed_of(0b1010, {2, 1, 1, 1, 0});
  record_.primary = who(2);
  EXPECT_EQ(chosen(), who(3));
}

TEST_F(ChooseTarget, order_of_the_policy_decides_the_rest) {
  sealed_ = sealed_of(0b1100, {2, 1, 1, 1, 0});
  EXPECT_EQ(chosen(), who(2));
}

TEST_F(ChooseTarget, deposed_primary_is_last_among_equals) {
  sealed_ = sealed_of(0b0101, {1, 1, 1, 1, 0});
  record_.depose = true;
  EXPECT_EQ(chosen(), who(2));
  record_.depose = false;
  EXPECT_EQ(chosen(), who(0));
}

TEST_F(ChooseTarget, member_that_may_not_lead_is_passed_over) {
  policy_.members[1].may_lead = false;
  sealed_ = sealed_of(0b0110, {2, 1, 1, 0, 0});
  EXPECT_EQ(chosen(), who(2));
  sealed_ = sealed_of(0b0010, {2, 1, 1, 0, 0});
  EXPECT_FALSE(chosen().is_set());
}

}  // namespace
}  // namespace holdfast::core
