// For tests: the two-region site with its two shapes of cluster, without the site file.
//
// `registry`: four members in two regions, durability region. `orders`: three members in the east
// and one asynchronous in the west, durability zone, lossy takeover.
#pragma once

#include "core/policy.h"
#include "model/site.h"

namespace holdfast::core::testing {

inline model::Site ris_site() {
  using model::Kept;
  model::Site site;
  site.application = "RIS";
  site.regions = {{"east", false}, {"west", false}, {"witness", true}};
  site.zones = {
      {"east-a", 0}, {"east-b", 0}, {"east-c", 0}, {"west-a", 1}, {"west-b", 1}, {"witness-a", 2}};
  site.hosts = {{"db-east-a", 0},
                {"db-east-b", 1},
                {"db-east-c", 2},
                {"db-west-a", 3},
                {"db-west-b", 4},
                {"ctl-witness-a", 5, model::HostRole::kController}};
  model::Cluster registry;
  registry.name = "registry";
  registry.durability = model::Durability::kRegion;
  registry.members = {{0}, {1}, {3}, {4}};
  model::Cluster orders;
  orders.name = "orders";
  orders.durability = model::Durability::kZone;
  orders.lossy_takeover = true;
  orders.members = {{0}, {1}, {2}, {3, true}};
  // Tests speak of these times.
  for (model::Cluster* it : {&registry, &orders}) {
    it->timing.heartbeat = 100ms;
    it->timing.detection = 400ms;
  }
  site.clusters = {registry, orders};
  site.data_classes = {{"demographics", 15min, 0s, Kept::kCluster, 0, {}},
                       {"billing", 15min, 0s, Kept::kCluster, 0, {}},
                       {"orders", 15min, 5min, Kept::kCluster, 1, {}},
                       {"images", 15min, 1h, Kept::kArchive, model::kNoIndex, "dicom"}};
  site.failover.region = model::FailoverMode::kAutomatic;
  site.home_region = 0;
  return site;
}

/// Members 0 and 1 in the east (leader: 0), 2 and 3 in the west.
inline ClusterPolicy registry_policy() {
  const model::Site site = ris_site();
  return make_policy(site, site.clusters[0]);
}

/// Members 0, 1 and 2 in the east (leader: 0), 3 asynchronous in the west.
inline ClusterPolicy orders_policy() {
  const model::Site site = ris_site();
  return make_policy(site, site.clusters[1]);
}

}  // namespace holdfast::core::testing
