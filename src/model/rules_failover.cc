// Rules about who decides: failovers that nobody would notice need a person.
#include <algorithm>

#include "model/rules.h"
#include "model/words.h"

namespace holdfast::model {
namespace {

bool is_candidate(const Cluster& cluster, const Member& member) {
  return member.may_lead && (member.asynchronous || cluster.durability == Durability::kNone);
}

void check_no_candidate(const Site& site, Findings& findings) {
  for (const Cluster& cluster : site.clusters) {
    if (!cluster.lossy_takeover) continue;
    const auto candidates =
        std::count_if(cluster.members.begin(), cluster.members.end(), [&](const Member& member) {
          return is_candidate(cluster, member);
        });
    // With durability none the primary itself is one of the candidates.
    const auto needed = cluster.durability == Durability::kNone ? 2 : 1;
    if (candidates >= needed) continue;
    findings.add({"clusters", cluster.name, "lossy_takeover"},
                 "lossy_takeover of cluster '" + cluster.name + "' has no candidate",
                 "an asynchronous member that may lead, or no such key");
  }
}

void check_always_person(const Site& site, Findings& findings) {
  for (const Cluster& cluster : site.clusters) {
    if (cluster.durability != Durability::kNone || cluster.lossy_takeover) continue;
    if (cluster.members.size() < 2) continue;
    findings.add(
        {"clusters", cluster.name, "lossy_takeover"},
        "every failover of cluster '" + cluster.name +
            "' needs a person: durability none may lose writes, and lossy_takeover is false",
        "lossy_takeover: true, or durability zone or region");
  }
}

void check_region_person(const Site& site, Findings& findings) {
  for (const Cluster& cluster : site.clusters) {
    if (cluster.durability != Durability::kZone || cluster.lossy_takeover) continue;
    for (const Member& member : cluster.members) {
      const Index region = site.region_of_host(member.host);
      if (!is_candidate(cluster, member) || region == kNoIndex) continue;
      findings.add({"clusters", cluster.name, "lossy_takeover"},
                   "a takeover of cluster '" + cluster.name + "' in region '" +
                       site.regions[region].name +
                       "' always needs a person: its member there is asynchronous, and "
                       "lossy_takeover is false",
                   "lossy_takeover: true, or durability region");
      break;
    }
  }
}

/// Does moving the primary from one host to another wait for a person?
bool needs_approval(const Site& site, Index from, Index to) {
  if (site.region_of_host(from) != site.region_of_host(to)) {
    return site.failover.region == FailoverMode::kApprove;
  }
  const bool same_zone = site.hosts[from].zone == site.hosts[to].zone;
  return !same_zone && site.failover.zone == FailoverMode::kApprove;
}

/// Does every failover from this member wait for a person? Not so where there is none at all.
bool always_waits(const Site& site, const Cluster& cluster, const Member& primary) {
  bool any = false;
  for (const Member& other : cluster.members) {
    if (&other == &primary || !other.may_lead || other.host == kNoIndex) continue;
    if (!needs_approval(site, primary.host, other.host)) return false;
    any = true;
  }
  return any;
}

void check_approval(const Site& site, Findings& findings) {
  for (const Cluster& cluster : site.clusters) {
    if (cluster.members.size() > kMembersPerClusterMax) continue;
    std::vector<std::string> hosts;
    for (const Member& primary : cluster.members) {
      if (!primary.may_lead || primary.asynchronous || primary.host == kNoIndex) continue;
      if (always_waits(site, cluster, primary)) hosts.push_back(site.hosts[primary.host].name);
    }
    if (hosts.empty()) continue;
    findings.add({"clusters", cluster.name, "members"},
                 "every failover of cluster '" + cluster.name + "' from " +
                     join_words(hosts, "or") + " waits for approval",
                 "a member nearby that may lead, or automatic failover");
  }
}

void check_rpo_zero(const Site& site, Findings& findings) {
  for (const DataClass& data_class : site.data_classes) {
    if (data_class.kept != Kept::kCluster || data_class.cluster == kNoIndex) continue;
    const Cluster& cluster = site.clusters[data_class.cluster];
    if (!cluster.lossy_takeover || data_class.rpo != Duration{}) continue;
    findings.add({"clusters", cluster.name, "lossy_takeover"},
                 "a lossy takeover of cluster '" + cluster.name + "' always needs a person: '" +
                     data_class.name + "' has RPO 0",
                 "another cluster for '" + data_class.name + "', or no such key");
  }
}

constexpr Rule kRules[] = {
    {"failover.no-candidate",
     Gravity::kWarning,
     "only asynchronous members take over with loss, and with durability none any other member",
     check_no_candidate},
    {"failover.always-a-person",
     Gravity::kWarning,
     "an outage lasts as long as it takes to wake somebody",
     check_always_person},
    {"failover.region-needs-a-person",
     Gravity::kWarning,
     "when a region is lost the outage lasts as long as it takes to wake somebody",
     check_region_person},
    {"failover.always-approved",
     Gravity::kWarning,
     "when even the loss of one host needs approval the outage lasts until it is given",
     check_approval},
    {"failover.rpo-zero",
     Gravity::kWarning,
     "a takeover with loss is automatic only while the exposure is below every RPO, and none is "
     "below 0",
     check_rpo_zero},
};

}  // namespace

std::span<const Rule> failover_rules() { return kRules; }

}  // namespace holdfast::model
