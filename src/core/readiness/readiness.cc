#include "core/readiness/readiness.h"

#include <algorithm>

#include "core/durability/mixing.h"
#include "core/readiness/dry_run.h"
#include "core/site/scope.h"

namespace holdfast::core {
namespace {

using model::Durability;
using model::Index;
using model::Site;

constexpr Rule kNoStore{
    "R100", "The store has no majority: nothing can be decided until it has one again."};
constexpr Rule kNoController{"R110",
                             "No controller is left: nothing is decided until one is back."};
constexpr Rule kWritesWait{"R120",
                           "Too few standbys are left for the durability asked for, and the "
                           "cluster's policy is to make writes wait."};
constexpr Rule kNobodyLeft{"R130", "No member is left that could lead."};
constexpr const Rule* kRules[] = {&kNoStore, &kNoController, &kWritesWait, &kNobodyLeft};

bool hits(const Site& site, const Loss& loss, Index host) {
  switch (loss.kind) {
    case Loss::Kind::kHost: return host == loss.index;
    case Loss::Kind::kZone: return site.hosts[host].zone == loss.index;
    case Loss::Kind::kRegion: return site.region_of_host(host) == loss.index;
    case Loss::Kind::kProcess:
    case Loss::Kind::kStore:
    case Loss::Kind::kControllers: return false;
  }
  return false;
}

std::uint32_t members_hit(const Site& site, const ClusterPolicy& policy, const Loss& loss) {
  std::uint32_t bits = 0;
  for (int i = 0; i < policy.count(); ++i) {
    const MemberPolicy& member = policy.members[static_cast<std::size_t>(i)];
    if (hits(site, loss, member.host)) bits |= 1U << i;
  }
  return bits;
}

/// One store member stands in every region.
bool store_survives(const Site& site, const Loss& loss) {
  if (loss.kind == Loss::Kind::kStore) return false;
  const std::size_t lost = loss.kind == Loss::Kind::kRegion ? 1 : 0;
  return 2 * (site.regions.size() - lost) > site.regions.size();
}

/// What the site-wide step would say of this loss, once the silence has lasted.
SiteHint hint_of(const Site& site, const Loss& loss, MonoTime now) {
  std::vector<HostView> views;
  for (Index i = 0; i < site.hosts.size(); ++i) {
    const model::Host& host = site.hosts[i];
    if (host.role != model::HostRole::kDatabase || host.zone == model::kNoIndex) continue;
    views.push_back({static_cast<std::uint16_t>(host.zone),
                     static_cast<std::uint16_t>(site.region_of_host(i)),
                     hits(site, loss, i) ? kLongAgo : now});
  }
  ScopeInput input;
  input.now = now;
  input.failovers_max = site.failover.max_concurrent;
  return scope_hint(views, input);
}

/// The deciding controller stands with the leader if that region is left, else with another member.
std::uint16_t controller_region(const Site& site,
                                const ClusterPolicy& policy,
                                int leader,
                                const Loss& loss) {
  const auto region = policy.members[static_cast<std::size_t>(leader)].region;
  if (loss.kind != Loss::Kind::kRegion || loss.index != region) return region;
  for (const MemberPolicy& member : policy.members) {
    if (!hits(site, loss, member.host)) return member.region;
  }
  return region;
}

bool asks_for_a_person(const Rule* rule) {
  if (rule == nullptr) return false;
  const std::string_view id = rule->id;
  return id == "C240" || id == "C260" || id == "C420" || id == "C450";
}

/// The sentence for a cluster that does not serve its clients in the end.
const Rule* reason(const DryRunInput& input, const DryRunResult& result) {
  if (result.fenced != nullptr) return result.fenced;
  const std::uint32_t all = (1U << input.policy.count()) - 1;
  if ((input.lost_members & all) == all) return &kNobodyLeft;
  if (!input.controllers_up) return &kNoController;
  if (!input.store_up) return &kNoStore;
  const Record& record = *result.after.record;
  const Incarnation leader = record.leader();
  const bool leader_left = leader.is_set() && (input.lost_members >> leader.member & 1U) == 0;
  if (input.policy.block && leader_left) return &kWritesWait;
  return result.waiting;
}

Outcome outcome_of(const DryRunResult& result, Incarnation leader) {
  if (!result.serves) return Outcome::kStops;
  if (result.leader != leader) return Outcome::kMoves;
  return result.interrupted ? Outcome::kPauses : Outcome::kGoesOn;
}

void forecast_classes(const Site& site, Forecast& it) {
  for (Index i = 0; i < site.data_classes.size(); ++i) {
    const model::DataClass& data_class = site.data_classes[i];
    if (data_class.kept != model::Kept::kCluster || data_class.cluster != it.cluster) continue;
    const bool in_time =
        it.outcome != Outcome::kStops && it.automatic && it.phases.total() <= data_class.rto;
    it.classes.push_back(
        {i, it.loses, it.loses <= data_class.rpo, in_time || it.outcome == Outcome::kGoesOn});
  }
}

}  // namespace

std::string loss_text(const Site& site, const Loss& loss) {
  switch (loss.kind) {
    case Loss::Kind::kProcess: return "PostgreSQL on " + site.hosts[loss.index].name;
    case Loss::Kind::kHost: return "host " + site.hosts[loss.index].name;
    case Loss::Kind::kZone: return "zone " + site.zones[loss.index].name;
    case Loss::Kind::kRegion: return "region " + site.regions[loss.index].name;
    case Loss::Kind::kStore: return "the store";
    case Loss::Kind::kControllers: return "every controller";
  }
  return {};
}

Posture posture_of(const ClusterPolicy& policy, const ControllerState& state) {
  Posture posture;
  if (state.record == nullptr || state.record->pairs.empty())
    return {Durability::kNone, Duration::max()};
  // A commit satisfies one of the pairs, nobody knows which: the weakest counts.
  posture.protects = Durability::kRegion;
  for (const Pair& pair : state.record->pairs)
    posture.protects =
        std::min(posture.protects, protection_of(policy, pair.primary, pair.s, pair.w));
  if (policy.lossy_takeover && !state.record->candidates.empty()) {
    posture.exposure = state.exposure;
  } else if (posture.protects == Durability::kNone || posture.protects < policy.durability) {
    posture.exposure = Duration::max();
  }
  return posture;
}

std::vector<Loss> losses_of(const Site& site, const ClusterView& view) {
  std::vector<Loss> losses;
  const auto add = [&](Loss::Kind kind, Index index) {
    const Loss loss{kind, index};
    if (std::find(losses.begin(), losses.end(), loss) == losses.end()) losses.push_back(loss);
  };
  const Incarnation leader = view.state->record->leader();
  if (leader.is_set()) add(Loss::Kind::kProcess, view.policy->members[leader.member].host);
  for (const MemberPolicy& it : view.policy->members) add(Loss::Kind::kHost, it.host);
  for (const MemberPolicy& it : view.policy->members) add(Loss::Kind::kZone, it.zone);
  for (const MemberPolicy& it : view.policy->members) add(Loss::Kind::kRegion, it.region);
  for (Index i = 0; i < site.regions.size(); ++i) {
    if (!store_survives(site, {Loss::Kind::kRegion, i})) add(Loss::Kind::kRegion, i);
  }
  add(Loss::Kind::kStore, model::kNoIndex);
  add(Loss::Kind::kControllers, model::kNoIndex);
  return losses;
}

Forecast forecast(const ReadinessInput& input, const ClusterView& view, const Loss& loss) {
  const ClusterPolicy& policy = *view.policy;
  const Record& record = *view.state->record;
  const Incarnation leader = record.leader().is_set() ? record.leader() : record.primary;
  DryRunInput dry{policy, *view.state, input.now, input.wall, input.latencies};
  dry.lost_members = members_hit(input.site, policy, loss);
  dry.crash = loss.kind == Loss::Kind::kProcess;
  dry.hint = hint_of(input.site, loss, input.now);
  dry.store_up = store_survives(input.site, loss);
  dry.controllers_up = loss.kind != Loss::Kind::kControllers;
  dry.controller_region = controller_region(input.site, policy, leader.member, loss);
  DryRunResult result = dry_run(dry);

  Forecast it;
  it.loss = loss;
  it.cluster = view.cluster;
  if (!result.serves && asks_for_a_person(result.waiting)) {
    it.automatic = false;
    it.blocked_by = result.waiting;
    dry.approve = true;
    result = dry_run(dry);
  }
  it.outcome = outcome_of(result, leader);
  it.target = result.serves ? result.leader.member : -1;
  it.fired = result.fired;
  it.lossy = result.lossy;
  it.phases = result.phases;
  if (it.lossy) it.loses = std::max(view.state->exposure, result.after.exposure);
  if (!result.serves && it.blocked_by == nullptr) it.blocked_by = reason(dry, result);
  if (it.blocked_by == &kNobodyLeft) it.loses = Duration::max();
  if (result.serves && !dry.controllers_up) it.blocked_by = &kNoController;
  if (result.serves && !dry.store_up) it.blocked_by = &kNoStore;
  it.after = posture_of(policy, result.after);
  forecast_classes(input.site, it);
  return it;
}

std::vector<Forecast> forecast_all(const ReadinessInput& input) {
  std::vector<Forecast> all;
  for (const ClusterView& view : input.clusters) {
    for (const Loss& loss : losses_of(input.site, view)) all.push_back(forecast(input, view, loss));
  }
  return all;
}

std::span<const Rule* const> readiness_rules() { return kRules; }

const char* outcome_name(Outcome outcome) {
  switch (outcome) {
    case Outcome::kGoesOn: return "goes on";
    case Outcome::kPauses: return "pauses";
    case Outcome::kMoves: return "moves";
    case Outcome::kStops: return "stops";
  }
  return "unknown";
}

}  // namespace holdfast::core
