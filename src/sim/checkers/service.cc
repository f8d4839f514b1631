#include "sim/checkers/service.h"

#include <algorithm>

#include "sim/fault_aim.h"

namespace holdfast::sim {
namespace {

/// For the start itself and crash recovery, on a slow disk.
constexpr Duration kStart = 3s;
/// For what a fault has begun to come to its end.
constexpr Duration kAftermath = 4s;
constexpr Duration kOperatorPatience = 30s;

/// Jumps and drift of clocks within what policy allows for, and commits that stop waiting.
bool disturbs_nobody(FaultKind kind) {
  return kind == FaultKind::kWallJump || kind == FaultKind::kClockDrift ||
         kind == FaultKind::kCancelWaits;
}

}  // namespace

bool NoStaleStart::stood_still(MemberRef member, SimTime since) const {
  const core::MemberPolicy& policy =
      bench_.truth.policy(member.cluster).members[static_cast<std::size_t>(member.member)];
  const std::vector<FaultNote>& faults = bench_.chronicle.faults();
  return std::any_of(faults.begin(), faults.end(), [&](const FaultNote& note) {
    const bool stops =
        note.fault.kind == FaultKind::kHostSuspend || note.fault.kind == FaultKind::kHangPostgres;
    return stops && note.fault.a == static_cast<int>(policy.host) && note.healed >= since;
  });
}

void NoStaleStart::on_leading(
    SimTime now, MemberRef member, core::Incarnation, Epoch epoch, Timeline, Lsn, bool in_place) {
  if (!in_place) return;
  const std::vector<EpochNote>& epochs = bench_.chronicle.cluster(member.cluster).epochs;
  const auto next = std::find_if(
      epochs.begin(), epochs.end(), [&](const EpochNote& it) { return it.epoch > epoch; });
  if (next == epochs.end()) return;
  const model::Timing& timing = bench_.truth.policy(member.cluster).timing;
  const Duration age = now - next->begun;
  if (age <= timing.lease + kStart || stood_still(member, next->begun)) return;
  violate(now,
          text_of(member) + " starts as primary of epoch " + std::to_string(epoch.value) +
              ", which ended " + std::to_string(to_ms(age)) + " ms before");
}

void NoClosingWithoutCause::on_open(
    SimTime now, MemberRef member, core::Incarnation by, Epoch epoch, bool open) {
  const ClusterNotes& notes = bench_.chronicle.cluster(member.cluster);
  if (open || notes.record == nullptr || notes.record->key.epoch != epoch) return;
  if (notes.record->leader() != by || since(notes.operator_at, now) <= kOperatorPatience) return;
  const model::Timing& timing = bench_.truth.policy(member.cluster).timing;
  const Duration window = std::max(timing.lease, timing.sick) + timing.detection + kAftermath;
  for (const FaultNote& note : bench_.chronicle.faults()) {
    const bool recent = note.healed == kNever || now - note.healed <= window;
    if (recent && !disturbs_nobody(note.fault.kind)) return;
  }
  violate(now,
          text_of(member) + ", which leads epoch " + std::to_string(epoch.value) +
              ", stops serving although nothing has happened");
}

}  // namespace holdfast::sim
