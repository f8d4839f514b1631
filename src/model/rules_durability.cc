// Rules about what the members can promise: sync sets for every possible primary.
#include <algorithm>
#include <map>

#include "model/admissible.h"
#include "model/rules.h"
#include "model/schema.h"
#include "model/words.h"

namespace holdfast::model {
namespace {

/// Clusters whose members are in order as such; of others nothing sensible can be said.
bool is_checkable(const Site& site, const Cluster& cluster) {
  if (cluster.durability == Durability::kNone || cluster.members.size() > kMembersPerClusterMax)
    return false;
  return std::all_of(cluster.members.begin(), cluster.members.end(), [&](const Member& member) {
    return site.region_of_host(member.host) != kNoIndex;
  });
}

const std::string& host_of(const Site& site, const Member& member) {
  return site.hosts[member.host].name;
}

/// An asynchronous member leads only after a lossy takeover, when less is promised anyway.
bool leads_with_promise(const Member& member) { return member.may_lead && !member.asynchronous; }

std::string remedy(Durability durability) {
  return durability == Durability::kZone
             ? "a synchronous member in another zone of its region, asynchronous: true, may_lead: "
               "false, or durability none"
             : "a synchronous member in another region, or durability zone";
}

/// Could this durability be reached if all members were allowed to lead?
bool within_reach(const Site& site, Cluster cluster, Index primary) {
  for (Member& member : cluster.members) member.may_lead = true;
  return sync_shape(site, cluster, primary).protects >= cluster.durability;
}

void check_unreachable(const Site& site, Findings& findings) {
  for (const Cluster& cluster : site.clusters) {
    if (!is_checkable(site, cluster)) continue;
    std::vector<std::string> hosts;
    for (Index i = 0; i < cluster.members.size(); ++i) {
      if (!leads_with_promise(cluster.members[i])) continue;
      if (within_reach(site, cluster, i)) continue;
      hosts.push_back(host_of(site, cluster.members[i]));
    }
    if (hosts.empty()) continue;
    const std::string word(word_of(cluster.durability));
    findings.add({"clusters", cluster.name, "durability"},
                 "durability " + word + " is out of reach when " + join_words(hosts, "or") +
                     " leads: no synchronous member in another " + word +
                     (cluster.durability == Durability::kZone ? " of its region" : ""),
                 remedy(cluster.durability));
  }
}

/// Is there somebody to take over without loss once the primary's zone or region is gone?
bool has_successor(const Site& site, const Cluster& cluster, Index primary, Loss::Scope scope) {
  const auto domain = [&](Index member) {
    const Index host = cluster.members[member].host;
    return scope == Loss::Scope::kZone ? site.hosts[host].zone : site.region_of_host(host);
  };
  for (const Index member : sync_shape(site, cluster, primary).set) {
    if (cluster.members[member].may_lead && domain(member) != domain(primary)) return true;
  }
  return false;
}

void check_successor(const Site& site, Findings& findings) {
  for (const Cluster& cluster : site.clusters) {
    if (!is_checkable(site, cluster)) continue;
    const bool region = cluster.durability == Durability::kRegion;
    const Loss::Scope scope = region ? Loss::Scope::kRegion : Loss::Scope::kZone;
    std::vector<std::string> domains;
    for (Index i = 0; i < cluster.members.size(); ++i) {
      if (!leads_with_promise(cluster.members[i])) continue;
      if (!within_reach(site, cluster, i) || has_successor(site, cluster, i, scope)) continue;
      const Index host = cluster.members[i].host;
      const std::string domain =
          loss_text(site, {scope, region ? site.region_of_host(host) : site.hosts[host].zone});
      if (std::find(domains.begin(), domains.end(), domain) == domains.end()) {
        domains.push_back(domain);
      }
    }
    if (domains.empty()) continue;
    findings.add({"clusters", cluster.name, "members"},
                 "when " + join_words(domains, "or") +
                     " is lost, no synchronous member of cluster '" + cluster.name +
                     "' that may lead is left",
                 "may_lead: true on a synchronous member elsewhere");
  }
}

/// The primaries that each list of losses stalls, in words.
std::map<std::string, std::vector<std::string>> stalls_of(const Site& site,
                                                          const Cluster& cluster) {
  std::map<std::string, std::vector<std::string>> stalls;
  for (Index i = 0; i < cluster.members.size(); ++i) {
    if (!leads_with_promise(cluster.members[i])) continue;
    if (sync_shape(site, cluster, i).protects < cluster.durability) continue;
    std::vector<std::string> losses;
    for (const Loss& loss : stalling_losses(site, cluster, i)) {
      losses.push_back(loss_text(site, loss));
    }
    if (losses.empty()) continue;
    stalls[join_words(losses, "or")].push_back(host_of(site, cluster.members[i]));
  }
  return stalls;
}

void check_stalls(const Site& site, Findings& findings) {
  for (const Cluster& cluster : site.clusters) {
    if (cluster.on_lost_standbys != OnLostStandbys::kBlock || !is_checkable(site, cluster))
      continue;
    std::string what;
    for (const auto& [losses, hosts] : stalls_of(site, cluster)) {
      what += (what.empty() ? " at the loss of " : ", and at the loss of ") + losses + " while " +
              join_words(hosts, "or") + " leads";
    }
    if (what.empty()) continue;
    findings.add({"clusters", cluster.name, "on_lost_standbys"},
                 "the writes of cluster '" + cluster.name + "' stop" + what,
                 "more synchronous members elsewhere, or degrade");
  }
}

constexpr Rule kRules[] = {
    {"durability.unreachable",
     Gravity::kError,
     "the durability has to hold whoever leads, or a failover silently ends it",
     check_unreachable},
    {"durability.no-successor",
     Gravity::kError,
     "data that survives where nobody may lead serves nobody",
     check_successor},
    {"durability.single-loss-stalls",
     Gravity::kWarning,
     "under block, writes wait until what was lost returns",
     check_stalls},
};

}  // namespace

std::span<const Rule> durability_rules() { return kRules; }

}  // namespace holdfast::model
