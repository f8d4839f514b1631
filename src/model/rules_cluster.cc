// Rules about the members of one cluster.
#include <algorithm>
#include <map>

#include "model/rules.h"
#include "model/schema.h"
#include "model/words.h"

namespace holdfast::model {
namespace {

FieldPath member_path(const Cluster& cluster, std::size_t member) {
  return {"clusters", cluster.name, "members", list_step(member)};
}

void check_too_many(const Site& site, Findings& findings) {
  for (const Cluster& cluster : site.clusters) {
    if (cluster.members.size() <= kMembersPerClusterMax) continue;
    findings.add(
        member_path(cluster, kMembersPerClusterMax),
        "cluster '" + cluster.name + "' has " + count_text(cluster.members.size(), "member"),
        "at most 8 members");
  }
}

void check_same_host(const Site& site, Findings& findings) {
  for (const Cluster& cluster : site.clusters) {
    std::map<Index, std::size_t> first;
    for (std::size_t i = 0; i < cluster.members.size(); ++i) {
      const Index host = cluster.members[i].host;
      if (host == kNoIndex) continue;
      const auto [known, added] = first.emplace(host, i);
      if (added) continue;
      findings.add(member_path(cluster, i),
                   "host '" + site.hosts[host].name + "' carries member " + std::to_string(i) +
                       " and member " + std::to_string(known->second) + " of one cluster",
                   "another database host");
    }
  }
}

void check_host_role(const Site& site, Findings& findings) {
  for (const Cluster& cluster : site.clusters) {
    for (std::size_t i = 0; i < cluster.members.size(); ++i) {
      const Index host = cluster.members[i].host;
      if (host == kNoIndex || site.hosts[host].role == HostRole::kDatabase) continue;
      findings.add(member_path(cluster, i),
                   "a member is on " + std::string(word_of(site.hosts[host].role)) + " host '" +
                       site.hosts[host].name + "'",
                   "a host with role database");
    }
  }
}

std::size_t leaders(const Cluster& cluster) {
  return static_cast<std::size_t>(
      std::count_if(cluster.members.begin(), cluster.members.end(), [](const Member& member) {
        return member.may_lead;
      }));
}

void check_no_leader(const Site& site, Findings& findings) {
  for (const Cluster& cluster : site.clusters) {
    if (cluster.members.empty() || leaders(cluster) > 0) continue;
    findings.add({"clusters", cluster.name, "members"},
                 "no member of cluster '" + cluster.name + "' may lead",
                 "two or more members with may_lead: true");
  }
}

void check_alone(const Site& site, Findings& findings) {
  for (const Cluster& cluster : site.clusters) {
    if (cluster.members.size() != 1 || cluster.durability != Durability::kNone) continue;
    findings.add({"clusters", cluster.name, "members"},
                 "cluster '" + cluster.name + "' has one member only",
                 "a second member");
  }
}

void check_one_leader(const Site& site, Findings& findings) {
  for (const Cluster& cluster : site.clusters) {
    if (cluster.members.size() < 2 || leaders(cluster) != 1) continue;
    findings.add({"clusters", cluster.name, "members"},
                 "only one member of cluster '" + cluster.name + "' may lead",
                 "may_lead: true on a second member");
  }
}

void check_asynchronous(const Site& site, Findings& findings) {
  for (const Cluster& cluster : site.clusters) {
    if (cluster.durability != Durability::kNone) continue;
    for (std::size_t i = 0; i < cluster.members.size(); ++i) {
      if (!cluster.members[i].asynchronous) continue;
      FieldPath path = member_path(cluster, i);
      path.push_back("asynchronous");
      findings.add(std::move(path),
                   "asynchronous means nothing in cluster '" + cluster.name + "'",
                   "durability zone or region, or no such key");
    }
  }
}

void check_no_data_class(const Site& site, Findings& findings) {
  std::vector<bool> used(site.clusters.size(), false);
  for (const DataClass& data_class : site.data_classes) {
    if (data_class.cluster != kNoIndex) used[data_class.cluster] = true;
  }
  for (std::size_t i = 0; i < site.clusters.size(); ++i) {
    if (used[i]) continue;
    findings.add({"clusters", site.clusters[i].name},
                 "no data class is kept in cluster '" + site.clusters[i].name + "'",
                 "a data class with cluster: " + site.clusters[i].name);
  }
}

constexpr Rule kRules[] = {
    {"cluster.too-many-members",
     Gravity::kError,
     "every decision looks at all members at once, which is proven for up to 8",
     check_too_many},
    {"cluster.same-host",
     Gravity::kError,
     "members that are lost together protect nothing from each other",
     check_same_host},
    {"cluster.host-role",
     Gravity::kError,
     "PostgreSQL runs on database hosts only",
     check_host_role},
    {"cluster.no-leader", Gravity::kError, "without a primary nobody can write", check_no_leader},
    {"cluster.alone",
     Gravity::kWarning,
     "with its only host the cluster loses everything since the last backup",
     check_alone},
    {"cluster.one-leader",
     Gravity::kWarning,
     "when the only member that may lead is lost, nobody takes over",
     check_one_leader},
    {"cluster.asynchronous",
     Gravity::kWarning,
     "with durability none no member is ever waited for",
     check_asynchronous},
    {"cluster.no-data-class",
     Gravity::kWarning,
     "without objectives nothing says how much may be lost, and nothing is measured",
     check_no_data_class},
};

}  // namespace

std::span<const Rule> cluster_rules() { return kRules; }

}  // namespace holdfast::model
