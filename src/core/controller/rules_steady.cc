// Rows while one member leads.

#include "base/defect.h"
#include "core/controller/internal.h"

namespace holdfast::core::controller {
namespace {

constexpr Duration kHandoverLimit = 3s;

Cause cause_of(const View& v) {
  switch (v.evidence.verdict) {
    case Verdict::kCrashed: return Cause::kCrashed;
    case Verdict::kSick: return Cause::kSick;
    case Verdict::kSilent:
    case Verdict::kGone: return Cause::kSilent;
    case Verdict::kAlive:
    case Verdict::kUnknown:
    case Verdict::kIsolated: return Cause::kNone;
  }
  return Cause::kNone;
}

bool lost(const View& v) {
  return cause_of(v) != Cause::kNone && v.evidence.verdict != Verdict::kSick;
}
bool sick(const View& v) { return v.evidence.verdict == Verdict::kSick; }

Permission allowed(const View& v, Cause cause) { return permission(v, cause, v.evidence.likely); }

bool handover_done(const View& v) {
  const Record& record = v.record();
  if (!record.handover || !v.fresh(record.primary.member)) return false;
  const MemberReport& report = v.report(record.primary);
  return report.self == record.primary && report.drained && report.record == record.key;
}

bool handover_overdue(const View& v) {
  return v.record().handover.has_value() && v.record_age() > kHandoverLimit;
}

bool lost_and_allowed(const View& v) {
  return lost(v) && v.evidence.can_seal && allowed(v, cause_of(v)) == Permission::kYes;
}

bool sick_and_allowed(const View& v) {
  return sick(v) && v.evidence.can_seal && allowed(v, Cause::kSick) == Permission::kYes;
}

bool keeps_dying(const View& v) {
  return cause_of(v) != Cause::kNone && v.evidence.can_seal &&
         allowed(v, cause_of(v)) == Permission::kSameCause;
}

bool forbidden(const View& v) {
  return cause_of(v) != Cause::kNone && v.evidence.can_seal &&
         allowed(v, cause_of(v)) != Permission::kYes;
}

/// The leader and too much of its sync set are silent; what is left are candidates for a lossy
/// takeover.
bool only_lossy_left(const View& v) {
  const Verdict verdict = v.evidence.verdict;
  return v.policy.lossy_takeover && v.evidence.candidates_agree && !v.evidence.can_seal &&
         (verdict == Verdict::kUnknown || verdict == Verdict::kSilent || verdict == Verdict::kGone);
}

bool within_objectives(const View& v) {
  return only_lossy_left(v) && v.state.exposure < v.policy.rpo_min &&
         permission(v, Cause::kRegionLost, v.evidence.likely) == Permission::kYes;
}

/// The store refuses it before the leader's lease has ended, so it is not asked for long before.
bool lossy_allowed(const View& v) {
  const model::Timing& timing = v.policy.timing;
  const bool ends_soon =
      v.evidence.verdict == Verdict::kGone || v.evidence.silence >= timing.lease - timing.detection;
  return within_objectives(v) && ends_soon &&
         since(v.state.writing_since, v.now) >= timing.heartbeat;
}

bool lossy_is_near(const View& v) { return within_objectives(v); }

/// A person has stated that the old primary is off for good and takes what is left.
bool loss_accepted(const View& v) {
  return v.state.accept_loss_for == v.record().key.epoch && v.evidence.verdict != Verdict::kAlive &&
         v.evidence.verdict != Verdict::kIsolated && !v.evidence.can_seal &&
         !sealable_members(v.policy, v.state, v.now).empty();
}

bool cannot_seal(const View& v) { return lost(v) && !v.evidence.can_seal; }
bool cut_off(const View& v) { return v.evidence.cut_off; }
bool isolated(const View& v) { return v.evidence.verdict == Verdict::kIsolated; }

bool silent_without_quorum(const View& v) {
  return v.evidence.verdict == Verdict::kUnknown && v.evidence.silence >= v.policy.timing.detection;
}

bool joint_proven(const View& v) { return v.record().pairs.size() > 1 && newest_is_proven(v); }

bool has_change(const View& v) { return wanted_change(v).has_value(); }

/// The leader has persisted a record that names the pending candidates, so it asks them for
/// promises.
bool pending_accepted(const View& v) {
  if (v.record().candidates_pending.empty()) return false;
  if (HF_DEFECT(kCandidateWithoutPrimary)) return true;
  if (!v.fresh(v.record().primary.member)) return false;
  const MemberReport& report = v.report(v.record().primary);
  return report.self == v.record().primary && report.record == v.record().key;
}

bool candidates_changed(const View& v) {
  if (!v.policy.lossy_takeover) return false;
  for (const Incarnation& who : wanted_candidates(v)) {
    const bool fresh = v.fresh(who.member) && v.report(who).following == v.record().key.epoch;
    if (fresh && !v.record().candidates.contains(who) &&
        !v.record().candidates_pending.contains(who))
      return true;
  }
  return false;
}

void nothing(View&, ControllerStep&) {}

void switch_over(View& v, ControllerStep& out) {
  propose(v, out, draft_sealing(v, Cause::kSwitchover, true, false));
}

void abandon_handover(View& v, ControllerStep& out) {
  Record next = v.record();
  next.key.revision = next.key.revision.next();
  next.handover.reset();
  propose(v, out, next);
}

void fail_over(View& v, ControllerStep& out) {
  const Cause cause = cause_of(v);
  propose(v, out, draft_sealing(v, cause, cause == Cause::kCrashed, true));
}

void fail_over_sick(View& v, ControllerStep& out) {
  propose(v, out, draft_sealing(v, Cause::kSick, true, true));
}

void fail_over_lossy(View& v, ControllerStep& out) {
  // While the leader's lease is renewed by way of another controller, it is not lost.
  propose(v, out, draft_sealing(v, Cause::kRegionLost, false, true), true);
}

void fail_over_accepted(View& v, ControllerStep& out) {
  propose(v, out, draft_sealing(v, Cause::kOperator, false, false));
}

void halt(View& v, ControllerStep& out) {
  Record next = v.record();
  next.key.revision = next.key.revision.next();
  next.halted = true;
  propose(v, out, next);
}

void retire(View& v, ControllerStep& out) {
  Record next = v.record();
  next.key.revision = next.key.revision.next();
  const PairId newest = newest_pair(v.record())->id;
  next.pairs.remove_if([&](const Pair& pair) { return pair.id != newest; });
  propose(v, out, next);
}

void change(View& v, ControllerStep& out) { propose(v, out, draft_change(v, *wanted_change(v))); }

void accept_candidates(View& v, ControllerStep& out) {
  Record next = v.record();
  next.key.revision = next.key.revision.next();
  // Former incarnations of the same members will never promise again: they make room.
  for (const Incarnation& who : next.candidates_pending) {
    next.candidates.remove_if([&](Incarnation it) { return it.member == who.member; });
    next.candidates.insert_sorted(who);
  }
  next.candidates_pending.clear();
  propose(v, out, next);
}

void add_candidates(View& v, ControllerStep& out) {
  Record next = v.record();
  next.key.revision = next.key.revision.next();
  next.candidates_pending.clear();
  for (const Incarnation& who : wanted_candidates(v)) {
    if (!next.candidates.contains(who)) next.candidates_pending.insert_sorted(who);
  }
  propose(v, out, next);
}

bool always(const View&) { return true; }

constexpr Row kRows[] = {
    {{"C200",
      "The primary has handed over: everything is flushed on its successor, so sealing begins."},
     handover_done,
     switch_over},
    {{"C210",
      "The leader is lost by the word of enough witnesses, and sealing can finish: a failover "
      "begins."},
     lost_and_allowed,
     fail_over},
    {{"C220",
      "The leader's host answers, but its service has been failing for too long: it is deposed."},
     sick_and_allowed,
     fail_over_sick},
    {{"C230",
      "Successors in a row died of the same cause: automatic failover halts until an operator "
      "resumes it."},
     keeps_dying,
     halt},
    {{"C240",
      "A failover is called for, but not now: halted, held by the flap window or the site's cap, "
      "or not approved."},
     forbidden,
     nothing},
    {{"C250",
      "Too little of the sync set is left to seal; loss lies within every objective, so a lossy "
      "takeover begins."},
     lossy_allowed,
     fail_over_lossy},
    {{"C252",
      "Too little of the sync set is left to seal; a lossy takeover waits for the end of the "
      "leader's lease."},
     lossy_is_near,
     nothing},
    {{"C255",
      "Sealing could not finish; an operator stated that the old primary is off and accepts the "
      "loss."},
     loss_accepted,
     fail_over_accepted},
    {{"C260",
      "Only a lossy takeover is left, and it needs a person: the loss may exceed an objective or "
      "policy says so."},
     only_lossy_left,
     nothing},
    {{"C270", "The leader is lost, but sealing could not finish: it is not begun."},
     cannot_seal,
     nothing},
    {{"C275",
      "Witnesses agree that the leader is lost, but the store does not answer, or only just again: "
      "this controller may have been cut off with them."},
     cut_off,
     nothing},
    {{"C280",
      "The leader is not heard here, but standbys still receive its WAL: it is isolated and goes "
      "on."},
     isolated,
     nothing},
    {{"C290", "The handover took too long: it is abandoned and the primary opens again."},
     handover_overdue,
     abandon_handover},
    {{"C300", "A barrier is acknowledged under the newest sync set: the older ones are retired."},
     joint_proven,
     retire},
    {{"C310", "The sync set no longer fits its members: the new one is recorded beside the old."},
     has_change,
     change},
    {{"C320",
      "The primary knows the new candidates and asks for their promises: they are accepted."},
     pending_accepted,
     accept_candidates},
    {{"C330", "A candidate has a new incarnation: it is recorded as pending."},
     candidates_changed,
     add_candidates},
    {{"C340",
      "The leader is not heard here, and too few members could vouch for its loss or be sealed: "
      "nothing is decided."},
     silent_without_quorum,
     nothing},
    {{"C399", "All is well: nothing to do."}, always, nothing},
};

}  // namespace

std::span<const Row> steady_rows() { return kRows; }

}  // namespace holdfast::core::controller
