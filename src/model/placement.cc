#include "model/placement.h"

#include <algorithm>

namespace holdfast::model {
namespace {

bool has_controller_host(const Site& site, Index region) {
  for (Index i = 0; i < site.hosts.size(); ++i) {
    if (site.hosts[i].role == HostRole::kController && site.region_of_host(i) == region)
      return true;
  }
  return false;
}

/// How many service hosts of the host's region come before it.
std::size_t service_rank(const Site& site, Index host) {
  const Index region = site.region_of_host(host);
  std::size_t before = 0;
  for (Index i = 0; i < host; ++i) {
    const bool same = site.region_of_host(i) == region;
    if (same && site.hosts[i].role == HostRole::kService) ++before;
  }
  return before;
}

}  // namespace

std::vector<Index> controller_hosts(const Site& site) {
  std::size_t data_regions = 0;
  for (const Region& region : site.regions) data_regions += region.witness ? 0 : 1;
  const std::size_t wanted = data_regions == 1 ? 2 : 1;
  std::vector<Index> found;
  for (Index i = 0; i < site.hosts.size(); ++i) {
    const Index region = site.region_of_host(i);
    const bool serves = site.hosts[i].role == HostRole::kService && region != kNoIndex &&
                        !has_controller_host(site, region) && service_rank(site, i) < wanted;
    if (serves || site.hosts[i].role == HostRole::kController) found.push_back(i);
  }
  return found;
}

std::vector<Index> router_hosts(const Site& site) {
  std::vector<Index> found;
  for (Index i = 0; i < site.hosts.size(); ++i) {
    if (site.hosts[i].role == HostRole::kService) found.push_back(i);
  }
  return found;
}

std::vector<MemberPlace> members_on(const Site& site, Index host) {
  std::vector<MemberPlace> found;
  for (Index c = 0; c < site.clusters.size(); ++c) {
    const std::vector<Member>& members = site.clusters[c].members;
    for (Index m = 0; m < members.size(); ++m) {
      if (members[m].host == host) found.push_back({c, m});
    }
  }
  return found;
}

std::vector<Index> peer_hosts(const Site& site, Index host) {
  std::vector<Index> found;
  for (const MemberPlace& place : members_on(site, host)) {
    for (const Member& member : site.clusters[place.cluster].members) {
      const bool known = std::find(found.begin(), found.end(), member.host) != found.end();
      if (member.host != host && !known) found.push_back(member.host);
    }
  }
  return found;
}

std::vector<Index> vantage_points(const Site& site, const Check& check) {
  if (check.from.empty()) return controller_hosts(site);
  std::vector<Index> hosts;
  for (const std::string& name : check.from) {
    if (const auto host = site.find_host(name)) hosts.push_back(*host);
  }
  return hosts;
}

}  // namespace holdfast::model
