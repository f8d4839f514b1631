#include "model/admissible.h"

#include <algorithm>
#include <functional>

namespace holdfast::model {
namespace {

Index zone_of(const Site& site, const Cluster& cluster, Index member) {
  const Index host = cluster.members[member].host;
  return host == kNoIndex ? kNoIndex : site.hosts[host].zone;
}

Index region_of(const Site& site, const Cluster& cluster, Index member) {
  return site.region_of_host(cluster.members[member].host);
}

/// The living members besides the primary that may be waited for. A cluster of durability zone does
/// not wait for another region.
std::vector<Index> eligible(const Site& site,
                            const Cluster& cluster,
                            Index primary,
                            const std::vector<bool>& alive) {
  std::vector<Index> members;
  for (Index i = 0; i < cluster.members.size(); ++i) {
    const bool near = region_of(site, cluster, i) == region_of(site, cluster, primary);
    const bool waited_for = near || cluster.durability == Durability::kRegion;
    if (i != primary && alive[i] && waited_for && !cluster.members[i].asynchronous) {
      members.push_back(i);
    }
  }
  return members;
}

/// Those of the set that are no use after the loss of the primary's domain: lost with it, or not
/// allowed to lead.
template <class Domain>
int count_useless(const Cluster& cluster,
                  Index primary,
                  const std::vector<Index>& set,
                  const Domain& domain) {
  return static_cast<int>(std::count_if(set.begin(), set.end(), [&](Index member) {
    return !cluster.members[member].may_lead || domain(member) == domain(primary);
  }));
}

/// The members of a loss, as a test on a member.
bool is_hit(const Site& site, const Cluster& cluster, Index member, const Loss& loss) {
  switch (loss.scope) {
    case Loss::Scope::kHost: return cluster.members[member].host == loss.index;
    case Loss::Scope::kZone: return zone_of(site, cluster, member) == loss.index;
    case Loss::Scope::kRegion: return region_of(site, cluster, member) == loss.index;
  }
  return false;
}

using Stops = std::function<bool(const std::vector<bool>& alive)>;

/// The losses that spare the primary and for which `stops` holds, smallest scopes first and then
/// alone.
std::vector<Loss> smallest_losses(const Site& site,
                                  const Cluster& cluster,
                                  Index primary,
                                  const Stops& stops) {
  std::vector<Loss> losses;
  std::vector<bool> covered(cluster.members.size(), false);
  for (const auto scope : {Loss::Scope::kHost, Loss::Scope::kZone, Loss::Scope::kRegion}) {
    for (Index i = 0; i < cluster.members.size(); ++i) {
      Loss loss{scope, cluster.members[i].host};
      if (scope == Loss::Scope::kZone) loss.index = zone_of(site, cluster, i);
      if (scope == Loss::Scope::kRegion) loss.index = region_of(site, cluster, i);
      if (loss.index == kNoIndex || is_hit(site, cluster, primary, loss)) continue;
      std::vector<bool> alive(cluster.members.size(), true);
      bool known = false;
      for (Index j = 0; j < cluster.members.size(); ++j) {
        if (!is_hit(site, cluster, j, loss)) continue;
        alive[j] = false;
        known = known || covered[j];
      }
      if (known || !stops(alive)) continue;
      losses.push_back(loss);
      for (Index j = 0; j < alive.size(); ++j) covered[j] = covered[j] || !alive[j];
    }
  }
  return losses;
}

}  // namespace

SyncShape sync_shape(const Site& site,
                     const Cluster& cluster,
                     Index primary_member,
                     const std::vector<bool>& alive_members) {
  if (cluster.durability == Durability::kNone) return {};
  const std::vector<Index> set = eligible(site, cluster, primary_member, alive_members);
  const int size = static_cast<int>(set.size());
  const int in_zone = count_useless(
      cluster, primary_member, set, [&](Index member) { return zone_of(site, cluster, member); });
  const int in_region = count_useless(
      cluster, primary_member, set, [&](Index member) { return region_of(site, cluster, member); });

  // A zone lies in one region, so that what survives the region survives the zone.
  if (cluster.durability == Durability::kRegion && in_region + 1 <= size) {
    return {set, in_region + 1, Durability::kRegion};
  }
  if (in_zone + 1 <= size) return {set, in_zone + 1, Durability::kZone};
  return {set, set.empty() ? 0 : 1, Durability::kNone};
}

SyncShape sync_shape(const Site& site, const Cluster& cluster, Index primary_member) {
  return sync_shape(site, cluster, primary_member, std::vector<bool>(cluster.members.size(), true));
}

std::string loss_text(const Site& site, const Loss& loss) {
  switch (loss.scope) {
    case Loss::Scope::kHost: return "host " + site.hosts[loss.index].name;
    case Loss::Scope::kZone: return "zone " + site.zones[loss.index].name;
    case Loss::Scope::kRegion: return "region " + site.regions[loss.index].name;
  }
  return {};
}

std::vector<Loss> pausing_losses(const Site& site,
                                 const Cluster& cluster,
                                 Index primary_member,
                                 const SyncShape& shape) {
  return smallest_losses(site, cluster, primary_member, [&](const std::vector<bool>& alive) {
    const auto left = std::count_if(
        shape.set.begin(), shape.set.end(), [&](Index member) { return alive[member]; });
    return left < shape.w;
  });
}

std::vector<Loss> stalling_losses(const Site& site, const Cluster& cluster, Index primary_member) {
  return smallest_losses(site, cluster, primary_member, [&](const std::vector<bool>& alive) {
    return sync_shape(site, cluster, primary_member, alive).protects < cluster.durability;
  });
}

}  // namespace holdfast::model
