// Rules about regions, hosts and the places of the store.
#include <algorithm>

#include "model/rules.h"
#include "model/words.h"

namespace holdfast::model {
namespace {

void check_data_region(const Site& site, Findings& findings) {
  const bool any = std::any_of(site.regions.begin(), site.regions.end(), [](const Region& region) {
    return !region.witness;
  });
  if (!any)
    findings.add({"regions"}, "every region is a witness", "a region without witness: true");
}

void check_home_region(const Site& site, Findings& findings) {
  if (site.home_region == kNoIndex || !site.regions[site.home_region].witness) return;
  findings.add({"home_region"},
               "home region '" + site.regions[site.home_region].name + "' is a witness",
               "a region that holds data");
}

void check_witness_data(const Site& site, Findings& findings) {
  for (Index i = 0; i < site.hosts.size(); ++i) {
    const Index region = site.region_of_host(i);
    if (region == kNoIndex || !site.regions[region].witness) continue;
    if (site.hosts[i].role != HostRole::kDatabase) continue;
    findings.add({"hosts", site.hosts[i].name, "role"},
                 "database host '" + site.hosts[i].name + "' stands in witness region '" +
                     site.regions[region].name + "'",
                 "role controller or service, or a zone of another region");
  }
}

void check_host_zone(const Site& site, Findings& findings) {
  for (const Host& host : site.hosts) {
    if (host.zone != kNoIndex || host.role == HostRole::kClinic) continue;
    findings.add({"hosts", host.name}, "host '" + host.name + "' stands in no zone", "a zone");
  }
}

void check_controllers(const Site& site, Findings& findings) {
  std::vector<bool> has(site.regions.size(), false);
  for (Index i = 0; i < site.hosts.size(); ++i) {
    const Index region = site.region_of_host(i);
    const HostRole role = site.hosts[i].role;
    const bool fit = role == HostRole::kService || role == HostRole::kController;
    if (region != kNoIndex && fit) has[region] = true;
  }
  for (Index i = 0; i < site.regions.size(); ++i) {
    if (has[i]) continue;
    findings.add({"regions", site.regions[i].name},
                 "region '" + site.regions[i].name + "' has no host for a controller",
                 "a host with role service or controller in it");
  }
}

/// A store member stands in each region; where one region alone holds data, in each of its zones
/// and in each witness region.
struct StorePlaces {
  std::size_t count = 0;
  std::string_view kind;
};

StorePlaces store_places(const Site& site) {
  const auto witnesses = static_cast<std::size_t>(
      std::count_if(site.regions.begin(), site.regions.end(), [](const Region& region) {
        return region.witness;
      }));
  if (site.regions.size() - witnesses != 1) return {site.regions.size(), "region"};
  const auto zones = static_cast<std::size_t>(
      std::count_if(site.zones.begin(), site.zones.end(), [&](const Zone& zone) {
        return !site.regions[zone.region].witness;
      }));
  return {zones + witnesses, "place"};
}

void check_store_single(const Site& site, Findings& findings) {
  if (store_places(site).count != 1) return;
  findings.add(
      {"regions"}, "the store has one place only", "two more zones, or a zone and a witness");
}

void check_store_majority(const Site& site, Findings& findings) {
  const StorePlaces places = store_places(site);
  if (places.count != 2) return;
  findings.add(
      {"regions"},
      "the store has 2 " + std::string(places.kind) + "s: without either no majority is left",
      "a third, such as a witness region");
}

void check_store_even(const Site& site, Findings& findings) {
  const StorePlaces places = store_places(site);
  if (places.count < 4 || places.count % 2 == 1) return;
  findings.add({"regions"},
               "the store has " + count_text(places.count, places.kind) + ", an even number",
               "an odd number, such as with one more witness region");
}

void check_unused_hosts(const Site& site, Findings& findings) {
  std::vector<bool> used(site.hosts.size(), false);
  for (const Cluster& cluster : site.clusters) {
    for (const Member& member : cluster.members) {
      if (member.host != kNoIndex) used[member.host] = true;
    }
  }
  for (Index i = 0; i < site.hosts.size(); ++i) {
    if (used[i] || site.hosts[i].role != HostRole::kDatabase) continue;
    findings.add({"hosts", site.hosts[i].name},
                 "database host '" + site.hosts[i].name + "' runs no member of any cluster",
                 "a cluster with a member on it, or another role");
  }
}

constexpr Rule kRules[] = {
    {"site.no-data-region",
     Gravity::kError,
     "a witness holds no data, so that some other region has to",
     check_data_region},
    {"site.home-region",
     Gravity::kError,
     "a witness holds nothing that could lead",
     check_home_region},
    {"region.witness-data",
     Gravity::kError,
     "a witness region breaks ties and holds no data, so that its loss costs nothing",
     check_witness_data},
    {"host.zone",
     Gravity::kError,
     "without its zone nobody knows what fails together with the host",
     check_host_zone},
    {"store.majority",
     Gravity::kError,
     "decisions are recorded by a majority, which has to survive the loss of any one place",
     check_store_majority},
    {"store.even",
     Gravity::kWarning,
     "an even number of store places survives no more losses than one less, and splits in halves",
     check_store_even},
    {"store.single",
     Gravity::kWarning,
     "a store in one place decides nothing once that place is lost",
     check_store_single},
    {"region.controller",
     Gravity::kWarning,
     "a region without a controller sees neither itself nor the others when it is cut off",
     check_controllers},
    {"host.unused",
     Gravity::kWarning,
     "a database host without a member protects nothing",
     check_unused_hosts},
};

}  // namespace

std::span<const Rule> site_rules() { return kRules; }

}  // namespace holdfast::model
