#include "sim/plan.h"

#include <algorithm>
#include <iterator>

#include "core/controller/controller.h"
#include "sim/plan_draw.h"

namespace holdfast::sim {
namespace {

/// Before copies are destroyed, the cluster has had time to be whole; two such faults keep this
/// distance.
constexpr Duration kQuietBeforeLoss = 15s;
/// Nothing that changes who leads happens this close to the loss of the store: nobody could tell.
constexpr Duration kQuietAroundStore = 8s;

bool is_power(FaultKind kind) {
  return kind == FaultKind::kHostPower || kind == FaultKind::kZonePower ||
         kind == FaultKind::kRegionPower;
}

bool in_scope(const model::Site& site, const Fault& fault, const model::Host& host) {
  if (fault.kind == FaultKind::kHostPower)
    return &site.hosts[static_cast<std::size_t>(fault.a)] == &host;
  if (host.zone == model::kNoIndex) return false;
  const int zone = static_cast<int>(host.zone);
  if (fault.kind == FaultKind::kZonePower) return fault.a == zone;
  return fault.a == static_cast<int>(site.region_of_zone(host.zone));
}

/// Does this fault take what a member had confirmed to hold?
bool destroys(const model::Site& site, const Fault& fault) {
  if (fault.kind == FaultKind::kHostReplaced) return true;
  if (!is_power(fault.kind)) return false;
  return std::any_of(site.hosts.begin(), site.hosts.end(), [&](const model::Host& host) {
    return !host.power_loss_protection && in_scope(site, fault, host);
  });
}

/// Leaves every copy and every path as it is.
bool harmless(FaultKind kind) {
  constexpr FaultKind kHarmless[] = {FaultKind::kKillAgent,
                                     FaultKind::kFreezeAgent,
                                     FaultKind::kKillController,
                                     FaultKind::kFreezeController,
                                     FaultKind::kClockDrift,
                                     FaultKind::kWallJump};
  return std::find(std::begin(kHarmless), std::end(kHarmless), kind) != std::end(kHarmless);
}

SimTime end_of(const Fault& fault) { return fault.when + fault.lasts; }

/// Would this fault, beside those chosen already, break more than any design survives?
bool too_much(const model::Site& site, const std::vector<Fault>& chosen, const Fault& fault) {
  for (const Fault& other : chosen) {
    const bool destroying = destroys(site, fault) || destroys(site, other);
    const Fault& first = fault.when < other.when ? fault : other;
    const Fault& second = fault.when < other.when ? other : fault;
    if (destroying && !harmless(first.kind) && destroys(site, second) &&
        second.when < end_of(first) + kQuietBeforeLoss) {
      return true;
    }
    const bool store = fault.kind == FaultKind::kStoreLost || other.kind == FaultKind::kStoreLost;
    if (store && !harmless(first.kind) && second.when < end_of(first) + kQuietAroundStore)
      return true;
    // Never the power of every region with data at once.
    const bool regions =
        fault.kind == FaultKind::kRegionPower && other.kind == FaultKind::kRegionPower;
    if (regions && second.when < end_of(first) + 1s) return true;
  }
  return false;
}

/// The kinds that this seed draws from: each with even odds, at least one.
std::vector<FaultKind> draw_kinds(const SwarmOptions& options, Prng& prng) {
  std::vector<FaultKind> allowed;
  for (int i = 0; i < static_cast<int>(FaultKind::kCount); ++i) {
    if ((options.kinds >> i & 1U) != 0) allowed.push_back(static_cast<FaultKind>(i));
  }
  if (allowed.empty() || options.style == PlanStyle::kSingle) return allowed;
  const double share = static_cast<double>(prng.between(10, 70));
  std::vector<FaultKind> kinds;
  for (const FaultKind kind : allowed) {
    if (prng.chance(share)) kinds.push_back(kind);
  }
  if (kinds.empty()) kinds.push_back(allowed[prng.below(allowed.size())]);
  return kinds;
}

int draw_count(const SwarmOptions& options, Prng& prng) {
  if (options.style == PlanStyle::kCalm) return 0;
  if (options.style == PlanStyle::kSingle) return 1;
  return static_cast<int>(prng.between(2, std::max(2, options.faults_max)));
}

/// Evenly over the run, or at the heels of an earlier fault: while its consequences are being
/// decided.
SimTime draw_when(const model::Site& site,
                  const SwarmOptions& options,
                  const std::vector<Fault>& chosen,
                  bool chaser,
                  Prng& prng) {
  const SimTime first = SimTime{} + options.quiet;
  const SimTime last = SimTime{} + options.length - 5s;
  if (!chaser || chosen.empty()) return first + prng.between(Duration(0), last - first);
  const Fault& prey = chosen[prng.below(chosen.size())];
  SimTime when = prng.chance(25) ? end_of(prey) : prey.when;
  if (prng.chance(50)) {
    const model::Cluster& cluster = site.clusters[prng.below(site.clusters.size())];
    when += cluster.timing.detection;
  }
  return std::min(last, when + prng.between(Duration(0), 300ms));
}

/// Some faults matter only at a bad moment: waits that are cancelled while the leader's commits
/// reach nobody, a handover whose successor goes missing. Adds what makes the last fault of the
/// list matter.
void make_matter(const model::Site& site, Prng& prng, std::vector<Fault>& faults) {
  constexpr double kShare = 60;
  const Fault& last = faults.back();
  const bool cancels = last.kind == FaultKind::kCancelWaits;
  const bool hands_over = last.kind == FaultKind::kOperator &&
                          last.b == static_cast<int>(core::OperatorVerb::kSwitchover);
  if ((!cancels && !hands_over) || !prng.chance(kShare)) return;
  Fault cut;
  cut.kind = FaultKind::kCutHost;
  cut.lasts = prng.between(1s, 6s);
  if (cancels) {
    cut.a = last.a;
    cut.when = last.when - prng.between(20ms, 400ms);
  } else {
    const auto& members = site.clusters[static_cast<std::size_t>(last.a)].members;
    cut.a = static_cast<int>(members[static_cast<std::size_t>(last.c)].host);
    cut.when = last.when + prng.between(-200ms, 200ms);
  }
  if (!too_much(site, faults, cut)) faults.push_back(cut);
}

}  // namespace

SimTime FaultPlan::healed() const {
  SimTime latest{};
  for (const Fault& fault : faults) latest = std::max(latest, end_of(fault));
  return latest;
}

FaultPlan make_plan(const model::Site& site, Prng& prng, const SwarmOptions& options) {
  FaultPlan plan;
  plan.length = options.length;
  const std::vector<FaultKind> kinds = draw_kinds(options, prng);
  const int count = draw_count(options, prng);
  const double chasers = static_cast<double>(prng.between(0, 80));
  // Some seeds pick on one cluster, so that faults meet in its members.
  const int focus = prng.chance(60) ? static_cast<int>(prng.below(site.clusters.size())) : -1;
  constexpr int kTries = 8;
  for (int i = 0; i < count && !kinds.empty(); ++i) {
    for (int attempt = 0; attempt < kTries; ++attempt) {
      Fault fault;
      fault.kind = kinds[prng.below(kinds.size())];
      fault.when = draw_when(site, options, plan.faults, prng.chance(chasers), prng);
      if (!draw_target(site, focus, prng, fault)) continue;
      if (too_much(site, plan.faults, fault)) continue;
      plan.faults.push_back(fault);
      if (options.style == PlanStyle::kSwarm) make_matter(site, prng, plan.faults);
      break;
    }
  }
  std::stable_sort(plan.faults.begin(), plan.faults.end(), [](const Fault& x, const Fault& y) {
    return x.when < y.when;
  });
  return plan;
}

PlanStyle style_of_seed(std::uint64_t seed) {
  constexpr std::uint64_t kCalmEvery = 32;
  constexpr std::uint64_t kSingleEvery = 4;
  if (seed % kCalmEvery == 0) return PlanStyle::kCalm;
  return seed % kSingleEvery == 1 ? PlanStyle::kSingle : PlanStyle::kSwarm;
}

}  // namespace holdfast::sim
