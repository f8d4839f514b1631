#include "codec/site_names.h"

#include <utility>

namespace holdfast::codec {
namespace {

void add_keys(const Node* map, NameTable& names) {
  if (map == nullptr) return;
  for (const Entry& entry : map->entries) names.add(entry.key);
}

}  // namespace

void NameTable::add(std::string name) {
  index_.emplace(name, static_cast<model::Index>(names_.size()));
  names_.push_back(std::move(name));
}

std::optional<model::Index> NameTable::find(std::string_view name) const {
  const auto found = index_.find(name);
  if (found == index_.end()) return std::nullopt;
  return found->second;
}

const NameTable& SiteNames::of(model::Target target) const {
  switch (target) {
    case model::Target::kRegion: return regions;
    case model::Target::kZone: return zones;
    case model::Target::kHost: return hosts;
    case model::Target::kCluster: return clusters;
    case model::Target::kDnsTarget: return dns_targets;
  }
  return regions;
}

SiteNames collect_names(const Node& root) {
  SiteNames names;
  add_keys(root.find("regions"), names.regions);
  add_keys(root.find("hosts"), names.hosts);
  add_keys(root.find("clusters"), names.clusters);
  const Node* dns = root.find("dns");
  if (dns != nullptr) add_keys(dns->find("targets"), names.dns_targets);
  const Node* regions = root.find("regions");
  if (regions == nullptr) return names;
  for (const Entry& region : regions->entries) {
    const Node* zones = region.value.find("zones");
    if (zones == nullptr) continue;
    for (const Node& zone : zones->items) names.zones.add(zone_name(region.key, zone.text));
  }
  return names;
}

std::string zone_name(std::string_view region, std::string_view zone) {
  return std::string(region) + '-' + std::string(zone);
}

}  // namespace holdfast::codec
