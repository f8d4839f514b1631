#include "outage/scenarios.h"

#include <algorithm>

namespace holdfast::bench {
namespace {

using sim::FaultKind;

const model::Host& leader_host(const model::Site& site, const model::Cluster& cluster) {
  return site.hosts[cluster.members.front().host];
}

int first_cluster_on(const model::Site& site, model::Index host) {
  const auto has_member = [&](const model::Cluster& cluster) {
    return std::any_of(cluster.members.begin(),
                       cluster.members.end(),
                       [&](const model::Member& member) { return member.host == host; });
  };
  const auto found = std::find_if(site.clusters.begin(), site.clusters.end(), has_member);
  return static_cast<int>(found - site.clusters.begin());
}

/// Only a takeover by leases is left when a cluster's region is gone and nobody outside it had to
/// acknowledge.
bool lossy_without_region(const model::Cluster& cluster) {
  return cluster.durability != model::Durability::kRegion && cluster.lossy_takeover;
}

Asked asked_of(FaultKind kind, const model::Cluster& cluster) {
  if (kind == FaultKind::kKillPostgres) return {{}, {}, 150ms};
  if (kind != FaultKind::kRegionPower) return {650ms, 1s, {}};
  if (lossy_without_region(cluster)) return {{}, {}, cluster.timing.lease + 1s};
  return {{}, 1500ms, {}};
}

Scenario crashed_process(const model::Site& site, int index) {
  const model::Cluster& cluster = site.clusters[static_cast<std::size_t>(index)];
  Scenario it;
  it.name = "crashed_process_of_" + cluster.name;
  // On the command line a process stands for the first cluster that has a member on its host.
  if (index == first_cluster_on(site, cluster.members.front().host))
    it.failure = "process=" + leader_host(site, cluster).name;
  it.fault.kind = FaultKind::kKillPostgres;
  it.fault.a = static_cast<int>(cluster.members.front().host);
  it.fault.b = index;
  it.measured = {{index, asked_of(it.fault.kind, cluster)}};
  return it;
}

/// The loss of the place `index` of the kind: of every cluster that is led from there.
Scenario lost_place(const model::Site& site,
                    std::string name,
                    std::string failure,
                    FaultKind kind,
                    model::Index index) {
  Scenario it;
  it.name = std::move(name);
  it.failure = std::move(failure);
  it.fault.kind = kind;
  it.fault.a = static_cast<int>(index);
  for (std::size_t i = 0; i < site.clusters.size(); ++i) {
    const model::Cluster& cluster = site.clusters[i];
    const model::Index host = cluster.members.front().host;
    const bool led_there = (kind == FaultKind::kHostPower && host == index) ||
                           (kind == FaultKind::kZonePower && site.hosts[host].zone == index) ||
                           (kind == FaultKind::kRegionPower && site.region_of_host(host) == index);
    if (led_there) it.measured.push_back({static_cast<int>(i), asked_of(kind, cluster)});
  }
  return it;
}

/// A region that leads nothing: writes that had to reach it pause until their set has shrunk.
Scenario lost_standby_region(const model::Site& site, model::Index region) {
  const std::string& name = site.regions[region].name;
  Scenario it = lost_place(
      site, "lost_standby_region_" + name, "region=" + name, FaultKind::kRegionPower, region);
  for (std::size_t i = 0; i < site.clusters.size(); ++i) {
    const model::Cluster& cluster = site.clusters[i];
    const bool degrades = cluster.on_lost_standbys == model::OnLostStandbys::kDegrade;
    if (cluster.durability != model::Durability::kRegion || !degrades) continue;
    it.measured.push_back({static_cast<int>(i), {{}, {}, 1s}});
  }
  return it;
}

}  // namespace

std::vector<Scenario> scenarios_of(const model::Site& site) {
  std::vector<Scenario> all;
  for (std::size_t i = 0; i < site.clusters.size(); ++i) {
    all.push_back(crashed_process(site, static_cast<int>(i)));
  }
  const model::Index host = site.clusters.front().members.front().host;
  const model::Host& first = leader_host(site, site.clusters.front());
  const model::Index region = site.region_of_zone(first.zone);
  const std::string& zone = site.zones[first.zone].name;
  all.push_back(lost_place(site, "lost_host", "host=" + first.name, FaultKind::kHostPower, host));
  all.push_back(lost_place(site, "lost_zone", "zone=" + zone, FaultKind::kZonePower, first.zone));
  all.push_back(lost_place(
      site, "lost_region", "region=" + site.regions[region].name, FaultKind::kRegionPower, region));
  for (model::Index other = 0; other < site.regions.size(); ++other) {
    if (other == region || site.regions[other].witness) continue;
    all.push_back(lost_standby_region(site, other));
  }
  return all;
}

}  // namespace holdfast::bench
