// What the numbers of a fault mean, by its kind.
#pragma once

#include "core/policy.h"
#include "sim/fault.h"

namespace holdfast::sim {

enum class Aim : std::uint8_t {
  kHost,        ///< a: host
  kInstance,    ///< a: host, b: cluster
  kHostPair,    ///< a and b: hosts
  kZone,        ///< a: zone
  kDataRegion,  ///< a: a region, and whatever stands in it
  kController,  ///< a: region; strikes its controller or store member only
  kRegionPair,  ///< a and b: regions
  kCluster,     ///< a: cluster
  kOperator,    ///< a: cluster, b: verb, c: member
  kStore,       ///< the store as a whole
};

[[nodiscard]] Aim aim_of(FaultKind kind);

/// Is this member's host, or a path that ends at it, what the fault strikes?
[[nodiscard]] bool strikes(const Fault& fault, const core::MemberPolicy& member);

}  // namespace holdfast::sim
