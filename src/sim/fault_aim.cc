#include "sim/fault_aim.h"

namespace holdfast::sim {

Aim aim_of(FaultKind kind) {
  switch (kind) {
    case FaultKind::kKillPostgres:
    case FaultKind::kHangPostgres:
    case FaultKind::kSlowPostgres:
    case FaultKind::kCancelWaits: return Aim::kInstance;
    case FaultKind::kKillAgent:
    case FaultKind::kFreezeAgent:
    case FaultKind::kHostPower:
    case FaultKind::kHostSuspend:
    case FaultKind::kHostReplaced:
    case FaultKind::kCutHost:
    case FaultKind::kSlowDisk:
    case FaultKind::kFullDisk:
    case FaultKind::kClockDrift:
    case FaultKind::kWallJump: return Aim::kHost;
    case FaultKind::kCut:
    case FaultKind::kLossy: return Aim::kHostPair;
    case FaultKind::kZonePower:
    case FaultKind::kCutZone: return Aim::kZone;
    case FaultKind::kRegionPower:
    case FaultKind::kCutRegion: return Aim::kDataRegion;
    case FaultKind::kCutRegionPair: return Aim::kRegionPair;
    case FaultKind::kKillController:
    case FaultKind::kFreezeController:
    case FaultKind::kStoreStop:
    case FaultKind::kOldSiteFile: return Aim::kController;
    case FaultKind::kPoison: return Aim::kCluster;
    case FaultKind::kOperator: return Aim::kOperator;
    case FaultKind::kStoreLost:
    case FaultKind::kCount: return Aim::kStore;
  }
  return Aim::kStore;
}

bool strikes(const Fault& fault, const core::MemberPolicy& member) {
  const int host = static_cast<int>(member.host);
  switch (aim_of(fault.kind)) {
    case Aim::kHost:
    case Aim::kInstance: return fault.a == host;
    case Aim::kHostPair: return fault.a == host || fault.b == host;
    case Aim::kZone: return fault.a == member.zone;
    case Aim::kDataRegion: return fault.a == member.region;
    case Aim::kRegionPair: return fault.a == member.region || fault.b == member.region;
    case Aim::kController:
    case Aim::kCluster:
    case Aim::kOperator:
    case Aim::kStore: return false;
  }
  return false;
}

}  // namespace holdfast::sim
