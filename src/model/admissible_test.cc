#include "model/admissible.h"

#include <gtest/gtest.h>

#include "model/sites_for_test.h"

namespace holdfast::model {
namespace {

constexpr Index kRegistry = 0;
constexpr Index kOrders = 1;

SyncShape shape_of(Index cluster, Index primary) {
  const Site site = two_regions();
  return sync_shape(site, site.clusters[cluster], primary);
}

SyncShape shape_without(Index cluster, Index primary, std::initializer_list<Index> lost) {
  const Site site = two_regions();
  std::vector<bool> alive(site.clusters[cluster].members.size(), true);
  for (const Index member : lost) alive[member] = false;
  return sync_shape(site, site.clusters[cluster], primary, alive);
}

std::vector<std::string> texts(const Site& site, const std::vector<Loss>& losses) {
  std::vector<std::string> words;
  for (const Loss& loss : losses) words.push_back(loss_text(site, loss));
  return words;
}

using Words = std::vector<std::string>;

TEST(SyncShape, registry_whoever_leads_needs_two_of_the_three_others) {
  EXPECT_EQ(shape_of(kRegistry, 0), (SyncShape{{1, 2, 3}, 2, Durability::kRegion}));
  EXPECT_EQ(shape_of(kRegistry, 1), (SyncShape{{0, 2, 3}, 2, Durability::kRegion}));
  EXPECT_EQ(shape_of(kRegistry, 2), (SyncShape{{0, 1, 3}, 2, Durability::kRegion}));
  EXPECT_EQ(shape_of(kRegistry, 3), (SyncShape{{0, 1, 2}, 2, Durability::kRegion}));
}

TEST(SyncShape, registry_after_one_loss_still_survives_a_region) {
  EXPECT_EQ(shape_without(kRegistry, 0, {1}), (SyncShape{{2, 3}, 1, Durability::kRegion}));
  EXPECT_EQ(shape_without(kRegistry, 0, {2}), (SyncShape{{1, 3}, 2, Durability::kRegion}));
  EXPECT_EQ(shape_without(kRegistry, 0, {1, 2}), (SyncShape{{3}, 1, Durability::kRegion}));
}

TEST(SyncShape, registry_without_the_other_region_falls_back_to_zone) {
  EXPECT_EQ(shape_without(kRegistry, 0, {2, 3}), (SyncShape{{1}, 1, Durability::kZone}));
  EXPECT_EQ(shape_without(kRegistry, 3, {0, 1}), (SyncShape{{2}, 1, Durability::kZone}));
}

TEST(SyncShape, registry_alone_waits_for_nobody) {
  EXPECT_EQ(shape_without(kRegistry, 0, {1, 2, 3}), (SyncShape{{}, 0, Durability::kNone}));
}

TEST(SyncShape, orders_in_the_home_region_need_one_of_the_two_others) {
  EXPECT_EQ(shape_of(kOrders, 0), (SyncShape{{1, 2}, 1, Durability::kZone}));
  EXPECT_EQ(shape_of(kOrders, 1), (SyncShape{{0, 2}, 1, Durability::kZone}));
  EXPECT_EQ(shape_of(kOrders, 2), (SyncShape{{0, 1}, 1, Durability::kZone}));
}

TEST(SyncShape, orders_led_from_afar_wait_for_nobody) {
  EXPECT_EQ(shape_of(kOrders, 3), (SyncShape{{}, 0, Durability::kNone}));
}

TEST(SyncShape, orders_never_wait_for_the_asynchronous_member) {
  EXPECT_EQ(shape_without(kOrders, 0, {1, 2}), (SyncShape{{}, 0, Durability::kNone}));
}

TEST(SyncShape, durability_none_waits_for_nobody) {
  Site site = two_regions();
  site.clusters[kRegistry].durability = Durability::kNone;
  EXPECT_EQ(sync_shape(site, site.clusters[kRegistry], 0), SyncShape{});
}

TEST(SyncShape, zone_mates_raise_w_by_one_each) {
  Site site = two_regions();
  add_host(site, "db-east-a2", "east-a", HostRole::kDatabase);
  const Cluster cluster =
      make_cluster(site, "c", Durability::kZone, {"db-east-a", "db-east-a2", "db-east-b"});
  EXPECT_EQ(sync_shape(site, cluster, 0), (SyncShape{{1, 2}, 2, Durability::kZone}));
  EXPECT_EQ(sync_shape(site, cluster, 2), (SyncShape{{0, 1}, 1, Durability::kZone}));
}

TEST(SyncShape, only_zone_mates_left_still_survive_a_host) {
  Site site = two_regions();
  add_host(site, "db-east-a2", "east-a", HostRole::kDatabase);
  const Cluster cluster = make_cluster(site, "c", Durability::kZone, {"db-east-a", "db-east-a2"});
  EXPECT_EQ(sync_shape(site, cluster, 0), (SyncShape{{1}, 1, Durability::kNone}));
}

TEST(PausingLosses, registry_pauses_only_for_the_other_region) {
  const Site site = two_regions();
  const Cluster& cluster = site.clusters[kRegistry];
  const SyncShape shape = sync_shape(site, cluster, 0);
  EXPECT_EQ(texts(site, pausing_losses(site, cluster, 0, shape)), Words{"region west"});
}

TEST(PausingLosses, orders_pause_for_no_single_loss) {
  const Site site = two_regions();
  const Cluster& cluster = site.clusters[kOrders];
  const SyncShape shape = sync_shape(site, cluster, 0);
  EXPECT_EQ(texts(site, pausing_losses(site, cluster, 0, shape)), Words{});
}

TEST(StallingLosses, registry_stalls_without_the_other_region) {
  const Site site = two_regions();
  EXPECT_EQ(texts(site, stalling_losses(site, site.clusters[kRegistry], 0)), Words{"region west"});
  EXPECT_EQ(texts(site, stalling_losses(site, site.clusters[kRegistry], 2)), Words{"region east"});
}

TEST(StallingLosses, a_pair_stalls_with_either_host) {
  const Site site = two_regions();
  const Cluster cluster = make_cluster(site, "c", Durability::kZone, {"db-east-a", "db-east-b"});
  EXPECT_EQ(texts(site, stalling_losses(site, cluster, 0)), Words{"host db-east-b"});
}

}  // namespace
}  // namespace holdfast::model
