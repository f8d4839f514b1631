// Changes of a sync set by brute force: whatever mixture of old and new releases a commit, some
// recorded pair holds it; and every wanted set is reached.
#include "core/durability/mixing.h"

#include <gtest/gtest.h>

#include "core/testing/sites.h"

namespace holdfast::core {
namespace {

constexpr Incarnation kLeader{0, 7};

Incarnation who(int member) { return {static_cast<std::uint8_t>(member), 7}; }

MemberSet members(unsigned bits) {
  MemberSet set;
  for (int i = 0; i < kMembersMax; ++i) {
    if ((bits >> i & 1U) != 0) set.insert_sorted(who(i));
  }
  return set;
}

Record record_with(const std::vector<Pair>& pairs) {
  Record record;
  for (const Pair& pair : pairs) record.pairs.push_back(pair);
  return record;
}

Pair pair_of(unsigned s, int w) { return {PairId{1}, Epoch{1}, kLeader, members(s), w}; }

int count_of(unsigned bits) { return std::popcount(bits); }

/// Every acknowledgement that any sender could release satisfies the old or the new pair.
bool every_release_is_held(unsigned s1, int w1, unsigned s2, int w2) {
  for (unsigned flushed = 0; flushed < 16; ++flushed) {
    const int counted = count_of(flushed & (s1 | s2));
    const bool released = counted >= w1 || counted >= w2;
    const bool held = count_of(flushed & s1) >= w1 || count_of(flushed & s2) >= w2;
    if (released && !held) return false;
  }
  return true;
}

TEST(MixesSafely, is_exact_for_every_two_small_sets) {
  for (unsigned s1 = 0; s1 < 16; s1 += 2) {
    for (unsigned s2 = 0; s2 < 16; s2 += 2) {
      for (int w1 = 0; w1 <= 4; ++w1) {
        for (int w2 = 0; w2 <= 4; ++w2) {
          const Record record = record_with({pair_of(s1, w1)});
          ASSERT_EQ(mixes_safely(record, kLeader, members(s2), w2),
                    every_release_is_held(s1, w1, s2, w2))
              << s1 << '/' << w1 << " -> " << s2 << '/' << w2;
        }
      }
    }
  }
}

TEST(MixesSafely, set_and_number_together_are_not) {
  const Record record = record_with({pair_of(0b1100, 1)});
  EXPECT_FALSE(mixes_safely(record, kLeader, members(0b1110), 2));
  EXPECT_TRUE(mixes_safely(record, kLeader, members(0b1100), 2));
}

TEST(MixesSafely, pairs_of_another_primary_do_not_matter) {
  Pair other = pair_of(0b1100, 1);
  other.primary = who(1);
  EXPECT_TRUE(mixes_safely(record_with({other}), kLeader, members(0b1110), 2));
}

TEST(ProtectionOf, follows_from_who_may_be_missing) {
  const ClusterPolicy policy = testing::registry_policy();
  using model::Durability;
  EXPECT_EQ(protection_of(policy, kLeader, members(0b1110), 2), Durability::kRegion);
  EXPECT_EQ(protection_of(policy, kLeader, members(0b1110), 1), Durability::kZone);
  EXPECT_EQ(protection_of(policy, kLeader, members(0b0010), 1), Durability::kZone);
  EXPECT_EQ(protection_of(policy, kLeader, members(0b1110), 0), Durability::kNone);
}

struct Walk {
  int steps = -1;       ///< -1: it never gets there
  bool weaker = false;  ///< on the way it was weaker than both ends
};

/// Walks from one shape to another, retiring the older pair after each step.
Walk walk(const ClusterPolicy& policy, const Shape& from, const Shape& to) {
  Walk walk;
  Pair newest{PairId{1}, Epoch{1}, kLeader, from.s, from.w};
  const auto least = std::min(protection_of(policy, kLeader, from.s, from.w),
                              protection_of(policy, kLeader, to.s, to.w));
  for (int steps = 0; steps < 20; ++steps) {
    if (newest.s == to.s && newest.w == to.w) {
      walk.steps = steps;
      return walk;
    }
    const Record record = record_with({newest});
    const auto next = next_step(policy, record, kLeader, newest, to);
    if (!next) return walk;
    EXPECT_TRUE(mixes_safely(record, kLeader, next->s, next->w));
    walk.weaker = walk.weaker || protection_of(policy, kLeader, next->s, next->w) < least;
    newest.s = next->s;
    newest.w = next->w;
  }
  return walk;
}

Shape shape_of(const ClusterPolicy& policy, unsigned usable) {
  return sync_shape(policy, kLeader, members(usable));
}

TEST(NextStep, every_shape_reaches_every_smaller_one) {
  for (const ClusterPolicy& policy : {testing::registry_policy(), testing::orders_policy()}) {
    for (unsigned from = 0; from < 16; from += 2) {
      for (unsigned to = 0; to < 16; to += 2) {
        if ((from & ~to) == 0) continue;  // nobody leaves
        const Walk it = walk(policy, shape_of(policy, from), shape_of(policy, to));
        EXPECT_GE(it.steps, 0) << from << " -> " << to;
        EXPECT_LE(it.steps, 4) << from << " -> " << to;
      }
    }
  }
}

TEST(MixesSafely, sets_from_before_the_timeline_began_are_in_force_nowhere) {
  Pair former = pair_of(0b0010, 1);
  Record record = record_with({former, pair_of(0b0100, 2)});
  record.pairs[1].epoch = Epoch{2};
  record.lineage.push_back({Timeline{1}, Lsn{1}, Epoch{1}});
  EXPECT_FALSE(mixes_safely(record, kLeader, members(0b1110), 2));
  record.lineage.push_back({Timeline{2}, Lsn{9}, Epoch{2}});  // promoted since
  EXPECT_TRUE(mixes_safely(record, kLeader, members(0b1110), 2));
}

TEST(NextStep, growing_is_never_weaker_than_both_ends_and_rather_waits) {
  const ClusterPolicy policy = testing::registry_policy();
  for (unsigned from = 0; from < 16; from += 2) {
    for (unsigned to = from; to < 16; to += 2) {
      if ((from & ~to) != 0) continue;
      const Walk it = walk(policy, shape_of(policy, from), shape_of(policy, to));
      EXPECT_FALSE(it.weaker) << from << " -> " << to;
      // One member of another region is joined by one of the leader's only together with a third.
      const bool waits = (from == 0b0100 || from == 0b1000) && to == (from | 0b0010);
      EXPECT_EQ(it.steps == -1, waits) << from << " -> " << to;
    }
  }
}

TEST(NextStep, last_two_of_different_regions_may_lose_the_near_one) {
  ClusterPolicy policy = testing::registry_policy();
  const Shape both = shape_of(policy, 0b0110);  // two of {east-b, west-a}
  const Shape west = shape_of(policy, 0b0100);  // one of {west-a}
  EXPECT_EQ(walk(policy, both, west).steps, 2);
  policy.block = true;  // it waits rather than be weaker, be it for a step
  EXPECT_EQ(walk(policy, both, west).steps, -1);
}

TEST(NextStep, lost_region_lowers_the_number_before_its_members_go) {
  const ClusterPolicy policy = testing::registry_policy();
  const Pair newest = pair_of(0b1110, 2);
  const auto step =
      next_step(policy, record_with({newest}), kLeader, newest, {members(0b0010), 1, {}});
  ASSERT_TRUE(step.has_value());
  EXPECT_EQ(step->w, 1);
  EXPECT_EQ(step->s, members(0b1110));
}

}  // namespace
}  // namespace holdfast::core
