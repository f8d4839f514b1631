#include "core/durability/shape.h"

#include <gtest/gtest.h>

#include "core/testing/sites.h"
#include "model/admissible.h"

namespace holdfast::core {
namespace {

using model::Durability;

Incarnation who(int member) { return {static_cast<std::uint8_t>(member), 7}; }

/// The members whose bits are set.
MemberSet members(unsigned bits) {
  MemberSet set;
  for (int i = 0; i < kMembersMax; ++i) {
    if ((bits >> i & 1U) != 0) set.insert_sorted(who(i));
  }
  return set;
}

void expect_shape(const ClusterPolicy& policy,
                  int leader,
                  unsigned usable,
                  unsigned s,
                  int w,
                  Durability protects) {
  const Shape shape = sync_shape(policy, who(leader), members(usable));
  EXPECT_EQ(shape.s, members(s)) << "leader " << leader << " usable " << usable;
  EXPECT_EQ(shape.w, w) << "leader " << leader << " usable " << usable;
  EXPECT_EQ(shape.protects, protects) << "leader " << leader << " usable " << usable;
}

TEST(Shape, registry_led_from_the_east_for_every_alive_subset) {
  const ClusterPolicy policy = testing::registry_policy();
  for (const unsigned self : {0b0000U, 0b0001U}) {  // the leader itself never counts
    expect_shape(policy, 0, 0b0000U | self, 0b0000, 0, Durability::kNone);
    expect_shape(policy, 0, 0b0010U | self, 0b0010, 1, Durability::kZone);
    expect_shape(policy, 0, 0b0100U | self, 0b0100, 1, Durability::kRegion);
    expect_shape(policy, 0, 0b1000U | self, 0b1000, 1, Durability::kRegion);
    expect_shape(policy, 0, 0b0110U | self, 0b0110, 2, Durability::kRegion);
    expect_shape(policy, 0, 0b1010U | self, 0b1010, 2, Durability::kRegion);
    expect_shape(policy, 0, 0b1100U | self, 0b1100, 1, Durability::kRegion);
    expect_shape(policy, 0, 0b1110U | self, 0b1110, 2, Durability::kRegion);
  }
}

TEST(Shape, what_may_not_lead_is_counted_as_lost_with_the_leader) {
  ClusterPolicy policy = testing::registry_policy();
  policy.members[3].may_lead = false;
  expect_shape(policy, 0, 0b1110, 0b1110, 3, Durability::kRegion);
  expect_shape(policy, 0, 0b1100, 0b1100, 2, Durability::kRegion);
  expect_shape(policy, 0, 0b0100, 0b0100, 1, Durability::kRegion);
  expect_shape(policy, 0, 0b1000, 0b1000, 1, Durability::kNone);
}

TEST(Shape, registry_led_from_the_west_for_every_alive_subset) {
  const ClusterPolicy policy = testing::registry_policy();
  expect_shape(policy, 2, 0b0000, 0b0000, 0, Durability::kNone);
  expect_shape(policy, 2, 0b0001, 0b0001, 1, Durability::kRegion);
  expect_shape(policy, 2, 0b0010, 0b0010, 1, Durability::kRegion);
  expect_shape(policy, 2, 0b1000, 0b1000, 1, Durability::kZone);
  expect_shape(policy, 2, 0b0011, 0b0011, 1, Durability::kRegion);
  expect_shape(policy, 2, 0b1001, 0b1001, 2, Durability::kRegion);
  expect_shape(policy, 2, 0b1010, 0b1010, 2, Durability::kRegion);
  expect_shape(policy, 2, 0b1011, 0b1011, 2, Durability::kRegion);
}

TEST(Shape, orders_waits_for_its_own_region_only_for_every_alive_subset) {
  const ClusterPolicy policy = testing::orders_policy();
  for (const unsigned west : {0b0000U, 0b1000U}) {  // the asynchronous member is never waited for
    expect_shape(policy, 0, 0b0000U | west, 0b0000, 0, Durability::kNone);
    expect_shape(policy, 0, 0b0010U | west, 0b0010, 1, Durability::kZone);
    expect_shape(policy, 0, 0b0100U | west, 0b0100, 1, Durability::kZone);
    expect_shape(policy, 0, 0b0110U | west, 0b0110, 1, Durability::kZone);
  }
}

TEST(Shape, orders_led_from_the_west_waits_for_nobody) {
  for (unsigned usable = 0; usable < 16; ++usable) {
    expect_shape(testing::orders_policy(), 3, usable, 0, 0, Durability::kNone);
  }
}

TEST(Shape, durability_none_waits_for_nobody) {
  ClusterPolicy policy = testing::registry_policy();
  policy.durability = Durability::kNone;
  expect_shape(policy, 0, 0b1110, 0, 0, Durability::kNone);
}

TEST(Shape, two_members_of_one_zone_need_a_third_elsewhere_to_survive_it) {
  ClusterPolicy policy = testing::orders_policy();
  policy.members[1].zone = policy.members[0].zone;
  expect_shape(policy, 0, 0b0010, 0b0010, 1, Durability::kNone);
  expect_shape(policy, 0, 0b0110, 0b0110, 2, Durability::kZone);
}

TEST(Shape, agrees_with_the_model_for_every_leader_and_alive_subset) {
  const model::Site site = testing::ris_site();
  for (const model::Cluster& cluster : site.clusters) {
    const ClusterPolicy policy = make_policy(site, cluster);
    for (unsigned bits = 0; bits < 16; ++bits) {
      std::vector<bool> alive;
      for (int i = 0; i < 4; ++i) alive.push_back((bits >> i & 1U) != 0);
      for (int leader = 0; leader < 4; ++leader) {
        const model::SyncShape expected =
            model::sync_shape(site, cluster, static_cast<model::Index>(leader), alive);
        unsigned s = 0;
        for (const model::Index it : expected.set) s |= 1U << it;
        expect_shape(policy, leader, bits, s, expected.w, expected.protects);
      }
    }
  }
}

TEST(Shape, blocked_pair_asks_for_more_than_there_are) {
  EXPECT_EQ(blocked_w(members(0b0110)), 3);
  EXPECT_EQ(blocked_w({}), 1);
}

}  // namespace
}  // namespace holdfast::core
