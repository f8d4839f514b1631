#include "jitter/unrest.h"

#include <algorithm>

namespace holdfast::bench {
namespace {

using sim::Fault;
using sim::FaultKind;

constexpr Duration kQuiet = 3s;
constexpr Duration kStallEvery = 2s;  ///< mean, over the whole site
constexpr Duration kSpellEvery = 5s;  ///< of loss, slow disks, drift

class Draw {
 public:
  Draw(const model::Site& site, Prng prng, const Unrest& unrest)
      : site_(site), prng_(prng), unrest_(unrest) {
    for (std::size_t i = 0; i < site.hosts.size(); ++i) {
      if (site.hosts[i].role == model::HostRole::kDatabase) hosts_.push_back(static_cast<int>(i));
    }
    databases_ = hosts_.size();
    // Controllers stand on hosts of their own behind the site's.
    for (std::size_t i = 0; i < site.regions.size(); ++i) {
      hosts_.push_back(static_cast<int>(site.hosts.size() + i));
    }
    Duration detection = site.clusters.front().timing.detection;
    for (const model::Cluster& it : site.clusters) {
      detection = std::min(detection, it.timing.detection);
    }
    longest_stall_ = detection * unrest.stall_percent / 100;
  }

  sim::FaultPlan plan() {
    sim::FaultPlan plan;
    plan.length = unrest_.length;
    background();
    for (Duration at = kQuiet; at < unrest_.length; at += pause(kStallEvery)) stall(at);
    for (Duration at = kQuiet; at < unrest_.length; at += pause(kSpellEvery)) spell(at);
    std::stable_sort(faults_.begin(), faults_.end(), [](const Fault& a, const Fault& b) {
      return a.when < b.when;
    });
    plan.faults = std::move(faults_);
    return plan;
  }

 private:
  Duration pause(Duration mean) { return prng_.between(mean / 10, mean * 19 / 10); }
  int any_host() { return hosts_[prng_.below(hosts_.size())]; }
  int any_database() { return hosts_[prng_.below(databases_)]; }

  void add(FaultKind kind, Duration at, Duration lasts, int a, int b, std::int64_t amount) {
    Fault fault;
    fault.kind = kind;
    fault.when = sim::SimTime{at};
    fault.lasts = std::min(lasts, unrest_.length - at);
    if (fault.lasts <= Duration(0)) return;
    fault.a = a;
    fault.b = b;
    fault.amount = amount;
    faults_.push_back(fault);
  }

  /// For the whole run: some paths lose a packet or two in a hundred.
  void background() {
    constexpr double kPathsThatLose = 30;
    for (std::size_t i = 0; i < hosts_.size(); ++i) {
      for (std::size_t j = i + 1; j < hosts_.size(); ++j) {
        if (!prng_.chance(kPathsThatLose)) continue;
        add(FaultKind::kLossy, kQuiet, unrest_.length, hosts_[i], hosts_[j], prng_.between(1, 2));
      }
    }
  }

  void stall(Duration at) {
    const Duration lasts = prng_.between(Duration(1ms), longest_stall_);
    const int host = any_host();
    switch (prng_.below(4)) {
      case 0: return add(FaultKind::kHostSuspend, at, lasts, host, 0, 0);
      case 1: return add(FaultKind::kFreezeAgent, at, lasts, any_database(), 0, 0);
      case 2: {
        const auto region = static_cast<int>(prng_.below(site_.regions.size()));
        return add(FaultKind::kFreezeController, at, lasts, region, 0, 0);
      }
      default: {
        const auto cluster = prng_.below(site_.clusters.size());
        const auto& members = site_.clusters[cluster].members;
        const auto at_host = static_cast<int>(members[prng_.below(members.size())].host);
        return add(FaultKind::kHangPostgres, at, lasts, at_host, static_cast<int>(cluster), 0);
      }
    }
  }

  void spell(Duration at) {
    const Duration lasts = prng_.between(Duration(1s), Duration(20s));
    switch (prng_.below(4)) {
      case 0:
      case 1: {
        const int a = any_host();
        const int b = any_host();
        if (a == b) return;
        return add(FaultKind::kLossy, at, lasts, a, b, prng_.between(2, 6));
      }
      case 2: {
        const Duration slower = prng_.between(Duration(1ms), Duration(40ms));
        return add(FaultKind::kSlowDisk, at, lasts, any_database(), 0, slower.count());
      }
      default: return clock(at, lasts);
    }
  }

  /// Two hosts that run off in opposite directions may differ by the whole allowance.
  void clock(Duration at, Duration lasts) {
    const double percent = site_.clusters.front().timing.clock_drift_percent;
    const auto limit = static_cast<std::int64_t>(percent * 10'000.0 / 2.0);
    add(FaultKind::kClockDrift, at, lasts, any_database(), 0, prng_.between(-limit, limit));
  }

  const model::Site& site_;
  Prng prng_;
  const Unrest unrest_;
  std::vector<int> hosts_;  ///< databases first, then controllers
  std::size_t databases_ = 0;
  Duration longest_stall_{};
  std::vector<Fault> faults_;
};

}  // namespace

sim::FaultPlan draw_unrest(const model::Site& site, Prng prng, const Unrest& unrest) {
  return Draw(site, prng, unrest).plan();
}

}  // namespace holdfast::bench
