// Policies and speeds drawn per seed, so that no run relies on one lucky set of numbers.
#include <algorithm>

#include "sim/controller_places.h"
#include "sim/fault_aim.h"
#include "sim/plan.h"

namespace holdfast::sim {
namespace {

Duration whole_ms(Duration duration) {
  return std::chrono::floor<std::chrono::milliseconds>(duration);
}

template <class Things>
std::string name_at(const Things& things, int index) {
  const auto i = static_cast<std::size_t>(index);
  return i < things.size() ? things[i].name : "?";
}

}  // namespace

void randomise_timing(model::Timing& timing, Prng& prng) {
  timing.heartbeat = whole_ms(prng.between(40ms, 200ms));
  timing.detection = whole_ms(std::max(prng.between(150ms, 1500ms), 3 * timing.heartbeat));
  timing.sick = whole_ms(std::max(prng.between(500ms, 4s), timing.detection));
  timing.lease = whole_ms(prng.between(1s, 5s));
  timing.lease_renewal = whole_ms(prng.between(timing.lease / 10, timing.lease / 3));
  timing.crash_restart = whole_ms(prng.between(Duration(0), timing.detection + 500ms));
  timing.failover_window =
      whole_ms(prng.chance(50) ? prng.between(1s, 10s) : prng.between(10s, 60s));
  timing.clock_drift_percent = static_cast<double>(prng.between(1, 20)) / 100.0;
  // What drift and one lost renewal leave of the lease must be enough for a busy host's pause.
  const auto drift = Duration(static_cast<std::int64_t>(static_cast<double>(timing.lease.count()) *
                                                        timing.clock_drift_percent / 50.0));
  timing.lease_renewal =
      whole_ms(std::min(timing.lease_renewal, (timing.lease - drift - 150ms) / 2));
}

void randomise_policy(model::Site& site, Prng& prng) {
  constexpr double kAsConfigured = 20;
  constexpr double kApprove = 6;
  for (model::Cluster& cluster : site.clusters) {
    if (!prng.chance(kAsConfigured)) randomise_timing(cluster.timing, prng);
  }
  if (prng.chance(kApprove)) site.failover.region = model::FailoverMode::kApprove;
  if (prng.chance(kApprove)) site.failover.zone = model::FailoverMode::kApprove;
}

PgTiming randomise_postgres(Prng& prng) {
  PgTiming timing;
  const auto vary = [&](Duration& it) { it = prng.between(it / 3, it * 3); };
  for (Duration* it : {&timing.start,
                       &timing.recovery,
                       &timing.promote,
                       &timing.stop,
                       &timing.reload,
                       &timing.receiver_exit,
                       &timing.fsync,
                       &timing.rewind,
                       &timing.rebuild,
                       &timing.reconnect_retry}) {
    vary(*it);
  }
  // The checkpoint of a clean stop syncs every file that was written since the last one.
  timing.shutdown = prng.chance(30) ? prng.between(100ms, 700ms) : prng.between(5ms, 50ms);
  timing.sender_timeout = prng.between(1s, 2s);
  timing.stale_receiver_percent = static_cast<double>(prng.between(0, 30));
  return timing;
}

std::string text_of_fault(const model::Site& site, const Fault& fault) {
  std::string text = std::string(fault_name(fault.kind)) + ' ';
  switch (aim_of(fault.kind)) {
    case Aim::kHost: text += name_at(site.hosts, fault.a); break;
    case Aim::kInstance:
      text += name_at(site.hosts, fault.a) + " of " + name_at(site.clusters, fault.b);
      break;
    case Aim::kHostPair:
      text += name_at(site.hosts, fault.a) + (fault.both ? " and " : " to ") +
              name_at(site.hosts, fault.b);
      break;
    case Aim::kZone: text += name_at(site.zones, fault.a); break;
    case Aim::kDataRegion: text += name_at(site.regions, fault.a); break;
    case Aim::kController: {
      const std::vector<ControllerPlace> places = controller_places(site);
      text += name_at(site.zones, places[static_cast<std::size_t>(fault.a)].zone);
      break;
    }
    case Aim::kRegionPair:
      text += name_at(site.regions, fault.a) + " and " + name_at(site.regions, fault.b);
      break;
    case Aim::kCluster: text += name_at(site.clusters, fault.a); break;
    case Aim::kOperator:
      text += name_at(site.clusters, fault.a) + " verb " + std::to_string(fault.b) + " member " +
              std::to_string(fault.c);
      break;
    case Aim::kStore: break;
  }
  if (fault.amount != 0) text += ", amount " + std::to_string(fault.amount);
  if (fault.lasts > Duration(0)) {
    text += ", for " + std::to_string(fault.lasts.count() / 1000) + " ms";
  }
  return text;
}

}  // namespace holdfast::sim
