#include "sim/controller_places.h"

#include "model/placement.h"

namespace holdfast::sim {

std::vector<ControllerPlace> controller_places(const model::Site& site) {
  const std::vector<model::Index> hosts = model::controller_hosts(site);
  std::vector<ControllerPlace> places;
  for (model::Index region = 0; region < site.regions.size(); ++region) {
    const std::size_t before = places.size();
    for (const model::Index host : hosts) {
      if (site.region_of_host(host) != region) continue;
      places.push_back({static_cast<int>(region), static_cast<int>(site.hosts[host].zone)});
    }
    for (std::size_t zone = site.zones.size(); places.size() == before && zone-- > 0;) {
      if (site.zones[zone].region == region)
        places.push_back({static_cast<int>(region), static_cast<int>(zone)});
    }
  }
  return places;
}

}  // namespace holdfast::sim
