#include "sim/checkers/single_history.h"

#include "base/probe.h"

namespace holdfast::sim {
namespace {

/// For the fence to reach every process, and for the drift of two clocks.
constexpr Duration kStopSlack = 150ms;

}  // namespace

void SingleHistory::on_write_done(SimTime now,
                                  MemberRef member,
                                  Epoch epoch,
                                  WriteId write,
                                  ClientResult result,
                                  bool cancelled) {
  if (result != ClientResult::kAcked || cancelled || !bench_.ledger.knows(write)) return;
  const ClusterNotes& notes = bench_.chronicle.cluster(member.cluster);
  if (epoch >= notes.opened) return;
  const Lsn lsn = bench_.ledger.fate(write).lsn;
  if (holds(bench_.truth.wal(notes.opened_by), write, lsn, lsn)) {
    HF_PROBE(kLateAck);
    return;
  }
  violate(now,
          "write " + std::to_string(write) + " is acknowledged by " + text_of(member) +
              " in epoch " + std::to_string(epoch.value) + ", but " + text_of(notes.opened_by) +
              " has been open in epoch " + std::to_string(notes.opened.value) + " since " +
              text_of(notes.opened_at) + " and does not hold it");
}

void SingleHistory::on_open(
    SimTime now, MemberRef member, core::Incarnation, Epoch epoch, bool open) {
  const ClusterNotes& notes = bench_.chronicle.cluster(member.cluster);
  if (!open || epoch >= notes.opened) return;
  violate(now,
          text_of(member) + " lets clients in as leader of epoch " + std::to_string(epoch.value) +
              ", but epoch " + std::to_string(notes.opened.value) + " was opened at " +
              text_of(notes.opened_at));
}

void StaleReads::on_read(
    SimTime now, MemberRef member, core::Incarnation, Epoch epoch, Timeline, Lsn) {
  const ClusterNotes& notes = bench_.chronicle.cluster(member.cluster);
  if (epoch >= notes.opened) return;
  HF_PROBE(kStaleRead);
  const model::Timing& timing = bench_.truth.policy(member.cluster).timing;
  const double drift = timing.clock_drift_percent / 100.0;
  const Duration slack(
      static_cast<std::int64_t>(static_cast<double>(timing.lease.count()) * drift));
  const Duration age = now - notes.opened_at;
  if (age <= timing.lease + slack + kStopSlack) return;
  violate(now,
          text_of(member) + " answers a read in epoch " + std::to_string(epoch.value) + ", " +
              std::to_string(to_ms(age)) + " ms after epoch " + std::to_string(notes.opened.value) +
              " was opened");
}

}  // namespace holdfast::sim
