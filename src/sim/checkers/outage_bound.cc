#include "sim/checkers/outage_bound.h"

#include <algorithm>

namespace holdfast::sim {
namespace {

/// Sealing, promotion, barrier, routing and the clients' own pace, over the slowest simulated
/// links.
constexpr Duration kTakeover = 1500ms;

bool only_lossily(const core::ClusterPolicy& policy, const Fault& fault) {
  return policy.lossy_takeover &&
         (fault.kind == FaultKind::kRegionPower || fault.kind == FaultKind::kCutRegion ||
          fault.kind == FaultKind::kCutRegionPair || policy.durability == model::Durability::kNone);
}

/// A cluster that prefers waiting to going on unprotected waits until what it lost is back.
bool may_wait_for_heal(const core::ClusterPolicy& policy) {
  const bool approves = !policy.region_automatic || !policy.zone_automatic;
  const bool alone = policy.durability == model::Durability::kNone && !policy.lossy_takeover;
  return policy.block || approves || alone || policy.count() < 3;
}

}  // namespace

std::optional<Duration> outage_bound(const Fault& fault, const core::ClusterPolicy& policy) {
  if (may_wait_for_heal(policy)) return std::nullopt;
  const model::Timing& timing = policy.timing;
  Duration bound = timing.detection + kTakeover;
  if (only_lossily(policy, fault)) bound += 2 * timing.lease + timing.detection;
  switch (fault.kind) {
    case FaultKind::kKillPostgres: return bound + timing.crash_restart;
    case FaultKind::kHangPostgres:
    case FaultKind::kSlowPostgres:
    case FaultKind::kSlowDisk:
    case FaultKind::kFullDisk:
    case FaultKind::kLossy:
      return bound + std::max(timing.sick, timing.detection) + timing.heartbeat * 4;
    case FaultKind::kHostPower:
    case FaultKind::kHostSuspend:
    case FaultKind::kHostReplaced:
    case FaultKind::kZonePower:
    case FaultKind::kRegionPower:
    case FaultKind::kKillAgent:
    case FaultKind::kFreezeAgent: return bound + timing.detection;
    // What is cut off may still be heard by someone: then it is the lease that ends its service.
    case FaultKind::kCut:
    case FaultKind::kCutHost:
    case FaultKind::kCutZone:
    case FaultKind::kCutRegion:
    case FaultKind::kCutRegionPair: return bound + timing.detection + timing.lease;
    case FaultKind::kKillController:
    case FaultKind::kFreezeController:
    case FaultKind::kClockDrift:
    case FaultKind::kWallJump:
    case FaultKind::kStoreStop:
    case FaultKind::kCancelWaits: return kTakeover;
    case FaultKind::kStoreLost:
    case FaultKind::kPoison:
    case FaultKind::kOldSiteFile:
    case FaultKind::kOperator:
    case FaultKind::kCount: return std::nullopt;
  }
  return std::nullopt;
}

void SingleFaultOutage::on_end(SimTime now) {
  if (bench_.chronicle.faults().size() != 1) return;
  const FaultNote& note = bench_.chronicle.faults().front();
  for (const int i : clients_.data_classes()) {
    const auto cluster = static_cast<int>(site_.data_classes[static_cast<std::size_t>(i)].cluster);
    const std::optional<Duration> bound = outage_bound(note.fault, bench_.truth.policy(cluster));
    const Duration longest = clients_.outages().longest(i, note.began, now);
    if (!bound.has_value() || longest <= *bound) continue;
    violate(now,
            "data class " + std::to_string(i) + " waited " + std::to_string(to_ms(longest)) +
                " ms for a write because of one fault, " + fault_name(note.fault.kind) +
                "; the bound is " + std::to_string(to_ms(*bound)) + " ms");
  }
}

}  // namespace holdfast::sim
