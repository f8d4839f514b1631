// Starting, stopping and promoting.

#include <algorithm>

#include "sim/postgres/impl.h"

namespace holdfast::sim {
namespace {

constexpr Duration kStopFastLimit = 3s;  ///< then the clean stop becomes a stop at once

}  // namespace

/// The postmaster is up. What a crash left unflushed is synced before recovery reads it.
void Postgres::Impl::begin_run() {
  ++run;
  fenced = false;
  flushing = false;
  disk.confirm(now(), disk.wal.end);
  ++sync_version;
  postmaster_sync = {sync_version, disk.settings().pair};
  flag_sync = postmaster_sync;
  released = Lsn{};
  shared_history.reset();
}

void Postgres::Impl::step_start_standby(std::uint64_t step) {
  if (step == 0) {
    if (!is_down() || !disk.present) return finish(false);
    set_state(PgState::kStarting);
    return next_step(1, fsync_time());
  }
  if (state != PgState::kStarting) return finish(false);
  if (step == 1) {
    PgSettings& settings = disk.change(now());
    settings.reserved = Timeline{};
    settings.standby = true;
    if (settings.credential < command.epoch) settings.credential = Epoch{};
    settings.source = core::Incarnation{};
    settings.source_epoch = Epoch{};
    return next_step(2, about(env.timing().start));
  }
  const Duration recovery = about(recovery_estimate());
  begin_run();
  disk.clean = false;
  // Before replay reaches the end, PostgreSQL shows nothing or a place that it has passed long ago.
  const std::uint64_t distance = disk.wal.end.value - std::min(disk.checkpoint, disk.wal.end).value;
  const bool shows_nothing = env.prng().chance(50);
  shown_lsn = shows_nothing ? Lsn{} : Lsn{disk.wal.end.value - env.prng().below(distance + 1)};
  after(recovery, kReplayDone);
  set_state(PgState::kStandby);
  finish(true);
}

void Postgres::Impl::step_start_primary(std::uint64_t step) {
  if (step == 0) {
    // With reserved history files left lying it would look for timelines that do not exist.
    if (!is_down() || !disk.present || disk.settings().reserved.is_set()) return finish(false);
    set_state(PgState::kStarting);
    return next_step(1, fsync_time());
  }
  if (state != PgState::kStarting) return finish(false);
  if (step == 1) {
    PgSettings& settings = disk.change(now());
    settings.leads = command.epoch;
    settings.standby = false;
    settings.source = core::Incarnation{};
    settings.source_epoch = Epoch{};
    return next_step(2, about(env.timing().start) + about(recovery_estimate()));
  }
  begin_run();
  disk.clean = false;
  // It goes on where the control file says, whatever history files of other timelines lie about.
  disk.wal.drop_unreached();
  lead(command.epoch, disk.wal.end, true);
  finish(true);
}

/// From here on it is a primary, closed to clients. Also when a running one begins another epoch.
void Postgres::Impl::lead(Epoch epoch, Lsn fork, bool in_place) {
  const Timeline timeline = disk.wal.history.back().timeline;
  if (!is_primary()) {
    disk.wal.append(kRecordBytes, 0);
    disk.confirm(now(), disk.wal.end);
    disk.checkpoint = disk.wal.end;
    recovery_end = disk.wal.end;
    leading_at = now();
    proven = PairId{};
    prove.stage = ProveStage::kNone;
    set_state(PgState::kPrimary);
  }
  env.observer().on_leading(now(), env.self(), self(), epoch, timeline, fork, in_place);
}

void Postgres::Impl::step_promote(std::uint64_t step) {
  if (step == 0) {
    if (state != PgState::kStandby) return finish(false);
    if (!replayed) return next_step(0, 1ms);
    return next_step(1, fsync_time());
  }
  if (state != PgState::kStandby && state != PgState::kPromoting) return finish(false);
  if (step == 1) {
    set_sync(core::Pair{});
    ++receiver.attempt;
    end_receiver();
    show_receiver(ReceiverState::kNone);
    return next_step(2, fsync_time());
  }
  if (step == 2) {
    // Files with the names of all earlier reservations, so that this promotion takes the next
    // number.
    const Timeline highest = disk.wal.highest_known;
    if (command.timeline.value > highest.value + 1) {
      disk.change(now()).reserved = Timeline{command.timeline.value - 1};
    }
    set_state(PgState::kPromoting);
    return next_step(3, about(env.timing().promote));
  }
  Wal& wal = disk.wal;
  end_receiver();
  show_receiver(ReceiverState::kNone);
  ++run;  // nothing scheduled for the standby applies to the primary
  flushing = false;
  const Lsn fork = wal.end;
  wal.drop_unreached();
  PgSettings& settings = disk.change(now());
  const Timeline next = std::max(wal.highest_known, settings.reserved).next();
  wal.history.push_back({next, fork, command.epoch});
  wal.highest_known = next;
  settings.reserved = Timeline{};
  settings.standby = false;
  settings.leads = command.epoch;
  settings.source = core::Incarnation{};
  settings.source_epoch = Epoch{};
  shared_history.reset();
  released = Lsn{};
  // What the reload of the placeholder had not reached yet is reached by a reload of this run.
  if (flag_sync.version != sync_version) after(reload_delay(), kPostmasterReload);
  lead(command.epoch, fork, false);
  finish(true);
}

bool Postgres::Impl::everything_sent() const {
  if (disk.wal.flushed < disk.wal.end) return false;
  for (const WalSender& sender : senders) {
    if (sender.streaming && sender.flushed < disk.wal.end) return false;
  }
  return true;
}

void Postgres::Impl::step_stop_fast(std::uint64_t step) {
  constexpr Duration kPoll = 1ms;
  if (step == 0) {
    if (is_down()) {
      if (state == PgState::kCrashed) set_state(PgState::kStopped);
      return finish(true);
    }
    if (!is_primary() && state != PgState::kStandby) return step_stop_immediate(0);
    stopping = true;
    stop_limit = now() + kStopFastLimit;
    set_open(false);
    end_sessions();
    ++receiver.attempt;
    end_receiver();
    return next_step(1, about(env.timing().shutdown));
  }
  if (state == PgState::kCrashed) set_state(PgState::kStopped);
  if (!is_running()) return finish(true);
  if (!stopping) return step_stop_immediate(step);
  if (step == 1) {
    // The record of the last checkpoint comes when all of it is written.
    if (is_primary()) disk.wal.append(kRecordBytes, 0);
    begin_flush();
  }
  if (is_primary() && !everything_sent() && now() < stop_limit) return next_step(2, kPoll);
  if (disk.wal.flushed < disk.wal.end) return next_step(2, kPoll);
  disk.clean = true;
  disk.checkpoint = disk.wal.end;
  die(true, PgState::kStopped);
  finish(true);
}

void Postgres::Impl::step_stop_immediate(std::uint64_t step) {
  if (step == 0 && is_running()) {
    // The processes live on, and may still acknowledge, until the signal has reached them.
    return next_step(1, env.prng().between(Duration(1), env.timing().stop));
  }
  if (is_running()) {
    disk.lose_unflushed(env.prng());
    die(true, PgState::kStopped);
  } else if (state == PgState::kCrashed) {
    set_state(PgState::kStopped);
  }
  finish(true);
}

}  // namespace holdfast::sim
