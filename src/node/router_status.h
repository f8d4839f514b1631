// What a router tells people: who is the writer of each cluster, since when, and who is heard.
#pragma once

#include <string>
#include <vector>

#include "adapters/haproxy/keeper.h"
#include "base/time.h"
#include "core/routing/routing.h"
#include "model/site.h"

namespace holdfast::node {

struct RouterView {
  const model::Site& site;
  const std::string& host;
  std::vector<const core::RoutingState*> clusters;
  const haproxy::Seen& proxy;
  MonoTime now;
  WallTime wall;
};

[[nodiscard]] std::string router_status(const RouterView& view);

}  // namespace holdfast::node
