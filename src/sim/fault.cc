#include "sim/fault.h"

namespace holdfast::sim {

const char* fault_name(FaultKind kind) {
  switch (kind) {
    case FaultKind::kKillPostgres: return "kill-postgres";
    case FaultKind::kHangPostgres: return "hang-postgres";
    case FaultKind::kSlowPostgres: return "slow-postgres";
    case FaultKind::kKillAgent: return "kill-agent";
    case FaultKind::kFreezeAgent: return "freeze-agent";
    case FaultKind::kKillController: return "kill-controller";
    case FaultKind::kFreezeController: return "freeze-controller";
    case FaultKind::kHostPower: return "host-power";
    case FaultKind::kHostSuspend: return "host-suspend";
    case FaultKind::kHostReplaced: return "host-replaced";
    case FaultKind::kZonePower: return "zone-power";
    case FaultKind::kRegionPower: return "region-power";
    case FaultKind::kCut: return "cut";
    case FaultKind::kCutHost: return "cut-host";
    case FaultKind::kCutZone: return "cut-zone";
    case FaultKind::kCutRegion: return "cut-region";
    case FaultKind::kCutRegionPair: return "cut-region-pair";
    case FaultKind::kLossy: return "lossy";
    case FaultKind::kSlowDisk: return "slow-disk";
    case FaultKind::kFullDisk: return "full-disk";
    case FaultKind::kClockDrift: return "clock-drift";
    case FaultKind::kWallJump: return "wall-jump";
    case FaultKind::kStoreStop: return "store-stop";
    case FaultKind::kStoreLost: return "store-lost";
    case FaultKind::kCancelWaits: return "cancel-waits";
    case FaultKind::kPoison: return "poison";
    case FaultKind::kOldSiteFile: return "old-site-file";
    case FaultKind::kOperator: return "operator";
    case FaultKind::kCount: break;
  }
  return "unknown";
}

}  // namespace holdfast::sim
