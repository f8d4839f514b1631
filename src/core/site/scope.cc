#include "core/site/scope.h"

#include <algorithm>

namespace holdfast::core {

SiteHint scope_hint(std::span<const HostView> hosts, const ScopeInput& input) {
  std::uint32_t zones_known = 0;
  std::uint32_t zones_heard = 0;
  std::uint32_t regions_known = 0;
  std::uint32_t regions_heard = 0;
  for (const HostView& host : hosts) {
    const std::uint32_t zone = 1U << (host.zone % 32);
    const std::uint32_t region = 1U << (host.region % 32);
    zones_known |= zone;
    regions_known |= region;
    const bool heard = since(std::max(host.heard, input.awake_since), input.now) < input.detection;
    if (!heard) continue;
    zones_heard |= zone;
    regions_heard |= region;
  }
  SiteHint hint;
  if (zones_heard == 0) return hint;
  hint.lost_zones = zones_known & ~zones_heard;
  hint.lost_regions = regions_known & ~regions_heard;
  hint.hold = input.failovers_under_way >= input.failovers_max && hint.lost_zones == 0;
  return hint;
}

}  // namespace holdfast::core
