#include "sim/ledger.h"

#include "base/assert.h"

namespace holdfast::sim {

std::size_t Ledger::index(WriteId write) const {
  HF_ASSERT(knows(write));
  return static_cast<std::size_t>(write - 1);
}

WriteId Ledger::open(SimTime now, int cluster, int data_class, int client) {
  WriteFate fate;
  fate.sent = now;
  fate.cluster = static_cast<std::int16_t>(cluster);
  fate.data_class = static_cast<std::int16_t>(data_class);
  fate.client = static_cast<std::int16_t>(client);
  fates_.push_back(fate);
  return fates_.size();
}

void Ledger::told(WriteId write, ClientResult result) {
  WriteFate& it = fate(write);
  it.told_acked = it.told_acked || result == ClientResult::kAcked;
  it.told_rejected = it.told_rejected || result == ClientResult::kRejected;
  it.told_unknown = it.told_unknown || result == ClientResult::kUnknown;
}

void Ledger::on_write_logged(
    SimTime now, MemberRef, core::Incarnation by, Epoch epoch, Timeline, Lsn lsn, WriteId write) {
  if (!knows(write)) return;
  WriteFate& it = fate(write);
  it.logged_at = now;
  it.by = by;
  it.epoch = epoch;
  it.lsn = lsn;
}

void Ledger::on_write_done(
    SimTime now, MemberRef, Epoch, WriteId write, ClientResult result, bool cancelled) {
  if (!knows(write)) return;
  WriteFate& it = fate(write);
  if (result != ClientResult::kAcked) return;
  it.acked_at = now;
  it.cancelled = cancelled;
}

}  // namespace holdfast::sim
