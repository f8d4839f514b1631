// The readable definition of sync sets and the fast one that decides agree everywhere.
#include <gtest/gtest.h>

#include <array>

#include "core/durability/shape.h"
#include "model/admissible.h"
#include "model/sites_for_test.h"

namespace holdfast::codec {
namespace {

using model::Index;

constexpr int kMembers = 4;
constexpr int kPlaces = 4;  // two zones in each of two regions

/// Two regions of two zones, and a cluster whose member i stands in zone `places[i]`.
model::Site site_of(const std::array<int, kMembers>& places, model::Durability durability) {
  model::Site site;
  model::add_region(site, "east", {"a", "b"});
  model::add_region(site, "west", {"a", "b"});
  model::Cluster cluster;
  cluster.name = "c";
  cluster.durability = durability;
  for (std::size_t i = 0; i < kMembers; ++i) {
    const std::string zone = site.zones[static_cast<std::size_t>(places[i])].name;
    model::add_host(site, "db-" + std::to_string(i), zone, model::HostRole::kDatabase);
    model::Member member;
    member.host = static_cast<Index>(i);
    cluster.members.push_back(member);
  }
  site.clusters.push_back(cluster);
  return site;
}

/// The core's answer in the model's words.
model::SyncShape core_shape(const model::Site& site, Index primary, unsigned alive) {
  const core::ClusterPolicy policy = core::make_policy(site, site.clusters[0]);
  core::MemberSet usable;
  for (std::uint8_t i = 0; i < kMembers; ++i) {
    if ((alive >> i & 1U) != 0) usable.insert_sorted({i, 1});
  }
  const core::Incarnation leader{static_cast<std::uint8_t>(primary), 1};
  const core::Shape shape = core::sync_shape(policy, leader, usable);
  model::SyncShape result{{}, shape.w, shape.protects};
  for (const core::Incarnation& who : shape.s) result.set.push_back(who.member);
  return result;
}

void expect_agreement(const model::Site& site) {
  for (Index primary = 0; primary < kMembers; ++primary) {
    for (unsigned alive = 0; alive < 1U << kMembers; ++alive) {
      std::vector<bool> living;
      for (unsigned i = 0; i < kMembers; ++i) living.push_back((alive >> i & 1U) != 0);
      EXPECT_EQ(core_shape(site, primary, alive),
                model::sync_shape(site, site.clusters[0], primary, living))
          << "primary " << primary << ", alive " << alive;
    }
  }
}

TEST(SyncShapeAgreement, every_small_cluster_has_the_same_shape_in_core_and_model) {
  int layouts = 1;
  for (int i = 0; i < kMembers; ++i) layouts *= kPlaces;
  for (int layout = 0; layout < layouts; ++layout) {
    std::array<int, kMembers> places{};
    int rest = layout;
    for (int& place : places) {
      place = rest % kPlaces;
      rest /= kPlaces;
    }
    for (const auto durability :
         {model::Durability::kNone, model::Durability::kZone, model::Durability::kRegion}) {
      model::Site site = site_of(places, durability);
      expect_agreement(site);
      site.clusters[0].members[kMembers - 1].may_lead = false;
      expect_agreement(site);
      site.clusters[0].members[kMembers - 1].asynchronous = true;
      expect_agreement(site);
    }
  }
}

}  // namespace
}  // namespace holdfast::codec
