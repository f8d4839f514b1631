// Faults of hosts, networks and the store.

#include <algorithm>

#include "core/record/recover.h"
#include "sim/world.h"

namespace holdfast::sim {
namespace {

constexpr int kDefaultLoss = 20;
constexpr Duration kRecoverRetry = 1s;

bool struck_by_power(const Fault& fault, const Host& host) {
  if (fault.kind == FaultKind::kZonePower) return host.zone == fault.a;
  if (fault.kind == FaultKind::kRegionPower) return host.region == fault.a;
  return host.index == fault.a;
}

bool inside(const Fault& fault, const Host& host) {
  if (fault.kind == FaultKind::kCutZone) return host.zone == fault.a;
  if (fault.kind == FaultKind::kCutRegion) return host.region == fault.a;
  return host.index == fault.a;
}

/// Does the fault touch the path from one host to another?
bool touches(const Fault& fault, const Host& from, const Host& to) {
  if (from.index == to.index) return false;
  if (fault.kind == FaultKind::kCut || fault.kind == FaultKind::kLossy) {
    const bool back = fault.both && from.index == fault.b && to.index == fault.a;
    return back || (from.index == fault.a && to.index == fault.b);
  }
  if (fault.kind == FaultKind::kCutRegionPair) {
    const bool back = fault.both && from.region == fault.b && to.region == fault.a;
    return back || (from.region == fault.a && to.region == fault.b);
  }
  const bool leaves = inside(fault, from) && !inside(fault, to);
  const bool enters = inside(fault, to) && !inside(fault, from);
  if (fault.kind == FaultKind::kCutHost && fault.amount == 1) return leaves;
  if (fault.kind == FaultKind::kCutHost && fault.amount == 2) return enters;
  return leaves || (enters && fault.both);
}

/// What the operator finds on the members' disks.
std::vector<core::Survivor> survivors(World& world, int cluster) {
  std::vector<core::Survivor> found;
  for (int i = 0; i < world.members(cluster); ++i) {
    Instance& it = world.instance({cluster, i});
    const core::RecordPtr& record = it.storage().disk().record;
    if (!it.host().running() || record == nullptr) continue;
    const core::PgObservation& pg = it.postgres().observation();
    const bool leads = pg.state == core::PgState::kPrimary && pg.leads == record->key.epoch;
    found.push_back({i, record, leads});
  }
  return found;
}

}  // namespace

void Faults::switch_power(const Fault& fault, bool on) {
  for (int i = 0; i < world_.hosts(); ++i) {
    Host& host = world_.host(i);
    if (!struck_by_power(fault, host)) continue;
    if (on && fault.kind == FaultKind::kHostReplaced) host.replaced = true;
    world_.power(host, on);
  }
}

void Faults::change_paths(const Fault& fault, bool on) {
  Network& network = world_.network();
  const int loss = fault.amount > 0 ? static_cast<int>(fault.amount) : kDefaultLoss;
  for (int from = 0; from < world_.hosts(); ++from) {
    for (int to = 0; to < world_.hosts(); ++to) {
      if (!touches(fault, world_.host(from), world_.host(to))) continue;
      if (fault.kind != FaultKind::kLossy) {
        on ? network.cut(from, to) : network.heal(from, to);
      } else {
        on ? network.impair(from, to, loss) : network.relieve(from, to, loss);
      }
    }
  }
}

void Faults::change_host(const Fault& fault, bool on) {
  Host& host = world_.host(fault.a);
  const int sign = on ? 1 : -1;
  if (fault.kind == FaultKind::kHostSuspend) {
    world_.suspend(host, on);
  } else if (fault.kind == FaultKind::kSlowDisk) {
    host.extra_fsync += sign * Duration(fault.amount);
  } else if (fault.kind == FaultKind::kFullDisk) {
    host.disk_full += sign;
    for (const int i : host.instances) world_.instance(i).changed();
  } else if (fault.kind == FaultKind::kClockDrift) {
    world_.change_clock(host, host.clock.ppm() + sign * fault.amount);
  } else {
    host.wall_at_start += sign * Duration(fault.amount);
    for (const int i : host.instances)
      world_.instance(i).wall_jumped(sign * Duration(fault.amount));
  }
}

void Faults::strike_store(const Fault& fault, bool on) {
  Store& store = world_.store();
  if (fault.kind == FaultKind::kStoreStop) return on ? store.stop(fault.a) : store.restart(fault.a);
  if (on) return store.lose();
  recover_store();
}

/// An operator rebuilds every record from what survives. A cluster without survivors is tried
/// again.
void Faults::recover_store() {
  Store& store = world_.store();
  if (store.losses() > 1) return store.forgive_loss();
  std::vector<core::RecordPtr> records;
  Duration lease{};
  const WallTime wall = world_.host(0).wall(world_.kernel().now());
  for (int cluster = 0; cluster < world_.clusters(); ++cluster) {
    const std::vector<core::Survivor> found = survivors(world_, cluster);
    const Result<core::Record> made = core::recover_record(found, true, wall);
    if (!made.has_value()) {
      world_.kernel().in(kRecoverRetry, *this, kRecover);
      return;
    }
    records.push_back(std::make_shared<const core::Record>(*made));
    lease = std::max(lease, world_.policy(cluster).timing.lease * 2);
  }
  store.recover(records, lease);
}

}  // namespace holdfast::sim
