// The site-wide step: correlated silence of zones and regions, and the cap on failovers under way.
//
// It works on one line per host and per cluster, so that a cluster's own step costs the same at any
// scale.
#pragma once

#include <cstdint>
#include <span>

#include "base/time.h"
#include "core/controller/controller.h"

namespace holdfast::core {

/// What a controller knows of one host.
struct HostView {
  std::uint16_t zone = 0;
  std::uint16_t region = 0;
  MonoTime heard = kLongAgo;
};

struct ScopeInput {
  MonoTime now;
  MonoTime awake_since = kLongAgo;  ///< no silence is counted from before this
  Duration detection = 400ms;
  int failovers_under_way = 0;
  int failovers_max = 4;
};

/// A zone (a region) is lost if it has hosts, all of them are silent for the detection time, and a
/// host somewhere else is heard: without that the silence may be the controller's own. Losses of a
/// whole scope are one decision, so the cap does not hold them back; other failovers above it wait.
[[nodiscard]] SiteHint scope_hint(std::span<const HostView> hosts, const ScopeInput& input);

}  // namespace holdfast::core
