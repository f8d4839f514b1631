#include "sim/faults.h"

#include <algorithm>
#include <iterator>

#include "base/assert.h"
#include "sim/world.h"

namespace holdfast::sim {
namespace {

/// Over as soon as it has happened. Every other kind goes on until it is healed.
bool at_once(const Fault& fault) {
  constexpr FaultKind kAtOnce[] = {FaultKind::kKillPostgres,
                                   FaultKind::kKillAgent,
                                   FaultKind::kKillController,
                                   FaultKind::kWallJump,
                                   FaultKind::kCancelWaits,
                                   FaultKind::kOperator};
  const bool can_be =
      std::find(std::begin(kAtOnce), std::end(kAtOnce), fault.kind) != std::end(kAtOnce);
  return can_be && fault.lasts == Duration(0);
}

}  // namespace

void Faults::apply(const Fault& fault) {
  std::size_t slot = 0;
  while (slot < list_.size() && list_[slot].number != 0) ++slot;
  if (slot == list_.size()) list_.emplace_back();
  list_[slot] = {fault, 0, ++numbers_, false};
  ++active_;
  const Kernel& kernel = world_.kernel();
  if (fault.when <= kernel.now()) {
    on_event(kBegin, slot, numbers_);
  } else {
    world_.kernel().at(fault.when, *this, kBegin, slot, numbers_);
  }
}

void Faults::heal_all() {
  for (std::size_t slot = 0; slot < list_.size(); ++slot) {
    if (list_[slot].number != 0) heal(slot);
  }
}

void Faults::on_event(std::uint32_t kind, std::uint64_t a, std::uint64_t b) {
  if (kind == kRecover) return recover_store();
  if (kind == kRestartAgent || kind == kRestartController) {
    return restart(kind == kRestartController, static_cast<int>(a), b);
  }
  Active& it = list_[a];
  if (it.number != b) return;
  if (kind == kHeal) return heal(a);
  begin(it);
  if (at_once(it.fault)) {
    it.number = 0;
    --active_;
  } else if (it.fault.lasts > Duration(0)) {
    world_.kernel().in(it.fault.lasts, *this, kHeal, a, b);
  }
}

void Faults::begin(Active& it) {
  it.begun = true;
  world_.kernel().note(static_cast<std::uint64_t>(it.fault.kind));
  world_.observers().on_fault(world_.kernel().now(), it.fault, true);
  carry_out(it, true);
}

void Faults::heal(std::size_t slot) {
  Active it = list_[slot];
  list_[slot].number = 0;
  --active_;
  if (!it.begun) return;
  world_.observers().on_fault(world_.kernel().now(), it.fault, false);
  carry_out(it, false);
}

void Faults::carry_out(Active& it, bool on) {
  const Fault& fault = it.fault;
  switch (fault.kind) {
    case FaultKind::kKillPostgres:
    case FaultKind::kHangPostgres:
    case FaultKind::kSlowPostgres:
    case FaultKind::kCancelWaits:
    case FaultKind::kPoison: return strike_postgres(fault, on);
    case FaultKind::kKillAgent:
    case FaultKind::kFreezeAgent: return strike_agent(it, on);
    case FaultKind::kKillController:
    case FaultKind::kFreezeController: return strike_controller(it, on);
    case FaultKind::kHostPower:
    case FaultKind::kHostReplaced:
    case FaultKind::kZonePower:
    case FaultKind::kRegionPower: return switch_power(fault, on);
    case FaultKind::kCut:
    case FaultKind::kCutHost:
    case FaultKind::kCutZone:
    case FaultKind::kCutRegion:
    case FaultKind::kCutRegionPair:
    case FaultKind::kLossy: return change_paths(fault, on);
    case FaultKind::kHostSuspend:
    case FaultKind::kSlowDisk:
    case FaultKind::kFullDisk:
    case FaultKind::kClockDrift:
    case FaultKind::kWallJump: return change_host(fault, on);
    case FaultKind::kStoreStop:
    case FaultKind::kStoreLost: return strike_store(fault, on);
    case FaultKind::kOldSiteFile: return old_site_file(fault, on);
    case FaultKind::kOperator:
      if (on) operate(fault);
      return;
    case FaultKind::kCount: HF_ASSERT(false);
  }
}

}  // namespace holdfast::sim
