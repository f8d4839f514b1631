#include "sim/chronicle.h"

#include <algorithm>

#include "core/controller/controller.h"

namespace holdfast::sim {
namespace {

bool same_fault(const Fault& x, const Fault& y) {
  return x.kind == y.kind && x.when == y.when && x.a == y.a && x.b == y.b && x.c == y.c;
}

}  // namespace

const EpochNote* ClusterNotes::find(Epoch epoch) const {
  for (std::size_t i = epochs.size(); i > 0; --i) {
    if (epochs[i - 1].epoch == epoch) return &epochs[i - 1];
  }
  return nullptr;
}

const ClusterNotes::Closure* ClusterNotes::closure_at(SimTime when) const {
  for (const Closure& it : closures) {
    if (it.from <= when && when < it.until) return &it;
  }
  return nullptr;
}

bool Chronicle::all_healed() const {
  return std::all_of(
      faults_.begin(), faults_.end(), [](const FaultNote& note) { return note.healed != kNever; });
}

void Chronicle::on_proposal(SimTime asked, int cluster) {
  clusters_[static_cast<std::size_t>(cluster)].asked = asked;
}

void Chronicle::on_record(SimTime now,
                          int cluster,
                          const core::RecordPtr&,
                          const core::RecordPtr& after) {
  if (after == nullptr) return;
  ClusterNotes& notes = clusters_[static_cast<std::size_t>(cluster)];
  const core::Incarnation former =
      notes.record == nullptr ? core::Incarnation{} : notes.record->primary;
  notes.record = after;
  if (notes.epochs.empty() || notes.epochs.back().epoch < after->key.epoch) {
    EpochNote note;
    note.epoch = after->key.epoch;
    note.begun = now;
    note.cause = after->cause;
    notes.epochs.push_back(note);
  }
  EpochNote& note = notes.epochs.back();
  if (note.epoch != after->key.epoch || note.decided != kNever || !after->leader().is_set()) return;
  note.decided = now;
  note.leader = after->leader();
  note.timeline = after->timeline();
  note.lossy = after->lossy;
  note.in_place = note.leader == former;
  if (!note.lossy) return;
  note.exposure = notes.exposure;
  note.exposure_known = notes.exposure_known;
  note.person_decided = notes.operator_at != kLongAgo;
}

void Chronicle::on_leading(
    SimTime now, MemberRef member, core::Incarnation by, Epoch epoch, Timeline, Lsn, bool) {
  // A leader that goes on in a newer epoch has been open all the time.
  const ClusterNotes& notes = clusters_[static_cast<std::size_t>(member.cluster)];
  if (notes.open_member == member.member) on_open(now, member, by, epoch, true);
}

void Chronicle::on_open(SimTime now, MemberRef member, core::Incarnation, Epoch epoch, bool open) {
  ClusterNotes& notes = clusters_[static_cast<std::size_t>(member.cluster)];
  if (open && epoch > notes.opened) {
    notes.opened = epoch;
    notes.opened_by = member;
    notes.opened_at = now;
    for (EpochNote& note : notes.epochs) {
      if (note.epoch == epoch) note.opened = now;
    }
  }
  if (epoch != notes.opened) return;
  notes.open_member = open ? member.member : -1;
  ClusterNotes::Closure& last = notes.closures.back();
  if (open && last.until == kNever) last.until = now;
  if (!open && last.until != kNever) notes.closures.push_back({now, kNever});
}

void Chronicle::on_fault(SimTime now, const Fault& fault, bool begins) {
  if (begins) {
    faults_.push_back({fault, now, kNever});
    if (fault.kind == FaultKind::kOperator && fault.a >= 0 && fault.a < clusters()) {
      clusters_[static_cast<std::size_t>(fault.a)].operator_at = now;
    }
    if (fault.lasts == Duration(0)) faults_.back().healed = now;
    last_heal_ = std::max(last_heal_, now);
    return;
  }
  last_heal_ = std::max(last_heal_, now);
  for (FaultNote& note : faults_) {
    if (same_fault(note.fault, fault)) note.healed = now;
  }
}

void Chronicle::on_exposure(SimTime now, int cluster, Duration exposure) {
  ClusterNotes& notes = clusters_[static_cast<std::size_t>(cluster)];
  // Several controllers report, each what it has heard; the most cautious one counts for a while.
  constexpr Duration kCounts = 3s;
  // A controller that has not heard of any candidate yet reports that anything could be lost.
  constexpr Duration kUnknown = 24h;
  if (exposure >= kUnknown) return;
  notes.exposure_known = true;
  if (exposure < notes.exposure && since(notes.exposure_at, now) < kCounts) return;
  notes.exposure = exposure;
  notes.exposure_at = now;
}

}  // namespace holdfast::sim
