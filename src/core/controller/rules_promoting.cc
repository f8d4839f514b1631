// Rows while the chosen member is on its way to lead.

#include "core/controller/internal.h"

namespace holdfast::core::controller {
namespace {

const MemberReport* target_report(const View& v) {
  const Incarnation target = v.record().target;
  if (!v.fresh(target.member) || v.report(target).self != target) return nullptr;
  return &v.report(target);
}

bool writable(const View& v) {
  const MemberReport* report = target_report(v);
  return report != nullptr && report->state == PgState::kPrimary &&
         report->leads == v.record().key.epoch && report->timeline == v.record().timeline() &&
         newest_is_proven(v);
}

bool target_lost(const View& v) {
  const Verdict verdict = v.evidence.verdict;
  return v.evidence.can_seal &&
         (verdict == Verdict::kSilent || verdict == Verdict::kGone || verdict == Verdict::kCrashed);
}

bool took_other_timeline(const View& v) {
  const MemberReport* report = target_report(v);
  return report != nullptr && report->leads == v.record().key.epoch &&
         report->state == PgState::kPrimary && report->timeline != v.record().timeline();
}

bool too_slow(const View& v) {
  const MemberReport* report = target_report(v);
  const bool leads = report != nullptr && report->leads == v.record().key.epoch;
  return v.record_age() > v.policy.promote_limit && !leads && v.evidence.can_seal;
}

bool has_change(const View& v) { return wanted_change(v).has_value(); }

void settle(View& v, ControllerStep& out) { propose(v, out, draft_steady(v)); }
void seal_again(View& v, ControllerStep& out) {
  propose(v, out, draft_sealing(v, Cause::kTargetLost, false, true));
}
void change(View& v, ControllerStep& out) { propose(v, out, draft_change(v, *wanted_change(v))); }
void nothing(View&, ControllerStep&) {}
bool always(const View&) { return true; }

constexpr Row kRows[] = {
    {{"C500",
      "The target leads on the reserved timeline and a barrier is acknowledged: the epoch is "
      "settled."},
     writable,
     settle},
    {{"C510",
      "The target is lost before it was writable: the next epoch is sealed, older pairs and all."},
     target_lost,
     seal_again},
    {{"C520", "The target took another timeline than the reserved one: it is given up."},
     took_other_timeline,
     seal_again},
    {{"C530", "The target did not become writable in time: it is given up."}, too_slow, seal_again},
    {{"C540",
      "A member of the first sync set is missing, or another is ready: the set is changed beside "
      "the old."},
     has_change,
     change},
    {{"C599", "The target is on its way: it waits."}, always, nothing},
};

}  // namespace

std::span<const Row> promoting_rows() { return kRows; }

}  // namespace holdfast::core::controller
