#include "model/site.h"

namespace holdfast::model {
namespace {

template <class Item>
std::optional<Index> find_named(const std::vector<Item>& items, const std::string& name) {
  for (Index i = 0; i < items.size(); ++i) {
    if (items[i].name == name) return i;
  }
  return std::nullopt;
}

}  // namespace

Index Site::region_of_zone(Index zone) const {
  return zone == kNoIndex ? kNoIndex : zones[zone].region;
}

Index Site::region_of_host(Index host) const {
  return host == kNoIndex ? kNoIndex : region_of_zone(hosts[host].zone);
}

std::optional<Index> Site::find_region(const std::string& name) const {
  return find_named(regions, name);
}

std::optional<Index> Site::find_zone(const std::string& name) const {
  return find_named(zones, name);
}

std::optional<Index> Site::find_host(const std::string& name) const {
  return find_named(hosts, name);
}

std::optional<Index> Site::find_cluster(const std::string& name) const {
  return find_named(clusters, name);
}

std::optional<Index> Site::find_check(const std::string& name) const {
  return find_named(checks, name);
}

}  // namespace holdfast::model
