// What a committed operation does to the data, and who is told.

#include <utility>

#include "base/assert.h"
#include "sim/store.h"

namespace holdfast::sim {

void Store::apply(std::uint64_t slot) {
  Op& op = ops_[slot];
  Entry& entry = entries_[static_cast<std::size_t>(op.cluster)];
  op.answer.outcome = engine::StoreOutcome::kDone;
  switch (op.op.verb) {
    case engine::StoreVerb::kRead: break;
    case engine::StoreVerb::kCas: apply_cas(op, entry); break;
    case engine::StoreVerb::kRenewLease: apply_renewal(op, entry); break;
  }
  op.answer.record = entry.record;
  const bool changed =
      op.op.verb == engine::StoreVerb::kCas && op.answer.outcome == engine::StoreOutcome::kDone;
  if (changed) tell_watchers(slot);
}

void Store::apply_cas(Op& op, Entry& entry) {
  const MonoTime now = site_.host_now(member(leader_).host);
  const bool same = entry.record != nullptr && entry.record->key == op.op.expected;
  const bool leased = entry.lease.holder.is_set() && now < entry.lease.expires;
  if (!same || (op.op.lease_must_be_absent && leased)) {
    op.answer.outcome = engine::StoreOutcome::kConflict;
    return;
  }
  const core::RecordPtr before = std::exchange(entry.record, op.op.next);
  if (op.op.lease_must_be_absent && op.op.holder.is_set()) {
    entry.lease = {op.op.holder, now + op.op.lease, op.op.lease};
  }
  kernel_.note(entry.record->key.epoch.value << 32 ^ entry.record->key.revision.value);
  site_.record_changed(op.cluster, op.asked, before, entry.record);
}

void Store::apply_renewal(Op& op, Entry& entry) {
  if (entry.record == nullptr || entry.record->key.store != op.op.expected.store) return;
  if (entry.record->key.epoch != op.op.expected.epoch) return;
  if (entry.record->leader() != op.op.holder) return;
  const MonoTime now = site_.host_now(member(leader_).host);
  entry.lease = {op.op.holder, now + op.op.lease, op.op.lease};
  op.answer.renewed = true;
}

void Store::tell_watchers(std::uint64_t slot) {
  for (int i = 0; i < members(); ++i) {
    ops_.retain(slot);
    hop(leader_, i, Carriage::kStream, kWatch, slot);
  }
}

void Store::recover(const std::vector<core::RecordPtr>& records, Duration lease) {
  lost_ = 0;
  elect_at_ = kNever;
  elect(fittest());
  for (std::size_t i = 0; i < records.size(); ++i) {
    Entry& entry = entries_[i];
    // Which leases ran is not known any more: one is taken to run for everybody.
    entry.lease = {core::Incarnation{0, 1}, kLongAgo, lease};
    if (leader_ >= 0) entry.lease.expires = site_.host_now(member(leader_).host) + lease;
    if (records[i] == nullptr) continue;
    const core::RecordPtr before = std::exchange(entry.record, records[i]);
    site_.record_changed(static_cast<int>(i), kernel_.now(), before, entry.record);
  }
}

}  // namespace holdfast::sim
