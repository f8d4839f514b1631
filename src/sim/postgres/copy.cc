// Rewinding to a primary and rebuilding from one.

#include <algorithm>

#include "sim/postgres/impl.h"

namespace holdfast::sim {
namespace {

constexpr Duration kCheckpointAfterPromotion = 100ms;

}  // namespace

/// The instance to copy from, if it can be copied from now. A rewind needs a checkpoint on its
/// timeline.
Postgres::Impl* Postgres::Impl::copy_source() const {
  Postgres* peer = env.reachable_instance(command.peer.member);
  if (peer == nullptr) return nullptr;
  Impl* source = peer->impl_.get();
  if (source == this || !source->is_primary() || source->frozen || source->stopping) return nullptr;
  if (source->self() != command.peer) return nullptr;
  const bool checkpointed = now() >= source->leading_at + kCheckpointAfterPromotion;
  if (command.verb == PgVerb::kRewind && !checkpointed) return nullptr;
  return source;
}

void Postgres::Impl::step_copy(std::uint64_t step) {
  const bool rewinds = command.verb == PgVerb::kRewind;
  if (step <= 1) {
    const Impl* source = copy_source();
    const bool stoppable = is_down() || state == PgState::kStandby;
    if (!stoppable || source == nullptr || (rewinds && !disk.present)) return finish(false);
    if (step == 0) return next_step(1, is_down() ? Duration(0) : about(env.timing().stop));
    if (is_running()) die(true, PgState::kStopped);
    copy_run = source->run;
    Duration takes = about(rewinds ? env.timing().rewind : env.timing().rebuild);
    if (rewinds) takes += about(recovery_estimate());  // it must be shut down cleanly first
    if (!rewinds) disk.wipe();
    disk.change(now()).life = command.life;
    set_state(rewinds ? PgState::kRewinding : PgState::kRebuilding);
    return next_step(2, takes);
  }
  const Impl* source = copy_source();
  if (source == nullptr || source->run != copy_run) {
    disk.wipe();
    set_state(PgState::kAbsent);
    return finish(false);
  }
  // Either way the directory holds the peer's WAL now, up to the end it had when the copy was done.
  disk.wal = source->disk.wal;
  disk.wal.cut(disk.wal.flushed);
  PgSettings settings;
  settings.life = command.life;
  disk.change(now()) = settings;
  disk.present = true;
  disk.clean = false;
  disk.checkpoint = std::min(source->disk.checkpoint, disk.wal.end);
  disk.settle();
  set_state(PgState::kStopped);
  finish(true);
}

}  // namespace holdfast::sim
