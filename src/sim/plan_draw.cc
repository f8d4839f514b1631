#include "sim/plan_draw.h"

#include <algorithm>

#include "core/controller/controller.h"
#include "sim/controller_places.h"
#include "sim/fault_aim.h"

namespace holdfast::sim {
namespace {

/// Mostly shorter than what is done about it, sometimes much longer.
Duration draw_lasts(Prng& prng) {
  const std::uint64_t shape = prng.below(100);
  if (shape < 20) return prng.between(10ms, 300ms);
  if (shape < 55) return prng.between(300ms, 2s);
  if (shape < 90) return prng.between(2s, 8s);
  return prng.between(8s, 20s);
}

struct Target {
  int cluster = 0;
  int host = 0;
};

/// A member of a cluster, the first ones (who lead, or will) more often than the others.
Target draw_member(const model::Site& site, int focus, Prng& prng) {
  Target target;
  target.cluster = focus >= 0 ? focus : static_cast<int>(prng.below(site.clusters.size()));
  const auto& members = site.clusters[static_cast<std::size_t>(target.cluster)].members;
  std::uint64_t member = prng.below(members.size());
  if (prng.chance(40)) member = std::min(member, prng.below(members.size()));
  target.host = static_cast<int>(members[member].host);
  return target;
}

bool draw_two_hosts(const model::Site& site, int focus, Prng& prng, Fault& fault) {
  fault.a = draw_member(site, focus, prng).host;
  constexpr int kTries = 8;
  for (int i = 0; i < kTries; ++i) {
    fault.b = draw_member(site, focus, prng).host;
    if (fault.b != fault.a) return true;
  }
  return false;
}

int draw_zone(const model::Site& site, int focus, Prng& prng) {
  const int host = draw_member(site, focus, prng).host;
  return static_cast<int>(site.hosts[static_cast<std::size_t>(host)].zone);
}

int draw_data_region(const model::Site& site, int focus, Prng& prng) {
  const int zone = draw_zone(site, focus, prng);
  return static_cast<int>(site.region_of_zone(static_cast<model::Index>(zone)));
}

int draw_region(const model::Site& site, Prng& prng) {
  return static_cast<int>(prng.below(site.regions.size()));
}

bool draw_region_pair(const model::Site& site, Prng& prng, Fault& fault) {
  if (site.regions.size() < 2) return false;
  fault.a = draw_region(site, prng);
  fault.b = static_cast<int>(prng.below(site.regions.size() - 1));
  if (fault.b >= fault.a) ++fault.b;
  return true;
}

void draw_operator(const model::Site& site, int focus, Prng& prng, Fault& fault) {
  const Target target = draw_member(site, focus, prng);
  const auto& members = site.clusters[static_cast<std::size_t>(target.cluster)].members;
  fault.a = target.cluster;
  fault.c = static_cast<int>(prng.below(members.size()));
  const std::uint64_t verb = prng.below(100);
  auto chosen = core::OperatorVerb::kSwitchover;
  if (verb >= 60) chosen = core::OperatorVerb::kFailover;
  if (verb >= 80) chosen = core::OperatorVerb::kResume;
  if (verb >= 90) chosen = core::OperatorVerb::kApprove;
  fault.b = static_cast<int>(chosen);
}

/// Two hosts that run off in opposite directions may differ by the whole allowance.
std::int64_t draw_drift(const model::Site& site, Prng& prng) {
  double drift = site.clusters.front().timing.clock_drift_percent;
  for (const model::Cluster& cluster : site.clusters) {
    drift = std::min(drift, cluster.timing.clock_drift_percent);
  }
  const auto limit = static_cast<std::int64_t>(drift * 10'000.0 / 2.0);
  return prng.between(-limit, limit);
}

void draw_size(const model::Site& site, Prng& prng, Fault& fault) {
  using enum FaultKind;
  const FaultKind kind = fault.kind;
  fault.lasts = draw_lasts(prng);
  if (kind == kKillPostgres || kind == kCancelWaits || kind == kOperator || kind == kWallJump) {
    fault.lasts = Duration(0);
  }
  if (kind == kKillAgent || kind == kKillController) {
    fault.lasts = prng.between(20ms, 3s);
    fault.amount = fault.lasts.count();
  }
  if (kind == kHostReplaced) fault.lasts = prng.between(1s, 5s);
  if (kind == kPoison) fault.lasts = prng.between(1s, 15s);
  if (kind == kClockDrift) fault.lasts = prng.between(5s, 30s);
  if (kind == kClockDrift) fault.amount = draw_drift(site, prng);
  if (kind == kWallJump) fault.amount = (prng.chance(50) ? 1 : -1) * prng.between(1s, 30h).count();
  if (kind == kSlowPostgres) fault.amount = prng.between(20ms, 3s).count();
  if (kind == kSlowDisk) fault.amount = prng.between(1ms, 400ms).count();
  if (kind == kCutHost) fault.amount = static_cast<std::int64_t>(prng.below(3));
  if (kind == kCut) fault.both = prng.chance(50);
  if (kind == kLossy) fault.amount = prng.between(2, 40);
}

}  // namespace

bool draw_target(const model::Site& site, int focus, Prng& prng, Fault& fault) {
  bool found = true;
  switch (aim_of(fault.kind)) {
    case Aim::kHost: fault.a = draw_member(site, focus, prng).host; break;
    case Aim::kInstance: {
      const Target target = draw_member(site, focus, prng);
      fault.a = target.host;
      fault.b = target.cluster;
      break;
    }
    case Aim::kHostPair: found = draw_two_hosts(site, focus, prng, fault); break;
    case Aim::kZone: fault.a = draw_zone(site, focus, prng); break;
    case Aim::kDataRegion: fault.a = draw_data_region(site, focus, prng); break;
    case Aim::kRegionPair: found = draw_region_pair(site, prng, fault); break;
    case Aim::kController:
      fault.a = static_cast<int>(prng.below(controller_places(site).size()));
      break;
    case Aim::kCluster: fault.a = draw_member(site, focus, prng).cluster; break;
    case Aim::kOperator: draw_operator(site, focus, prng, fault); break;
    case Aim::kStore: break;
  }
  if (found) draw_size(site, prng, fault);
  return found && fault.kind != FaultKind::kCount;
}

}  // namespace holdfast::sim
