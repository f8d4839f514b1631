// What an agent can see, put together when it asks.

#include "sim/postgres/impl.h"

namespace holdfast::sim {
namespace {

constexpr Duration kProbeLimit = 200ms;

void earliest(MonoTime& since, MonoTime candidate) {
  if (candidate < since) since = candidate;
}

}  // namespace

const core::PgObservation& Postgres::Impl::observe() const {
  const PgSettings& settings = disk.settings();
  core::PgObservation& o = shown;
  o.state = state;
  o.life = settings.life;
  o.busy = busy;
  o.fenced = fenced;
  o.failed = failed;

  o.probes_failing_since = kNever;
  if (frozen) earliest(o.probes_failing_since, frozen_since);
  if (slow_by > kProbeLimit) earliest(o.probes_failing_since, slow_since);
  // A probe writes, so it waits for the disk as everybody does.
  if (env.extra_fsync() <= kProbeLimit) {
    slow_disk_since = kNever;
  } else {
    if (slow_disk_since == kNever) slow_disk_since = env.host_now();
    earliest(o.probes_failing_since, slow_disk_since);
  }
  if (!env.disk_full()) {
    full_since = kNever;
  } else {
    if (full_since == kNever) full_since = env.host_now();
    earliest(o.probes_failing_since, full_since);
  }
  o.probes_ok = o.probes_failing_since == kNever;
  o.recovery_estimate = recovery_estimate();

  o.position_final = position_final();
  const bool known = o.position_final ||
                     (is_running() && state != PgState::kStarting && (replayed || is_primary()));
  o.flushed = known ? disk.wal.flushed : Lsn{};
  if (state == PgState::kStandby && !replayed) o.flushed = shown_lsn;
  o.timeline = disk.wal.timeline_at(o.flushed.is_set() ? o.flushed : disk.wal.end);
  o.replay_lag = slow_by;

  o.source = settings.source;
  o.source_epoch = settings.source_epoch;
  o.credential = settings.credential;
  o.receiver = receiver.shown;
  o.receiver_epoch = receiver.streaming ? receiver.epoch : Epoch{};
  o.received_timeline = receiver.streaming ? disk.wal.timeline_at(disk.wal.flushed) : Timeline{};
  o.last_byte_at = receiver.byte_host;
  o.receiver_since = receiver.shown_since;

  o.leads = is_primary() ? settings.leads : Epoch{};
  o.open = open;
  o.sync_pair = settings.pair.id;
  o.proven = proven;
  o.barrier = barrier;
  o.drained = drain.done;
  o.recovery_end = recovery_end;
  o.senders.clear();
  for (const WalSender& sender : senders) {
    if (!sender.caught_up || o.senders.full()) continue;
    o.senders.push_back(
        {sender.standby, sender.flushed, sender.reply_host, sender.streaming_since});
  }
  return o;
}

}  // namespace holdfast::sim
