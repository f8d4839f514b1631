// Which processes run on which host: one place, so that all parts of a site agree without being
// told.
//
// It says where things belong, not whether they run.
#pragma once

#include <vector>

#include "model/site.h"

namespace holdfast::model {

/// Hosts that run a controller and a member of the store, in the order of the file: every host with
/// the role controller, and in each other region the first service host. Where there is only one
/// such region its first two, so that the store keeps its majority when one of them is lost.
[[nodiscard]] std::vector<Index> controller_hosts(const Site& site);

/// Hosts that route clients to writers.
[[nodiscard]] std::vector<Index> router_hosts(const Site& site);

/// One member of a cluster, by its places in the site file.
struct MemberPlace {
  Index cluster = kNoIndex;
  Index member = kNoIndex;

  friend bool operator==(const MemberPlace&, const MemberPlace&) = default;
};

/// The members that live on a host, in the order of the clusters.
[[nodiscard]] std::vector<MemberPlace> members_on(const Site& site, Index host);

/// The other hosts that hold a member of a cluster which this host has a member of, each once.
[[nodiscard]] std::vector<Index> peer_hosts(const Site& site, Index host);

/// Hosts that probe a check: those it names, or every host with a controller. Names that are no
/// host are left out.
[[nodiscard]] std::vector<Index> vantage_points(const Site& site, const Check& check);

}  // namespace holdfast::model
