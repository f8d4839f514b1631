#include "core/detection/evidence.h"

#include <algorithm>

#include "base/defect.h"

namespace holdfast::core {
namespace {

const MemberReport& report_of(const ControllerState& state, int member) {
  return state.members[static_cast<std::size_t>(member)].report;
}

Duration silence_of(const ControllerState& state, int member, MonoTime now) {
  const MonoTime heard = state.members[static_cast<std::size_t>(member)].heard;
  return since(std::max(heard, state.awake_since), now);
}

/// Says this member that the leader's WAL stopped, or does it simply not follow that leader?
bool hears_nothing(const Record& record, const MemberReport& report, Duration limit) {
  const bool stopped = report.wal == WalSeen::kSilent || report.wal == WalSeen::kRefused;
  if (stopped && report.wal_silence >= limit) return true;
  // Before the target of a promotion streams, its members have nothing to hear.
  return record.phase == Phase::kPromoting && report.following != record.key.epoch;
}

/// Whoever was itself cut off or ill needs that time to find its streams again.
Duration steady_time(const ClusterPolicy& policy) {
  return policy.timing.sick + 2 * policy.timing.heartbeat;
}

/// Has it been heard, and well, for long enough that the leader would have been heard by it again?
bool is_steady(const ClusterPolicy& policy,
               const ControllerState& state,
               int member,
               MonoTime now) {
  const MonoTime well_since = state.members[static_cast<std::size_t>(member)].well_since;
  return since(well_since, now) >= steady_time(policy);
}

SealedMembers witnesses_of_silence(const ClusterPolicy& policy,
                                   const ControllerState& state,
                                   MonoTime now) {
  const Record& record = *state.record;
  SealedMembers witnesses;
  for (const SealedMember& it : sealable_members(policy, state, now)) {
    const MemberReport& report = report_of(state, it.who.member);
    // A target that was only just chosen is followed by members that were only just sealed.
    const bool steady =
        record.phase == Phase::kPromoting || is_steady(policy, state, it.who.member, now);
    if (steady && hears_nothing(record, report, policy.timing.detection)) witnesses.push_back(it);
  }
  return witnesses;
}

bool someone_still_receives(const ClusterPolicy& policy,
                            const ControllerState& state,
                            MonoTime now) {
  for (int i = 0; i < policy.count(); ++i) {
    if (!is_fresh(policy, state, i, now)) continue;
    const MemberReport& report = report_of(state, i);
    if (report.wal == WalSeen::kFlowing && report.following == state.record->key.epoch) return true;
  }
  return false;
}

/// A lossy takeover asks every candidate that is heard; one that still receives WAL forbids it.
bool candidates_agree(const ClusterPolicy& policy, const ControllerState& state, MonoTime now) {
  bool any = false;
  for (const Incarnation& candidate : state.record->candidates) {
    if (!is_fresh(policy, state, candidate.member, now)) continue;
    const MemberReport& report = report_of(state, candidate.member);
    if (report.self != candidate || !report.able_to_seal) continue;
    if (!hears_nothing(*state.record, report, policy.timing.detection)) return false;
    any = true;
  }
  return any;
}

/// It hears none of its standbys, although enough of them are heard here to seal: the leader is cut
/// off. One standby alone could be the deaf one; and whoever hears the leader only just again may
/// have been cut off together with its standbys.
bool is_deaf(const ClusterPolicy& policy, const ControllerState& state, MonoTime now) {
  if (unanswered_for(state) < steady_time(policy)) return false;
  if (since(state.leader_heard_since, now) < steady_time(policy)) return false;
  const MonoTime spoken = state.members[state.record->leader().member].heard;
  SealedMembers witnesses = sealable_members(policy, state, now);
  witnesses.remove_if([&](const SealedMember& it) {
    const MonoTime answered = state.members[it.who.member].sender_alive_at;
    return !is_steady(policy, state, it.who.member, now) ||
           since(answered, spoken) < steady_time(policy);
  });
  return witnesses.size() >= 2 && all_pairs_satisfied(*state.record, witnesses);
}

/// It leads a steady epoch and does not manage to let clients in.
bool stays_closed(const ClusterPolicy& policy, const ControllerState& state, MonoTime now) {
  const Duration limit = std::max<Duration>(policy.timing.sick, 1s);
  const MonoTime from =
      std::max({state.open_seen_at, state.record_since, state.awake_since, state.leading_seen_at});
  return !state.record->handover && since(from, now) >= limit;
}

Verdict verdict_of_living(const ClusterPolicy& policy, const ControllerState& state, MonoTime now) {
  const Record& record = *state.record;
  const Incarnation leader = record.leader();
  const MemberReport& report = report_of(state, leader.member);
  if (report.self != leader)
    return report.self.is_set() || report.boot.is_set() ? Verdict::kGone : Verdict::kUnknown;
  // Its agent has not seen this epoch yet: what it says is about another one.
  if (report.record.epoch != record.key.epoch || report.record.store != record.key.store)
    return Verdict::kAlive;
  const bool down = report.state == PgState::kCrashed || report.state == PgState::kStopped ||
                    report.state == PgState::kStarting || report.state == PgState::kAbsent;
  if (down && !report.restarting && record.phase == Phase::kSteady) return Verdict::kCrashed;
  if (down && record.phase == Phase::kPromoting && report.state == PgState::kCrashed &&
      !report.restarting) {
    return Verdict::kCrashed;
  }
  const bool leads = record.phase == Phase::kSteady && report.state == PgState::kPrimary;
  const bool useless = leads && (is_deaf(policy, state, now) || stays_closed(policy, state, now));
  if (HF_DEFECT(kSickCountsAsAlive)) return Verdict::kAlive;
  return report.sick || useless ? Verdict::kSick : Verdict::kAlive;
}

}  // namespace

Duration unanswered_for(const ControllerState& state) {
  const Record& record = *state.record;
  const Pair* newest = newest_pair(record);
  if (newest == nullptr || newest->s.empty() || state.leading_seen != record.key.epoch)
    return Duration::zero();
  const MonoTime spoken = state.members[record.leader().member].heard;
  MonoTime latest = std::max(state.leading_seen_at, state.awake_since);
  for (const Incarnation& who : newest->s) {
    latest = std::max(latest, state.members[who.member].sender_alive_at);
  }
  return spoken <= latest ? Duration::zero() : since(latest, spoken);
}

bool is_fresh(const ClusterPolicy& policy, const ControllerState& state, int member, MonoTime now) {
  const MonoTime heard = state.members[static_cast<std::size_t>(member)].heard;
  if (heard == kLongAgo || heard < state.awake_since) return false;
  return now - heard < std::max<Duration>(policy.timing.detection, 3 * policy.timing.heartbeat);
}

SealedMembers sealed_members(const ClusterPolicy& policy,
                             const ControllerState& state,
                             MonoTime now) {
  SealedMembers sealed;
  for (int i = 0; i < policy.count(); ++i) {
    const MemberReport& report = report_of(state, i);
    if (HF_DEFECT(kVacuousEvidence) && !is_fresh(policy, state, i, now) && report.self.is_set())
      sealed.push_back({report.self, report.position});
    if (!is_fresh(policy, state, i, now) || report.regressed || !report.self.is_set()) continue;
    if (report.sealed < state.record->key.epoch || !report.sealed_final) continue;
    if (report.record.store != state.record->key.store) continue;
    sealed.push_back({report.self, report.position});
  }
  return sealed;
}

SealedMembers sealable_members(const ClusterPolicy& policy,
                               const ControllerState& state,
                               MonoTime now) {
  SealedMembers able;
  for (int i = 0; i < policy.count(); ++i) {
    const MemberReport& report = report_of(state, i);
    if (!is_fresh(policy, state, i, now) || report.regressed || !report.self.is_set()) continue;
    if (report.able_to_seal && report.self != state.record->leader())
      able.push_back({report.self, report.position});
  }
  return able;
}

namespace {

/// Who would lead if sealing went well. Positions are lower bounds yet, so an able member near the
/// leader is expected to have caught up.
Incarnation likely_successor(const ClusterPolicy& policy,
                             const Record& record,
                             const SealedMembers& able) {
  const Incarnation wanted = record.handover ? record.handover->to : Incarnation{};
  const Incarnation best = choose_target(policy, record, able, wanted);
  if (!best.is_set() || best == wanted) return best;
  const auto home = policy.members[record.leader().member].region;
  for (const SealedMember& it : able) {
    const MemberPolicy& member = policy.members[it.who.member];
    if (member.region == home && member.may_lead) return it.who;
  }
  return best;
}

/// How long silence says nothing about the leader of a record. A target that has just been chosen
/// has had no time to be heard of; one that was found alive by others is left in peace for longer
/// each time, or two controllers that are cut off from each other would take turns for ever.
Duration hold_of(const ClusterPolicy& policy, const Record& record) {
  constexpr int kDoublings = 6;
  if (record.returns > 0) {
    return policy.timing.detection * (1 << std::min<int>(record.returns, kDoublings));
  }
  return record.phase == Phase::kPromoting ? policy.timing.detection : Duration::zero();
}

}  // namespace

Evidence weigh(const ClusterPolicy& policy, const ControllerState& state, MonoTime now) {
  const Record& record = *state.record;
  const Incarnation leader = record.leader();
  Evidence evidence;
  if (!leader.is_set()) return evidence;
  // A process that has just woken up first reads what waited for it: that is old news.
  if (since(state.awake_since, now) < 2 * policy.timing.heartbeat) {
    evidence.verdict = Verdict::kUnknown;
    evidence.next = state.awake_since + 2 * policy.timing.heartbeat;
    return evidence;
  }
  const SealedMembers able = sealable_members(policy, state, now);
  evidence.can_seal = all_pairs_satisfied(record, able);
  evidence.likely = likely_successor(policy, record, able);
  evidence.can_seal = evidence.can_seal && evidence.likely.is_set();
  evidence.silence = silence_of(state, leader.member, now);
  const Duration limit = policy.timing.detection;
  if (evidence.silence < limit) {
    // What it said before this controller slept may no longer be so.
    const bool fresh = is_fresh(policy, state, leader.member, now);
    evidence.verdict = fresh ? verdict_of_living(policy, state, now) : Verdict::kUnknown;
    evidence.candidates_agree =
        evidence.verdict == Verdict::kGone && candidates_agree(policy, state, now);
    evidence.next = now + (limit - evidence.silence);
    return evidence;
  }
  const MonoTime until = state.record_since + hold_of(policy, record);
  if (now < until) {
    evidence.verdict = Verdict::kUnknown;
    evidence.next = until;
    return evidence;
  }
  const SealedMembers witnesses = witnesses_of_silence(policy, state, now);
  const bool enough =
      HF_DEFECT(kOneWitness) ? evidence.can_seal : all_pairs_satisfied(record, witnesses);
  evidence.candidates_agree = candidates_agree(policy, state, now);
  const MonoTime silent_since = std::max(state.members[leader.member].heard, state.awake_since);
  const bool was_cut_off = since(state.store_back_at, now) < steady_time(policy);
  if ((state.store_answered_at < silent_since || was_cut_off) &&
      (enough || evidence.candidates_agree)) {
    evidence.verdict = Verdict::kUnknown;
    evidence.candidates_agree = false;
    evidence.cut_off = true;
    if (was_cut_off) evidence.next = state.store_back_at + steady_time(policy);
    return evidence;
  }
  if (enough) {
    evidence.verdict = Verdict::kSilent;
    evidence.likely = likely_successor(policy, record, HF_DEFECT(kOneWitness) ? able : witnesses);
    evidence.can_seal = evidence.likely.is_set();
  } else {
    evidence.verdict =
        someone_still_receives(policy, state, now) ? Verdict::kIsolated : Verdict::kUnknown;
  }
  return evidence;
}

}  // namespace holdfast::core
