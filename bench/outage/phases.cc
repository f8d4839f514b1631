#include "outage/phases.h"

#include "core/record/types.h"

namespace holdfast::bench {

const char* mark_name(Mark mark) {
  switch (mark) {
    case Mark::kSealingAsked: return "sealing_asked_for";
    case Mark::kSealing: return "sealing_recorded";
    case Mark::kTargetAsked: return "target_asked_for";
    case Mark::kTarget: return "target_recorded";
    case Mark::kLeads: return "leads";
    case Mark::kOpen: return "lets_clients_in";
    case Mark::kSetAsked: return "smaller_set_asked_for";
    case Mark::kSet: return "smaller_set_recorded";
    case Mark::kAcknowledged: return "first_write_acknowledged";
    case Mark::kCount: break;
  }
  return "unknown";
}

Phases phases_of(const Marks& marks) {
  Phases phases;
  for (std::size_t i = 0; i < kMarks; ++i) {
    if (!marks[i]) continue;
    Duration before{};
    for (std::size_t j = 0; j < kMarks; ++j) {
      const bool earlier = marks[j] && (marks[j] < marks[i] || (marks[j] == marks[i] && j < i));
      if (earlier) before = std::max(before, *marks[j]);
    }
    phases[i] = *marks[i] - before;
  }
  return phases;
}

void Watch::note(int cluster, Mark mark, sim::SimTime t) {
  sim::SimTime& first = notes(cluster).first[static_cast<std::size_t>(mark)];
  if (first == sim::SimTime{}) first = t;
}

Marks Watch::marks(int cluster) const {
  const Notes& notes = clusters_[static_cast<std::size_t>(cluster)];
  const auto of = [&](Mark mark) { return notes.first[static_cast<std::size_t>(mark)]; };
  const bool failover = of(Mark::kSealing) != sim::SimTime{};
  const bool in_place = of(Mark::kLeads) != sim::SimTime{};
  Marks marks;
  for (std::size_t i = 0; i < kMarks; ++i) {
    const auto mark = static_cast<Mark>(i);
    const bool set = mark == Mark::kSet || mark == Mark::kSetAsked;
    if (notes.first[i] == sim::SimTime{} || notes.first[i] > of(Mark::kAcknowledged)) continue;
    // After a failover or a restart the set changes, too, and nobody waits for it.
    if (set && (failover || in_place)) continue;
    marks[i] = notes.first[i] - fault_;
  }
  return marks;
}

void Watch::on_fault(sim::SimTime t, const sim::Fault&, bool begins) {
  if (begins) fault_ = t;
  begun_ = begun_ || begins;
  healed_ = healed_ || !begins;
}

void Watch::on_proposal(sim::SimTime asked, int cluster) { notes(cluster).asked = asked; }

void Watch::on_record(sim::SimTime t,
                      int cluster,
                      const core::RecordPtr&,
                      const core::RecordPtr& after) {
  if (!watching() || after == nullptr) return;
  const bool sealing = after->phase == core::Phase::kSealing;
  const bool promoting = after->phase == core::Phase::kPromoting;
  const Mark asked =
      sealing ? Mark::kSealingAsked : (promoting ? Mark::kTargetAsked : Mark::kSetAsked);
  const Mark recorded = sealing ? Mark::kSealing : (promoting ? Mark::kTarget : Mark::kSet);
  note(cluster, asked, notes(cluster).asked);
  note(cluster, recorded, t);
}

void Watch::on_leading(
    sim::SimTime t, sim::MemberRef at, core::Incarnation, Epoch, Timeline, Lsn, bool) {
  if (watching()) note(at.cluster, Mark::kLeads, t);
}

void Watch::on_open(sim::SimTime t, sim::MemberRef at, core::Incarnation, Epoch, bool open) {
  if (watching() && open) note(at.cluster, Mark::kOpen, t);
}

void Watch::on_write_done(
    sim::SimTime t, sim::MemberRef at, Epoch, sim::WriteId, sim::ClientResult result, bool) {
  if (result != sim::ClientResult::kAcked) return;
  Notes& it = notes(at.cluster);
  const Duration waited = t - it.acked;
  it.acked = t;
  if (!watching() || waited <= it.longest_wait) return;
  it.longest_wait = waited;
  it.first[static_cast<std::size_t>(Mark::kAcknowledged)] = t;
}

}  // namespace holdfast::bench
