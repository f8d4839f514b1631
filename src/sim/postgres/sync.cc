// synchronous_standby_names: who has read it, and the proof that everyone has.
//
// The postmaster reads a new setting first; the checkpointer's flag and each WAL sender follow,
// each in its own time. Until then old copies go on releasing commits by the old rule.

#include "base/defect.h"
#include "sim/postgres/impl.h"

namespace holdfast::sim {
namespace {

constexpr Duration kProvePatience = 10ms;  ///< then senders that still have an old copy are ended

}  // namespace

void Postgres::Impl::adopt_sync(WalSender& sender, const SyncCopy& copy) {
  sender.sync = copy;
  sender.in_sync_set = copy.counts(sender.standby);
}

void Postgres::Impl::set_sync(const core::Pair& pair) {
  if (disk.settings().pair == pair) return;
  disk.change(now()).pair = pair;
  prove.stage = ProveStage::kNone;
  if (!is_running()) return;
  ++sync_version;
  after(env.prng().exponential(env.timing().reload / 4), kPostmasterReload);
}

void Postgres::Impl::postmaster_reload() {
  postmaster_sync = {sync_version, disk.settings().pair};
  after(reload_delay(), kFlagReload);
  for (const WalSender& sender : senders) after(reload_delay(), kSenderReload, sender.connection);
}

void Postgres::Impl::flag_reload() {
  flag_sync = {sync_version, disk.settings().pair};
  // With the flag off it is futile to wait on: everyone is released.
  if (is_primary()) release_flushed();
  check_prove();
}

void Postgres::Impl::sender_reload(std::uint64_t connection) {
  WalSender* sender = find_sender(connection);
  if (sender == nullptr) return;
  adopt_sync(*sender, {sync_version, disk.settings().pair});
  check_prove();
}

void Postgres::Impl::begin_prove() {
  if (prove.stage != ProveStage::kNone && prove.pair == command.pair.id) return;
  prove.stage = ProveStage::kSettle;
  prove.pair = command.pair.id;
  ++prove.number;
  after(kProvePatience, kProveGrace, prove.number);
  check_prove();
}

void Postgres::Impl::prove_grace(std::uint64_t number) {
  if (prove.stage != ProveStage::kSettle || prove.number != number) return;
  if (postmaster_sync.version != sync_version) {
    after(kProvePatience, kProveGrace, number);
    return;
  }
  for (std::size_t i = senders.size(); i > 0; --i) {
    if (senders[i - 1].sync.version != sync_version) end_sender(senders[i - 1].connection, true);
  }
}

void Postgres::Impl::check_prove() {
  if (prove.stage != ProveStage::kSettle || stopping) return;
  if (postmaster_sync.version != sync_version || flag_sync.version != sync_version) return;
  if (HF_DEFECT(kProvenWithoutSenders)) return write_barrier();
  for (const WalSender& sender : senders) {
    if (sender.sync.version != sync_version) return;
  }
  write_barrier();
}

void Postgres::Impl::write_barrier() {
  prove.stage = ProveStage::kBarrier;
  prove.barrier = disk.wal.append(kRecordBytes, 0);
  pending.push_back({prove.barrier, 0});
  begin_flush();
}

void Postgres::Impl::barrier_released(bool cancelled) {
  // A cancelled wait looks like an acknowledgement to a client; it proves nothing.
  if (cancelled) return write_barrier();
  prove.stage = ProveStage::kNone;
  proven = prove.pair;
  barrier = prove.barrier;
  env.changed();
}

void Postgres::Impl::begin_drain() {
  drain.peer = command.peer;
  drain.target = disk.wal.append(kRecordBytes, 0);
  drain.done = false;
  begin_flush();
}

void Postgres::Impl::check_drain() {
  if (!drain.target.is_set() || drain.done) return;
  for (const WalSender& sender : senders) {
    if (sender.standby != drain.peer || !sender.caught_up) continue;
    if (sender.flushed < drain.target) continue;
    drain.done = true;
    env.changed();
    return;
  }
}

}  // namespace holdfast::sim
