#include <gtest/gtest.h>

#include "core/testing/cluster.h"

namespace holdfast::core::controller {
namespace {

using testing::Cluster;

/// Asked for the loss of the leader, with `successor` to take over.
Permission asked(Cluster& c, int successor = 1, Cause cause = Cause::kSilent) {
  return permission(c.view(), cause, c.who(successor));
}

void remember(Cluster& c, std::initializer_list<Duration> ages) {
  Record record = c.record();
  for (const Duration age : ages) record.failovers.push_back(c.wall - age);
  c.set_record(record);
}

TEST(Permission, first_failover_within_the_region_is_allowed) {
  Cluster c(testing::registry_policy());
  EXPECT_EQ(asked(c), Permission::kYes);
}

TEST(Permission, halted_cluster_waits_for_an_operator) {
  Cluster c(testing::registry_policy());
  Record record = c.record();
  record.halted = true;
  c.set_record(record);
  EXPECT_EQ(asked(c), Permission::kHalted);
}

TEST(Permission, site_cap_holds_it) {
  Cluster c(testing::registry_policy());
  c.hint.hold = true;
  EXPECT_EQ(asked(c), Permission::kSite);
}

TEST(Permission, second_failover_inside_the_window_waits) {
  Cluster c(testing::registry_policy());
  remember(c, {59s});
  EXPECT_EQ(asked(c), Permission::kWindow);
}

TEST(Permission, second_failover_after_the_window_is_allowed) {
  Cluster c(testing::registry_policy());
  remember(c, {60s});
  EXPECT_EQ(asked(c), Permission::kYes);
}

TEST(Permission, window_doubles_with_every_failover_up_to_eightfold) {
  Cluster two(testing::registry_policy());
  remember(two, {300s, 119s});
  EXPECT_EQ(asked(two), Permission::kWindow);
  Cluster four(testing::registry_policy());
  remember(four, {2000s, 1500s, 1000s, 479s});
  EXPECT_EQ(asked(four), Permission::kWindow);
  Cluster rested(testing::registry_policy());
  remember(rested, {2000s, 1500s, 1000s, 480s});
  EXPECT_EQ(asked(rested), Permission::kYes);
}

TEST(Permission, failover_far_in_the_future_is_a_jumped_clock) {
  Cluster c(testing::registry_policy());
  remember(c, {-60s});
  EXPECT_EQ(asked(c), Permission::kYes);
  Cluster near(testing::registry_policy());
  remember(near, {-59s});
  EXPECT_EQ(asked(near), Permission::kWindow);
}

TEST(Permission, lost_zone_or_region_of_the_leader_breaks_the_window) {
  Cluster c(testing::registry_policy());
  remember(c, {10s});
  c.hint.lost_zones = 0b1;
  EXPECT_EQ(asked(c), Permission::kYes);
  c.hint.lost_zones = 0b10;  // another zone explains nothing
  EXPECT_EQ(asked(c), Permission::kWindow);
  c.hint.lost_regions = 0b1;
  EXPECT_EQ(asked(c), Permission::kYes);
}

TEST(Permission, third_death_of_one_cause_is_told_apart) {
  Cluster c(testing::registry_policy());
  remember(c, {10s});
  Record record = c.record();
  record.same_cause = 2;
  record.cause = Cause::kCrashed;
  c.set_record(record);
  EXPECT_EQ(asked(c, 1, Cause::kCrashed), Permission::kSameCause);
  EXPECT_EQ(asked(c, 1, Cause::kSilent), Permission::kWindow);
  record.cause = Cause::kTargetLost;  // the last one died on its way: the row goes on
  c.set_record(record);
  EXPECT_EQ(asked(c, 1, Cause::kCrashed), Permission::kSameCause);
}

TEST(Permission, policy_may_reserve_zones_for_people) {
  Cluster c(testing::registry_policy());
  c.policy.zone_automatic = false;
  EXPECT_EQ(asked(c), Permission::kZonePolicy);
}

TEST(Permission, leaving_the_region_asks_for_approval_where_policy_says_so) {
  Cluster c(testing::registry_policy());
  c.policy.region_automatic = false;
  EXPECT_EQ(asked(c, 1), Permission::kYes);
  EXPECT_EQ(asked(c, 2), Permission::kApproval);
}

TEST(Permission, approval_of_this_very_record_settles_everything) {
  Cluster c(testing::registry_policy());
  c.policy.region_automatic = false;
  c.hint.hold = true;
  c.state.approved = c.record().key;
  EXPECT_EQ(asked(c, 2), Permission::kYes);
  c.set_record(c.record());  // another revision
  EXPECT_EQ(asked(c, 2), Permission::kSite);
}

}  // namespace
}  // namespace holdfast::core::controller
