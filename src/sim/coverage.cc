#include "sim/coverage.h"

#include <algorithm>
#include <string_view>

#include "base/probe.h"

namespace holdfast::sim {

using core::Cause;
using core::Phase;
using core::Record;

void Coverage::note_epoch(int cluster, const Record& before, const Record& after) {
  if (before.pairs.size() > 1) HF_PROBE(kJointAtSealing);
  if (before.phase != Phase::kSteady) HF_PROBE(kSealedTwice);
  if (before.phase != Phase::kPromoting) return;
  if (after.cause == Cause::kTargetLost) HF_PROBE(kTargetLost);
  if (leading_[static_cast<std::size_t>(cluster)] < before.key.epoch) HF_PROBE(kRetried);
}

void Coverage::note_sets(int cluster, const Record& before, const Record& after) {
  if (after.pairs.size() >= 3) HF_PROBE(kThreePairs);
  const core::Pair* newest = core::newest_pair(after);
  const core::Pair* former = core::newest_pair(before);
  if (newest == nullptr || former == nullptr || newest->id == former->id) return;
  const bool protects = truth_.policy(cluster).durability != model::Durability::kNone;
  if (protects && newest->w == 0) HF_PROBE(kUnprotected);
  if (newest->epoch != former->epoch) return;
  if (newest->s.size() < former->s.size()) HF_PROBE(kSetShrunk);
  if (newest->s.size() > former->s.size()) HF_PROBE(kSetGrew);
}

void Coverage::note_settled(int cluster, const Record& before, const Record& after) {
  if (before.phase != Phase::kPromoting || after.phase != Phase::kSteady) return;
  if (before.primary == after.primary) {
    HF_PROBE(kReturned);
  } else if (after.cause == Cause::kSwitchover) {
    HF_PROBE(kSwitchover);
  } else {
    HF_PROBE(kFailover);
  }
  const auto& members = truth_.policy(cluster).members;
  const auto region_of = [&](core::Incarnation who) { return members[who.member].region; };
  if (region_of(before.primary) != region_of(after.primary)) HF_PROBE(kRegionChanged);
}

void Coverage::on_record(SimTime,
                         int cluster,
                         const core::RecordPtr& before,
                         const core::RecordPtr& after) {
  if (before == nullptr || after == nullptr) return;
  if (after->key.store > before->key.store) HF_PROBE(kStoreRecovered);
  if (after->key.epoch > before->key.epoch) note_epoch(cluster, *before, *after);
  note_sets(cluster, *before, *after);
  note_settled(cluster, *before, *after);
  if (after->lossy && !before->lossy) HF_PROBE(kLossyTakeover);
  if (after->halted && !before->halted) HF_PROBE(kHalted);
  if (!after->halted && before->halted) HF_PROBE(kResumed);
  const bool same_epoch = after->key.epoch == before->key.epoch;
  if (before->handover && !after->handover && same_epoch && after->phase == Phase::kSteady) {
    HF_PROBE(kHandoverAbandoned);
  }
}

void Coverage::on_leading(
    SimTime, MemberRef member, core::Incarnation, Epoch epoch, Timeline, Lsn, bool in_place) {
  Epoch& last = leading_[static_cast<std::size_t>(member.cluster)];
  if (in_place && epoch == last) HF_PROBE(kRestartInPlace);
  last = std::max(last, epoch);
}

void Coverage::on_core_event(SimTime, int, int, const core::Event& event) {
  if (std::find(rules_.begin(), rules_.end(), event.rule) == rules_.end()) {
    rules_.push_back(event.rule);
  }
  const std::string_view id = event.rule->id;
  if (id == "A140") HF_PROBE(kFenced);
  if (id == "A460") HF_PROBE(kRewound);
  if (id == "A410") HF_PROBE(kRebuilt);
  if (id == "A050") HF_PROBE(kNewLife);
}

void Coverage::finish(const Ledger& ledger, const Chronicle& chronicle) {
  for (WriteId write = 1; write <= ledger.size(); ++write) {
    const WriteFate& fate = ledger.fate(write);
    if (!fate.logged() || (fate.acked() && !fate.cancelled)) continue;
    const ClusterNotes& notes = chronicle.cluster(fate.cluster);
    if (notes.open_member < 0 || notes.opened == fate.epoch) continue;
    const MemberRef leader{fate.cluster, notes.open_member};
    const bool there = holds(truth_.wal(leader), write, fate.lsn, fate.lsn);
    if (there && !fate.acked()) HF_PROBE(kUnknownSurvived);
    if (!there && !fate.acked()) HF_PROBE(kUnacknowledgedDropped);
    if (!there && fate.cancelled) HF_PROBE(kCancelledLost);
  }
}

}  // namespace holdfast::sim
