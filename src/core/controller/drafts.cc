// The records that may come next. Each draft is a whole record; the compare-and-swap makes it true.

#include <algorithm>

#include "base/defect.h"
#include "core/controller/internal.h"

namespace holdfast::core::controller {
namespace {

Record next_of(const View& v) {
  Record next = v.record();
  next.key.revision = next.key.revision.next();
  next.changed_at = v.wall;
  return next;
}

void remember_failover(const View& v, Record& next, Cause cause) {
  const bool again = !next.failovers.empty() && continues_row(v.record(), cause) &&
                     v.wall - next.failovers.back() < v.policy.timing.failover_window * 8;
  next.same_cause = static_cast<std::uint8_t>(again ? std::min(next.same_cause + 1, 250) : 1);
  // Failovers longer ago than the longest hold no longer count.
  next.failovers.remove_if(
      [&](WallTime t) { return v.wall - t > v.policy.timing.failover_window * 8; });
  if (next.failovers.full()) next.failovers.erase_at(0);
  next.failovers.push_back(v.wall);
}

void set_aside_last(Record& next) {
  const std::size_t last = next.lineage.size() - 1;
  const Timeline parent = last == 0 ? Timeline{} : next.lineage[last - 1].timeline;
  if (next.set_aside.full()) next.set_aside.erase_at(0);
  next.set_aside.push_back({next.lineage[last], parent});
  next.lineage.pop_back();
}

/// Makes the timeline on which the new leader's WAL ends the last of the accepted history. Those
/// beyond it are no part of it, but may be of the next target's, should this one be lost as well.
void keep_lineage_of(Record& next, Timeline timeline) {
  const auto it =
      std::find_if(next.set_aside.begin(), next.set_aside.end(), [&](const SetAside& aside) {
        return aside.fork.timeline == timeline;
      });
  if (it == next.set_aside.end() || it->parent >= timeline) {
    while (!next.lineage.empty() && next.lineage.back().timeline > timeline) set_aside_last(next);
    return;
  }
  const Fork fork = it->fork;
  keep_lineage_of(next, it->parent);
  next.set_aside.remove_if([&](const SetAside& aside) { return aside.fork == fork; });
  next.lineage.push_back(fork);
}

void reserve_timeline(Record& next, Position fork) {
  keep_lineage_of(next, fork.timeline);
  next.timeline_last = next.timeline_last.next();
  if (HF_DEFECT(kTimelineReused)) next.timeline_last = Timeline{fork.timeline.value + 1};
  // The oldest forks matter only to members that have been away for as many failovers: they are
  // rebuilt.
  if (next.lineage.full()) next.lineage.erase_at(0);
  next.lineage.push_back({next.timeline_last, fork.lsn, next.key.epoch});
}

void add_first_pair(const View& v, Record& next, Incarnation leader, const SealedMembers& sealed) {
  MemberSet usable;
  for (const SealedMember& it : sealed) {
    if (it.who != leader && relation(next, it.position) == Relation::kPrefix)
      usable.insert_sorted(it.who);
  }
  const Shape shape = sync_shape(v.policy, leader, usable);
  int w = shape.w;
  if (v.policy.block && shape.protects < v.policy.durability) w = blocked_w(shape.s);
  if (HF_DEFECT(kOldPairDroppedAtPromotion)) next.pairs.clear();
  add_pair(next, next.key.epoch, leader, shape.s, w);
}

}  // namespace

Record draft_sealing(const View& v, Cause cause, bool depose, bool automatic) {
  Record next = next_of(v);
  next.primary = v.record().leader();
  next.key.epoch = next.key.epoch.next();
  next.phase = Phase::kSealing;
  next.target = Incarnation{};
  next.depose = depose;
  next.lossy = false;
  const bool calm =
      v.record().phase == Phase::kSteady && v.record_age() >= v.policy.timing.failover_window;
  if (calm) next.returns = 0;
  if (automatic && v.record().phase == Phase::kSteady) remember_failover(v, next, cause);
  next.cause = cause;
  return next;
}

Record draft_return(const View& v) {
  Record next = next_of(v);
  next.phase = Phase::kPromoting;
  next.target = v.record().primary;
  next.handover.reset();
  next.returns = static_cast<std::uint8_t>(std::min(next.returns + 1, 250));
  // Nothing failed over after all: this does not count towards flapping.
  if (v.record().cause != Cause::kTargetLost) {
    if (!next.failovers.empty()) next.failovers.pop_back();
    next.same_cause = 0;
  }
  // The same set as before: it runs on under the old setting until it learns of the new epoch.
  const Pair* running = nullptr;
  for (const Pair& pair : v.record().pairs) {
    if (pair.primary == next.target) running = &pair;
  }
  const MemberSet same = running == nullptr ? MemberSet{} : running->s;
  add_pair(
      next, next.key.epoch, next.target, same, running == nullptr ? blocked_w(same) : running->w);
  next.candidates = wanted_candidates(v);
  next.candidates.remove_if([&](Incarnation it) { return it.member == next.target.member; });
  next.candidates_pending.clear();
  return next;
}

Record draft_promoting(const View& v,
                       const SealedMember& target,
                       const SealedMembers& sealed,
                       bool lossy) {
  Record next = next_of(v);
  next.phase = Phase::kPromoting;
  next.target = target.who;
  next.lossy = lossy;
  next.returns = 0;
  next.handover.reset();
  if (lossy) next.pairs.clear();
  reserve_timeline(next, target.position);
  add_first_pair(v, next, target.who, sealed);
  next.candidates = wanted_candidates(v);
  next.candidates.remove_if([&](Incarnation it) { return it.member == target.who.member; });
  next.candidates_pending.clear();
  return next;
}

Record draft_steady(const View& v) {
  Record next = next_of(v);
  next.phase = Phase::kSteady;
  next.primary = v.record().target;
  next.target = Incarnation{};
  next.depose = false;
  next.set_aside.clear();
  const PairId newest = newest_pair(v.record())->id;
  next.pairs.remove_if([&](const Pair& pair) { return pair.id != newest; });
  return next;
}

}  // namespace holdfast::core::controller
