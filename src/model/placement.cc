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

bool is_first_service_host(const Site& site, Index host) {
  const Index region = site.region_of_host(host);
  for (Index i = 0; i < host; ++i) {
    if (site.hosts[i].role == HostRole::kService && site.region_of_host(i) == region) return false;
  }
  return true;
}

}  // namespace

std::vector<Index> controller_hosts(const Site& site) {
  std::vector<Index> found;
  for (Index i = 0; i < site.hosts.size(); ++i) {
    const HostRole role = site.hosts[i].role;
    const bool serves = role == HostRole::kService && site.region_of_host(i) != kNoIndex &&
                        !has_controller_host(site, site.region_of_host(i)) &&
                        is_first_service_host(site, i);
    if (serves || role == HostRole::kController) found.push_back(i);
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

}  // namespace holdfast::model
