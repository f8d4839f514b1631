// What the sync set should be, and when a change of it may be recorded or retired.

#include <algorithm>

#include "base/defect.h"
#include "core/controller/internal.h"
#include "core/durability/mixing.h"

namespace holdfast::core::controller {
namespace {

constexpr std::uint64_t kJoinLagBytes = 1 << 20;
constexpr Duration kJoinAfter = 300ms;
/// A reply in a lost segment comes that much later: TCP waits at least so long before it sends
/// again.
constexpr Duration kRetransmission = 200ms;

const SenderReport* sender_of(const MemberReport& leader, Incarnation who) {
  for (const SenderReport& sender : leader.senders) {
    if (sender.standby == who) return &sender;
    if (HF_DEFECT(kSameNameCounts) && sender.standby.member == who.member) return &sender;
  }
  return nullptr;
}

/// The leader has had no reply from it for the detection time and a retransmission, or its
/// directory is another one by now.
bool is_lost(const View& v, Incarnation who, const MemberReport& leader) {
  const MemberView& view = v.state.members[who.member];
  const MemberReport& report = view.report;
  if (v.fresh(who.member) && report.self != who && !HF_DEFECT(kSameNameCounts)) return true;
  if (v.fresh(who.member) && report.regressed) return true;
  const Duration limit = v.policy.timing.detection + kRetransmission;
  const Duration sick = std::max<Duration>(v.policy.timing.sick, 2 * limit);
  // An agent that is not heard here could not be told to seal. Controllers may disagree about that,
  // so it changes the set no more often than once in that time.
  const MonoTime heard = std::max(v.state.awake_since, view.heard);
  if (since(heard, v.now) >= sick && v.record_age() >= sick) return true;
  const SenderReport* sender = sender_of(leader, who);
  if (sender != nullptr && sender->reply_age < limit) return false;
  // As of the leader's last word: while the leader itself is silent, nothing is known of its
  // standbys.
  const MonoTime spoken = v.state.members[v.record().leader().member].heard;
  return since(std::max(view.sender_alive_at, v.state.leading_seen_at), spoken) >= limit;
}

bool may_join(const View& v, Incarnation who, const MemberReport& leader) {
  const MemberReport& report = v.report(who);
  if (!v.fresh(who.member) || report.self != who || report.regressed) return false;
  if (report.following != v.record().key.epoch) return false;
  if (report.timeline != v.record().timeline() && !HF_DEFECT(kDivergedMayFollow)) return false;
  const SenderReport* sender = sender_of(leader, who);
  if (sender == nullptr || sender->streaming_for < kJoinAfter) return false;
  if (sender->reply_age >= v.policy.timing.detection) return false;
  return sender->flushed.value + kJoinLagBytes >= leader.position.lsn.value;
}

const MemberReport* leading_report(const View& v) {
  const Incarnation leader = v.record().leader();
  if (!leader.is_set() || !v.fresh(leader.member)) return nullptr;
  const MemberReport& report = v.report(leader);
  const bool leads = report.self == leader && report.state == PgState::kPrimary &&
                     report.leads == v.record().key.epoch;
  return leads ? &report : nullptr;
}

/// The leader hears none of its standbys while this controller hears enough of them to seal: it may
/// be the leader that is cut off or hung. To go on without standbys would tie every acknowledged
/// write to it alone, so there is time for a verdict first.
bool waits_for_verdict(const View& v, const Pair& newest, const Shape& shape) {
  const Incarnation leader = v.record().leader();
  const bool weaker = protection_of(v.policy, leader, shape.s, shape.w) <
                      protection_of(v.policy, leader, newest.s, newest.w);
  const Duration unanswered = unanswered_for(v.state);
  return weaker && v.evidence.can_seal && 3 * unanswered >= 2 * v.policy.timing.detection &&
         unanswered < v.policy.timing.sick + 6 * v.policy.timing.heartbeat;
}

}  // namespace

std::optional<Shape> wanted_change(const View& v) {
  const Record& record = v.record();
  const MemberReport* leader = leading_report(v);
  const Pair* newest = newest_pair(record);
  if (leader == nullptr || newest == nullptr || record.pairs.size() + 2 > record.pairs.capacity())
    return std::nullopt;
  MemberSet usable;
  for (const Incarnation& who : newest->s) {
    if (!is_lost(v, who, *leader) || HF_DEFECT(kLostStandbyKept)) usable.insert_sorted(who);
  }
  for (int i = 0; i < v.policy.count(); ++i) {
    const Incarnation who = v.state.members[static_cast<std::size_t>(i)].report.self;
    if (who.is_set() && who != record.leader() && !usable.contains(who) &&
        !newest->s.contains(who) && may_join(v, who, *leader)) {
      usable.insert_sorted(who);
    }
  }
  Shape shape = sync_shape(v.policy, record.leader(), usable);
  if (HF_DEFECT(kEmptySyncSet) && shape.s.size() < newest->s.size()) shape = Shape{};
  // Writes wait rather than go unprotected.
  if (v.policy.block && shape.protects < v.policy.durability) return std::nullopt;
  if (shape.s == newest->s && shape.w == newest->w) {
    return std::nullopt;
  }
  if (waits_for_verdict(v, *newest, shape)) return std::nullopt;
  if (HF_DEFECT(kEmptySyncSet) || HF_DEFECT(kSetChangedWithoutJoint)) return shape;
  return next_step(v.policy, record, record.leader(), *newest, shape);
}

bool newest_is_proven(const View& v) {
  const MemberReport* leader = leading_report(v);
  const Pair* newest = newest_pair(v.record());
  if (leader == nullptr || newest == nullptr) return false;
  return leader->proven == newest->id || HF_DEFECT(kRetiredWithoutProof);
}

Record draft_change(const View& v, const Shape& shape) {
  Record next = v.record();
  next.key.revision = next.key.revision.next();
  next.changed_at = v.wall;
  if (HF_DEFECT(kSetChangedWithoutJoint)) next.pairs.clear();
  add_pair(next, next.key.epoch, v.record().leader(), shape.s, shape.w);
  return next;
}

MemberSet wanted_candidates(const View& v) {
  MemberSet wanted;
  for (int i = 0; i < v.policy.count(); ++i) {
    const Incarnation who = v.state.members[static_cast<std::size_t>(i)].report.self;
    if (who.is_set() && is_lossy_candidate(v.policy, i, v.record().leader().member))
      wanted.insert_sorted(who);
  }
  return wanted;
}

}  // namespace holdfast::core::controller
