#include "codec/site_fill.h"

#include "codec/site_fill_checks.h"
#include "codec/site_read.h"

namespace holdfast::codec {
namespace {

using model::Index;

void fill_region(const Entry& entry, model::Site& site) {
  model::Region region{.name = entry.key};
  read(entry.value, "witness", region.witness);
  const auto index = static_cast<Index>(site.regions.size());
  site.regions.push_back(std::move(region));
  const Node* zones = entry.value.find("zones");
  if (zones == nullptr) return;
  for (const Node& zone : zones->items) {
    site.zones.push_back({.name = zone_name(entry.key, zone.text), .region = index});
  }
}

model::Host fill_host(const Entry& entry, const SiteNames& names) {
  model::Host host{.name = entry.key};
  read_reference(entry.value, "zone", names.zones, host.zone);
  read_choice(entry.value, "role", host.role);
  read(entry.value, "power_loss_protection", host.power_loss_protection);
  return host;
}

model::Member fill_member(const Node& node, const SiteNames& names) {
  model::Member member;
  if (node.kind == Node::Kind::kScalar) {
    member.host = names.hosts.find(node.text).value_or(model::kNoIndex);
    return member;
  }
  read_reference(node, "host", names.hosts, member.host);
  read(node, "asynchronous", member.asynchronous);
  read(node, "may_lead", member.may_lead);
  return member;
}

model::Timing fill_timing(const Node& node) {
  model::Timing timing;
  read(node, "heartbeat", timing.heartbeat);
  read(node, "detection", timing.detection);
  read(node, "sick", timing.sick);
  read(node, "lease", timing.lease);
  read(node, "lease_renewal", timing.lease_renewal);
  read(node, "crash_restart", timing.crash_restart);
  read(node, "failover_window", timing.failover_window);
  read_percent(node, "clock_drift", timing.clock_drift_percent);
  return timing;
}

model::Cluster fill_cluster(const Entry& entry, const SiteNames& names) {
  model::Cluster cluster;
  cluster.name = entry.key;
  read_choice(entry.value, "durability", cluster.durability);
  read_choice(entry.value, "on_lost_standbys", cluster.on_lost_standbys);
  read(entry.value, "lossy_takeover", cluster.lossy_takeover);
  if (const Node* members = entry.value.find("members")) {
    for (const Node& member : members->items) {
      cluster.members.push_back(fill_member(member, names));
    }
  }
  if (const Node* timing = entry.value.find("timing")) cluster.timing = fill_timing(*timing);
  return cluster;
}

model::DataClass fill_data_class(const Entry& entry, const SiteNames& names) {
  model::DataClass data_class;
  data_class.name = entry.key;
  read(entry.value, "rto", data_class.rto);
  read(entry.value, "rpo", data_class.rpo);
  if (entry.value.find("table") != nullptr) {
    data_class.kept = model::Kept::kTable;
    read(entry.value, "table", data_class.place);
  } else if (entry.value.find("archive") != nullptr) {
    data_class.kept = model::Kept::kArchive;
    read(entry.value, "archive", data_class.place);
  } else {
    read_reference(entry.value, "cluster", names.clusters, data_class.cluster);
  }
  return data_class;
}

model::FailoverPolicy fill_failover(const Node& node) {
  model::FailoverPolicy policy;
  read_choice(node, "zone", policy.zone);
  read_choice(node, "region", policy.region);
  read(node, "max_concurrent", policy.max_concurrent);
  return policy;
}

Index first_data_region(const model::Site& site) {
  for (Index i = 0; i < site.regions.size(); ++i) {
    if (!site.regions[i].witness) return i;
  }
  return model::kNoIndex;
}

}  // namespace

model::Site fill_site(const Node& root, const SiteNames& names) {
  model::Site site;
  read(root, "application", site.application);
  for (const Entry& entry : entries_at(root, "regions")) fill_region(entry, site);
  for (const Entry& entry : entries_at(root, "hosts")) {
    site.hosts.push_back(fill_host(entry, names));
  }
  for (const Entry& entry : entries_at(root, "clusters")) {
    site.clusters.push_back(fill_cluster(entry, names));
  }
  for (const Entry& entry : entries_at(root, "data_classes")) {
    site.data_classes.push_back(fill_data_class(entry, names));
  }
  if (const Node* failover = root.find("failover")) site.failover = fill_failover(*failover);
  for (const Entry& entry : entries_at(root, "checks")) site.checks.push_back(fill_check(entry));
  if (const Node* dns = root.find("dns")) site.dns = fill_dns(*dns, names);
  site.home_region = first_data_region(site);
  read_reference(root, "home_region", names.regions, site.home_region);
  return site;
}

}  // namespace holdfast::codec
