// The shape of sync sets: which members must acknowledge a commit so that it survives what the
// cluster promises.
//
// With W acknowledgements out of S, a commit is outside a domain d as soon as W exceeds the number
// of members of S in d. Only the domains that hold the primary need it: the loss of any other
// leaves the primary. The readable definition; the core has its own, faster one, and tests compare
// the two.
#pragma once

#include <string>
#include <vector>

#include "model/site.h"

namespace holdfast::model {

struct SyncShape {
  std::vector<Index> set;  ///< members of the cluster, ascending
  int w = 0;
  Durability protects = Durability::kNone;

  friend bool operator==(const SyncShape&, const SyncShape&) = default;
};

/// The strongest shape in reach, at most what the cluster asks for: region, else zone, else any one
/// other member, else nobody (w = 0). Pre: primary_member and alive_members fit the cluster's
/// members.
SyncShape sync_shape(const Site& site,
                     const Cluster& cluster,
                     Index primary_member,
                     const std::vector<bool>& alive_members);

/// With every member alive.
SyncShape sync_shape(const Site& site, const Cluster& cluster, Index primary_member);

/// One thing that can be lost at once.
struct Loss {
  enum class Scope { kHost, kZone, kRegion };
  Scope scope = Scope::kHost;
  Index index = kNoIndex;  ///< of the host, zone or region

  friend bool operator==(const Loss&, const Loss&) = default;
};

/// "host db-east-b", "zone east-b", "region east"
std::string loss_text(const Site& site, const Loss& loss);

/// Single losses that leave the primary without W acknowledgements until the set has shrunk. A zone
/// or a region is listed only if none of the smaller losses in it is.
std::vector<Loss> pausing_losses(const Site& site,
                                 const Cluster& cluster,
                                 Index primary_member,
                                 const SyncShape& shape);

/// Single losses after which no set of the survivors gives the cluster's durability: under `block`
/// writes wait until the lost part returns. Listed as above.
std::vector<Loss> stalling_losses(const Site& site, const Cluster& cluster, Index primary_member);

}  // namespace holdfast::model
