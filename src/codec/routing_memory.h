// What a router remembers over a restart, as a small text: one line for each cluster.
//
// Members are named by cluster and host: a new site file may number them otherwise. What a new site
// no longer has is left out.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "core/routing/routing.h"
#include "model/site.h"

namespace holdfast::codec {

/// One per cluster of the site, in its order. Pre: as many as there are clusters.
[[nodiscard]] std::string routing_memory_text(const model::Site& site,
                                              const std::vector<core::RoutingMemory>& memories);

/// Always one per cluster; a cluster that the text does not name remembers nothing. kCorrupt when a
/// line does not read.
[[nodiscard]] Result<std::vector<core::RoutingMemory>> read_routing_memory(const model::Site& site,
                                                                           std::string_view text);

}  // namespace holdfast::codec
