#include "sim/checkers/cause.h"

#include <algorithm>

#include "sim/fault_aim.h"

namespace holdfast::sim {
namespace {

/// For the decision to be made and carried out after the evidence was complete.
constexpr Duration kDecision = 4s;
constexpr Duration kOperatorPatience = 30s;
/// Of a heartbeat and the proof that answers it.
constexpr Duration kTravel = 150ms;

/// An agent that is away for a moment says nothing, but its standbys go on receiving WAL. Only when
/// its guardian may have stopped the leader, because nobody prolonged the lease, is that a cause.
bool agent_away_briefly(const FaultNote& note, const model::Timing& timing, SimTime asked) {
  if (note.fault.kind != FaultKind::kFreezeAgent && note.fault.kind != FaultKind::kKillAgent)
    return false;
  const Duration spent = timing.lease_renewal + 2 * timing.heartbeat + timing.lease / 10 + kTravel;
  return asked - note.began < timing.lease - spent;
}

/// Can this fault, while it lasts, make a living and open leader look lost?
bool can_depose(const Fault& fault, int cluster, const core::MemberPolicy& leader) {
  switch (fault.kind) {
    case FaultKind::kPoison: return fault.a == cluster;
    case FaultKind::kKillPostgres:
    case FaultKind::kHangPostgres:
    case FaultKind::kSlowPostgres:
      return fault.a == static_cast<int>(leader.host) && fault.b == cluster;
    case FaultKind::kFreezeAgent:
    case FaultKind::kKillAgent:
    case FaultKind::kHostPower:
    case FaultKind::kHostSuspend:
    case FaultKind::kHostReplaced:
    case FaultKind::kZonePower:
    case FaultKind::kRegionPower:
    case FaultKind::kCut:
    case FaultKind::kCutHost:
    case FaultKind::kCutZone:
    case FaultKind::kCutRegion:
    case FaultKind::kCutRegionPair:
    case FaultKind::kLossy:
    case FaultKind::kSlowDisk:
    case FaultKind::kFullDisk: return strikes(fault, leader);
    case FaultKind::kStoreLost:
    case FaultKind::kOldSiteFile: return true;
    case FaultKind::kKillController:
    case FaultKind::kFreezeController:
    case FaultKind::kClockDrift:
    case FaultKind::kWallJump:
    case FaultKind::kStoreStop:
    case FaultKind::kCancelWaits:
    case FaultKind::kOperator:
    case FaultKind::kCount: return false;
  }
  return false;
}

}  // namespace

bool NoFailoverWithoutCause::operator_acted(SimTime now, int cluster) const {
  const SimTime at = bench_.chronicle.cluster(cluster).operator_at;
  return at != kLongAgo && now - at <= kOperatorPatience;
}

NoFailoverWithoutCause::NoFailoverWithoutCause(Bench& bench)
    : Checker(bench), suspect_(static_cast<std::size_t>(bench.truth.clusters())) {}

NoFailoverWithoutCause::Reason NoFailoverWithoutCause::reason(SimTime asked,
                                                              int cluster,
                                                              const core::Record& before) const {
  const ClusterNotes& notes = bench_.chronicle.cluster(cluster);
  const core::ClusterPolicy& policy = bench_.truth.policy(cluster);
  const ClusterNotes::Closure* closure = notes.closure_at(asked);
  // That it serves again is not known anywhere else yet.
  if (closure == nullptr) closure = notes.closure_at(asked - kTravel);
  const bool open = closure == nullptr && notes.opened == before.key.epoch;
  // Of a cluster that was already without a leader any fault around that moment explains the rest.
  const SimTime closed = closure != nullptr ? closure->from : notes.closures.back().from;
  const SimTime when = open ? asked : closed;
  const Duration window = std::max(policy.timing.detection, policy.timing.sick) + kDecision;
  if (!open && operator_acted(when, cluster)) return Reason::kLeader;
  Reason best = Reason::kNone;
  for (const FaultNote& note : bench_.chronicle.faults()) {
    const bool recent = note.healed == kNever || when - note.healed <= window;
    if (!recent || note.began > asked) continue;
    if (!open) return Reason::kLeader;
    for (int i = 0; i < policy.count(); ++i) {
      const core::MemberPolicy& member = policy.members[static_cast<std::size_t>(i)];
      if (!can_depose(note.fault, cluster, member)) continue;
      const bool leads = i == before.leader().member;
      if (leads && !agent_away_briefly(note, policy.timing, asked)) return Reason::kLeader;
      best = Reason::kElsewhere;
    }
  }
  return best;
}

void NoFailoverWithoutCause::accuse(SimTime now, int cluster, Epoch epoch, core::Cause cause) {
  violate(now,
          "cluster " + std::to_string(cluster) + ": epoch " + std::to_string(epoch.value) +
              " begins (" + core::cause_name(cause) +
              ") although nothing has happened to the leader before");
}

void NoFailoverWithoutCause::on_record(SimTime now,
                                       int cluster,
                                       const core::RecordPtr& before,
                                       const core::RecordPtr& after) {
  if (before == nullptr || after == nullptr) return;
  Epoch& suspect = suspect_[static_cast<std::size_t>(cluster)];
  if (after->key.epoch > before->key.epoch) {
    const bool by_person =
        after->cause == core::Cause::kSwitchover || after->cause == core::Cause::kOperator;
    // An operation may wait long in a store without a quorum: it is judged as of its asking.
    const SimTime asked = bench_.chronicle.cluster(cluster).asked;
    Reason why = by_person ? Reason::kNone : reason(asked, cluster, *before);
    if (by_person && operator_acted(asked, cluster)) why = Reason::kLeader;
    if (why == Reason::kElsewhere) suspect = after->key.epoch;
    if (why == Reason::kNone) accuse(now, cluster, after->key.epoch, after->cause);
  }
  if (after->key.epoch != suspect || !after->leader().is_set()) return;
  suspect = Epoch{};
  const bool sealing = before->phase == core::Phase::kSealing;
  const core::Incarnation former = sealing ? before->primary : before->leader();
  if (after->leader() != former) accuse(now, cluster, after->key.epoch, after->cause);
}

}  // namespace holdfast::sim
