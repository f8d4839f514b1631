// Rows while members are being sealed for the next epoch.

#include <algorithm>

#include "base/defect.h"
#include "core/controller/internal.h"

namespace holdfast::core::controller {
namespace {

/// How long a better-placed member that is about to be sealed is waited for.
constexpr Duration kGrace = 120ms;

struct Choice {
  SealedMembers sealed;
  SealedMember target;
  [[nodiscard]] bool found() const { return target.who.is_set(); }
};

const SealedMember* find(const SealedMembers& sealed, Incarnation who) {
  for (const SealedMember& it : sealed) {
    if (it.who == who) return &it;
  }
  return nullptr;
}

Choice choose_among(const View& v, const SealedMembers& sealed) {
  Choice choice;
  choice.sealed = sealed;
  if (!all_pairs_satisfied(v.record(), sealed)) return choice;
  const Incarnation wanted = v.record().handover ? v.record().handover->to : Incarnation{};
  const Incarnation target = choose_target(v.policy, v.record(), sealed, wanted);
  if (const SealedMember* it = find(sealed, target)) choice.target = *it;
  return choice;
}

/// Without the deposed primary if that suffices: its tail beyond the others was never acknowledged.
Choice choose(const View& v) {
  const SealedMembers sealed = sealed_members(v.policy, v.state, v.now);
  if (!v.record().handover) {
    SealedMembers others = sealed;
    others.remove_if([&](const SealedMember& it) { return it.who == v.record().primary; });
    const Choice choice = choose_among(v, others);
    if (choice.found()) return choice;
  }
  return choose_among(v, sealed);
}

bool primary_goes_on(const View& v) {
  const Record& record = v.record();
  if (record.depose || !v.fresh(record.primary.member)) return false;
  const MemberReport& report = v.report(record.primary);
  return report.self == record.primary && report.state == PgState::kPrimary && !report.sick &&
         report.leads.is_set() && report.leads < record.key.epoch && report.record == record.key;
}

/// Every promotion that was given up left a pair behind, and sealing satisfies them all.
bool no_room(const View& v) { return !has_room(v.record()); }

bool satisfied(const View& v) { return choose(v).found(); }

/// The successor of a handover seals when its leader has stopped, or would have been fenced.
bool successor_is_late(const View& v) {
  const auto& handover = v.record().handover;
  if (!handover || v.record_age() >= v.policy.timing.lease || HF_DEFECT(kHandoverNotAwaited))
    return false;
  const Choice choice = choose(v);
  if (!choice.found() || find(choice.sealed, handover->to) != nullptr) return false;
  const SealedMembers able = sealable_members(v.policy, v.state, v.now);
  return find(able, handover->to) != nullptr;
}

/// Someone nearer to the old primary is heard and able, but has not reported its seal yet. Nobody
/// is better than the successor of a handover.
bool better_is_near(const View& v) {
  if (v.record_age() >= kGrace) return false;
  const Choice choice = choose(v);
  if (!choice.found()) return false;
  const auto& members = v.policy.members;
  const auto home = members[v.record().primary.member].region;
  const bool wanted = v.record().handover && v.record().handover->to == choice.target.who;
  if (wanted || members[choice.target.who.member].region == home) return false;
  const SealedMembers able = sealable_members(v.policy, v.state, v.now);
  return std::any_of(able.begin(), able.end(), [&](const SealedMember& it) {
    const MemberPolicy& member = members[it.who.member];
    return member.region == home && member.may_lead && find(choice.sealed, it.who) == nullptr &&
           it.who != v.record().primary;
  });
}

bool leaves_region(const View& v, Incarnation target) {
  return v.policy.members[target.member].region !=
         v.policy.members[v.record().primary.member].region;
}

bool needs_approval(const View& v) {
  const Choice choice = choose(v);
  return choice.found() && leaves_region(v, choice.target.who) && !v.policy.region_automatic &&
         v.record().cause != Cause::kSwitchover && v.record().cause != Cause::kOperator &&
         v.state.approved != v.record().key;
}

/// The candidate to take over lossily: recorded, sealed, its promise ended, the most advanced of
/// them.
SealedMember lossy_target(const View& v) {
  SealedMember best;
  if (!v.policy.lossy_takeover || v.record().depose) return best;
  for (const SealedMember& it : sealed_members(v.policy, v.state, v.now)) {
    if (!v.record().candidates.contains(it.who) || !v.policy.members[it.who.member].may_lead)
      continue;
    const MemberReport& report = v.report(it.who);
    if (report.promise_left > Duration::zero() || report.reboot_hold) continue;
    if (!best.who.is_set() || it.position > best.position) best = it;
  }
  return best;
}

/// Seals are preferred, so they get time. A takeover that began as a lossy one has waited for them.
bool seals_had_time(const View& v) {
  return v.record().cause == Cause::kRegionLost || v.record_age() >= v.policy.timing.detection;
}

bool lossy_ready(const View& v) {
  if (!lossy_target(v).who.is_set() || !seals_had_time(v)) return false;
  const Duration silence = v.report(lossy_target(v).who).wal_silence;
  const Duration loss = std::max(v.state.exposure, silence);
  const bool within = loss < v.policy.rpo_min && v.policy.region_automatic;
  return within || v.state.approved == v.record().key;
}

/// The most advanced sealed member, whoever it is: a person has accepted what is lost.
SealedMember accepted_target(const View& v) {
  SealedMember best;
  // The statement was made for the epoch that ended, or for this attempt at the next one.
  const Epoch stated = v.state.accept_loss_for;
  if (stated != v.record().key.epoch && stated.next() != v.record().key.epoch) return best;
  for (const SealedMember& it : sealed_members(v.policy, v.state, v.now)) {
    if (!v.policy.members[it.who.member].may_lead) continue;
    if (!best.who.is_set() || it.position > best.position) best = it;
  }
  return best;
}

bool loss_accepted(const View& v) {
  return v.record_age() >= v.policy.timing.detection && accepted_target(v).who.is_set();
}

bool lossy_needs_person(const View& v) { return lossy_target(v).who.is_set() && seals_had_time(v); }

void nothing(View&, ControllerStep&) {}

void go_back(View& v, ControllerStep& out) { propose(v, out, draft_return(v)); }

void promote(View& v, ControllerStep& out) {
  const Choice choice = choose(v);
  propose(v, out, draft_promoting(v, choice.target, choice.sealed, false));
}

void take_over(View& v,
               ControllerStep& out,
               const SealedMember& target,
               bool lease_must_be_absent) {
  SealedMembers sealed = sealed_members(v.policy, v.state, v.now);
  sealed.remove_if([&](const SealedMember& it) { return it.position > target.position; });
  propose(v, out, draft_promoting(v, target, sealed, true), lease_must_be_absent);
}

void promote_lossy(View& v, ControllerStep& out) { take_over(v, out, lossy_target(v), true); }

void promote_accepted(View& v, ControllerStep& out) {
  take_over(v, out, accepted_target(v), false);
}

bool always(const View&) { return true; }

constexpr Row kRows[] = {
    {{"C390", "Too many promotions in a row were given up: a person has to look why."},
     no_room,
     nothing},
    {{"C400", "The old primary lives and sealing is not complete: it goes on, in the new epoch."},
     primary_goes_on,
     go_back},
    {{"C405",
      "Enough are sealed, but the successor of a handover still takes what its leader sends."},
     successor_is_late,
     nothing},
    {{"C410",
      "Enough are sealed, but a better-placed member is about to be: it is waited for, briefly."},
     better_is_near,
     nothing},
    {{"C420",
      "Enough are sealed, but the successor is in another region and policy asks for approval."},
     needs_approval,
     nothing},
    {{"C430", "Every recorded pair is sealed: the most advanced sealed member is to lead."},
     satisfied,
     promote},
    {{"C440",
      "Sealing cannot finish; the leases and promises of the old primary have ended: a candidate "
      "takes over lossily."},
     lossy_ready,
     promote_lossy},
    {{"C445",
      "Sealing cannot finish; an operator accepts the loss: the most advanced sealed member "
      "leads."},
     loss_accepted,
     promote_accepted},
    {{"C450", "Sealing cannot finish, and a lossy takeover needs a person."},
     lossy_needs_person,
     nothing},
    {{"C499", "Sealing is under way: it waits for members."}, always, nothing},
};

}  // namespace

std::span<const Row> sealing_rows() { return kRows; }

}  // namespace holdfast::core::controller
