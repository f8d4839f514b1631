// Client sessions of a primary: commits, waiting for replication, and who is released when.

#include <algorithm>
#include <utility>

#include "sim/postgres/impl.h"

namespace holdfast::sim {

void Postgres::Impl::client_write(WriteId write, std::uint32_t bytes) {
  if (frozen && is_running()) {
    frozen_writes.push_back({write, bytes});
    return;
  }
  if (!is_primary() || !open || stopping || env.disk_full()) {
    env.client_done(write, ClientResult::kRejected);
    return;
  }
  const Lsn lsn = disk.wal.append(bytes, write);
  pending.push_back({lsn, write});
  const Timeline timeline = disk.wal.history.back().timeline;
  env.observer().on_write_logged(
      now(), env.self(), self(), disk.settings().leads, timeline, lsn, write);
  begin_flush();
}

bool Postgres::Impl::client_read() {
  if (!is_primary() || !open || frozen || stopping) return false;
  // A commit that waits for replication is not visible to others yet.
  Lsn visible = disk.wal.flushed;
  if (pending_head < pending.size()) {
    visible = std::min(visible, Lsn{pending[pending_head].lsn.value - 1});
  }
  env.observer().on_read(
      now(), env.self(), self(), disk.settings().leads, disk.wal.history.back().timeline, visible);
  return true;
}

void Postgres::Impl::keepalive() {
  if (!is_primary() || frozen || stopping || env.disk_full()) return;
  disk.wal.append(kKeepaliveBytes, 0);
  begin_flush();
}

void Postgres::Impl::answer(WriteId write, ClientResult result, bool cancelled) {
  if (write == 0) return;
  env.observer().on_write_done(now(), env.self(), disk.settings().leads, write, result, cancelled);
  env.client_done(write, result);
}

void Postgres::Impl::end_sessions() {
  for (std::size_t i = pending_head; i < pending.size(); ++i) {
    const WriteId write = std::exchange(pending[i].write, 0);
    answer(write, ClientResult::kUnknown);
  }
}

std::size_t Postgres::Impl::pending_after(Lsn lsn) const {
  std::size_t i = pending_head;
  while (i < pending.size() && pending[i].lsn <= lsn) ++i;
  return i;
}

void Postgres::Impl::release_flushed() {
  // Whether a backend waits at all is the checkpointer's flag, whatever the setting says by now.
  const Lsn flushed = disk.wal.flushed;
  const Lsn until = flag_sync.waits() ? std::min(flushed, released) : flushed;
  release_front(pending_after(until), false);
}

void Postgres::Impl::release_front(std::size_t until, bool cancelled) {
  bool passed_barrier = false;
  while (pending_head < until) {
    const PendingCommit commit = pending[pending_head++];
    if (prove.stage == ProveStage::kBarrier && commit.lsn == prove.barrier) passed_barrier = true;
    answer(commit.write, ClientResult::kAcked, cancelled);
  }
  constexpr std::size_t kCompactAt = 1024;
  if (pending_head == pending.size()) {
    pending.clear();
    pending_head = 0;
  } else if (pending_head >= kCompactAt) {
    pending.erase(pending.begin(), pending.begin() + static_cast<std::ptrdiff_t>(pending_head));
    pending_head = 0;
  }
  if (passed_barrier) barrier_released(cancelled);
}

void Postgres::Impl::release_by(const WalSender& sender) {
  // One sender releases by its own copy of W; who counts is what each sender says of itself.
  if (!sender.caught_up || !sender.in_sync_set) return;
  InlineVec<Lsn, 16> flushed;
  for (const WalSender& other : senders) {
    if (other.caught_up && other.in_sync_set && other.flushed.is_set()) {
      flushed.push_back(other.flushed);
    }
  }
  const int needed = sender.sync.pair.w;
  if (needed <= 0 || flushed.count() < needed) return;
  std::sort(flushed.begin(), flushed.end(), [](Lsn x, Lsn y) { return x > y; });
  const Lsn reached = flushed[static_cast<std::size_t>(needed - 1)];
  if (reached <= released) return;
  released = reached;
  release_flushed();
}

void Postgres::Impl::cancel_waits() {
  if (!is_primary() || frozen) return;
  release_front(pending_after(disk.wal.flushed), true);
}

}  // namespace holdfast::sim
