#include "core/policy.h"

#include <algorithm>

namespace holdfast::core {

ClusterPolicy make_policy(const model::Site& site, const model::Cluster& cluster) {
  ClusterPolicy policy;
  policy.durability = cluster.durability;
  policy.block = cluster.on_lost_standbys == model::OnLostStandbys::kBlock;
  policy.lossy_takeover = cluster.lossy_takeover;
  policy.region_automatic = site.failover.region == model::FailoverMode::kAutomatic;
  policy.zone_automatic = site.failover.zone == model::FailoverMode::kAutomatic;
  policy.timing = cluster.timing;
  for (const model::Member& member : cluster.members) {
    const model::Host& host = site.hosts[member.host];
    policy.members.push_back({member.host,
                              static_cast<std::uint16_t>(host.zone),
                              static_cast<std::uint16_t>(site.region_of_host(member.host)),
                              member.asynchronous,
                              member.may_lead,
                              host.power_loss_protection});
  }
  for (const model::DataClass& data_class : site.data_classes) {
    if (data_class.kept != model::Kept::kCluster) continue;
    if (&site.clusters[data_class.cluster] != &cluster) continue;
    policy.rpo_min = std::min(policy.rpo_min, data_class.rpo);
  }
  return policy;
}

bool is_lossy_candidate(const ClusterPolicy& policy, int member, int primary) {
  if (!policy.lossy_takeover || member == primary) return false;
  const MemberPolicy& it = policy.members[static_cast<std::size_t>(member)];
  return it.may_lead && (it.asynchronous || policy.durability == model::Durability::kNone);
}

}  // namespace holdfast::core
