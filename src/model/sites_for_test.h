// For tests: the site of examples/ris-two-regions.yaml as a value, without reading any file.
//
// A test beside the YAML adapter keeps the two equal.
#pragma once

#include <initializer_list>
#include <string>
#include <utility>

#include "model/site.h"

namespace holdfast::model {

inline void add_region(Site& site,
                       const std::string& name,
                       std::initializer_list<const char*> zones) {
  const auto index = static_cast<Index>(site.regions.size());
  site.regions.push_back({name, false});
  for (const char* zone : zones) site.zones.push_back({name + '-' + zone, index});
}

/// `zone` may be empty: outside all zones.
inline void add_host(Site& site, const std::string& name, const std::string& zone, HostRole role) {
  site.hosts.push_back({name, site.find_zone(zone).value_or(kNoIndex), role, true});
}

inline Cluster make_cluster(const Site& site,
                            const std::string& name,
                            Durability durability,
                            std::initializer_list<const char*> hosts) {
  Cluster cluster;
  cluster.name = name;
  cluster.durability = durability;
  for (const char* host : hosts) {
    Member member;
    member.host = site.find_host(host).value_or(kNoIndex);
    cluster.members.push_back(member);
  }
  return cluster;
}

inline DataClass make_data_class(const std::string& name, Duration rpo, Kept kept, Index cluster) {
  DataClass data_class;
  data_class.name = name;
  data_class.rto = 15min;
  data_class.rpo = rpo;
  data_class.kept = kept;
  data_class.cluster = cluster;
  return data_class;
}

/// `ris` fails over between the regions; each zone has a name of its own.
inline Dns make_dns() {
  Dns dns;
  DnsZone zone;
  zone.apex = "ris.example";
  zone.contact = "hostmaster@ris.example";
  zone.name_servers = {"ns-east", "ns-west"};
  zone.records = {{"ns-east", DnsType::kA, {"10.77.1.2"}}, {"ns-west", DnsType::kA, {"10.77.4.2"}}};
  DnsAnswer ris{.name = "ris", .policy = DnsPolicy::kFailover, .groups = {}};
  ris.groups = {{"east", {{0}, {1}, {2}}}, {"west", {{3}, {4}}}};
  zone.answers = {ris};
  for (const char* place : {"east-a", "east-b", "east-c", "west-a", "west-b"}) {
    const auto target = static_cast<Index>(dns.targets.size());
    const std::string address = "10.77." + std::to_string(target + 1) + ".2";
    dns.targets.push_back({std::string("svc-") + place, {address}});
    zone.answers.push_back({.name = place, .groups = {{"", {{target}}}}});
  }
  dns.zones = {zone};
  return dns;
}

/// Every service host looks at the way to the application through each of them.
inline std::vector<Check> make_checks(const Dns& dns) {
  std::vector<std::string> from;
  for (const DnsTarget& target : dns.targets) from.push_back(target.name);
  std::vector<Check> checks;
  for (const DnsTarget& target : dns.targets) {
    Check check;
    check.name = target.name;
    check.kind = CheckKind::kHttp;
    check.target = target.addresses[0] + ":8080";
    check.path = "/health/live";
    check.interval = check.timeout = 200ms;
    check.connect_timeout = check.tls_timeout = check.answer_timeout = 200ms;
    check.fall = 2;
    check.from = from;
    checks.push_back(std::move(check));
  }
  return checks;
}

/// Cluster 0 is `registry`, cluster 1 is `orders`.
inline Site two_regions() {
  Site site;
  site.application = "Radiology Information System";
  add_region(site, "east", {"a", "b", "c"});
  add_region(site, "west", {"a", "b"});
  add_region(site, "witness", {"a"});
  site.regions[2].witness = true;
  for (const char* zone : {"east-a", "east-b", "east-c", "west-a", "west-b"}) {
    add_host(site, std::string("db-") + zone, zone, HostRole::kDatabase);
  }
  for (const char* zone : {"east-a", "east-b", "east-c", "west-a", "west-b"}) {
    add_host(site, std::string("svc-") + zone, zone, HostRole::kService);
  }
  add_host(site, "ctl-witness-a", "witness-a", HostRole::kController);
  add_host(site, "clinic", "", HostRole::kClinic);
  site.clusters.push_back(make_cluster(
      site, "registry", Durability::kRegion, {"db-east-a", "db-east-b", "db-west-a", "db-west-b"}));
  site.clusters.push_back(make_cluster(
      site, "orders", Durability::kZone, {"db-east-a", "db-east-b", "db-east-c", "db-west-a"}));
  site.clusters[1].lossy_takeover = true;
  site.clusters[1].members[3].asynchronous = true;
  site.data_classes = {make_data_class("demographics", 0s, Kept::kCluster, 0),
                       make_data_class("billing", 0s, Kept::kCluster, 0),
                       make_data_class("orders", 5min, Kept::kCluster, 1),
                       make_data_class("report-status", 15min, Kept::kTable, kNoIndex),
                       make_data_class("images", 1h, Kept::kArchive, kNoIndex)};
  site.data_classes[3].place = "report_status";
  site.data_classes[4].place = "dicom";
  site.failover.region = FailoverMode::kAutomatic;
  site.home_region = 0;
  site.dns = make_dns();
  site.checks = make_checks(site.dns);
  return site;
}

}  // namespace holdfast::model
