#include "sim/checkers/exposure.h"

namespace holdfast::sim {
namespace {

/// Between two reports, and for the last report to reach a controller.
constexpr Duration kBound = 500ms;

const EpochNote* takeover_of(const ClusterNotes& notes, Epoch epoch) {
  for (std::size_t i = notes.epochs.size(); i > 0; --i) {
    const EpochNote& note = notes.epochs[i - 1];
    if (note.epoch <= epoch && note.lossy) return &note;
  }
  return nullptr;
}

}  // namespace

void LossWithinExposure::on_end(SimTime) {
  for (const Loss& loss : survival_.losses()) {
    const EpochNote* note = takeover_of(bench_.chronicle.cluster(loss.cluster), loss.epoch);
    if (note == nullptr || note->person_decided) continue;
    const Duration span = loss.last_acked - loss.first_acked;
    const Duration allowed =
        note->exposure + bench_.truth.policy(loss.cluster).timing.detection + kBound;
    const std::string what = "cluster " + std::to_string(loss.cluster) +
                             ": the takeover of epoch " + std::to_string(note->epoch.value) +
                             " lost " + std::to_string(loss.writes) + " writes";
    if (!note->exposure_known) {
      violate(loss.time, what + ", and no exposure had been reported");
    } else if (span > allowed) {
      violate(loss.time,
              what + " acknowledged over " + std::to_string(to_ms(span)) +
                  " ms; the reported exposure was " + std::to_string(to_ms(note->exposure)) +
                  " ms");
    }
    if (loss.last_acked > note->decided) {
      violate(loss.time,
              what + ", the last of them acknowledged at " + text_of(loss.last_acked) +
                  ", after the takeover was recorded at " + text_of(note->decided));
    }
  }
}

void RejectedNeverLogged::on_end(SimTime now) {
  for (WriteId write = 1; write <= bench_.ledger.size(); ++write) {
    const WriteFate& fate = bench_.ledger.fate(write);
    if (fate.told_rejected && fate.logged()) {
      violate(now,
              "write " + std::to_string(write) + " was rejected and yet logged at " +
                  text_of(fate.logged_at));
    }
    if (fate.told_acked && !fate.acked()) {
      violate(now,
              "the client of write " + std::to_string(write) +
                  " was told that it is durable, but no leader released it");
    }
  }
}

}  // namespace holdfast::sim
