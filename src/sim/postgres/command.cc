// Commands: one at a time, step by step; a stop interrupts any other.

#include "base/defect.h"
#include "sim/postgres/impl.h"

namespace holdfast::sim {
namespace {

bool is_stop(PgVerb verb) { return verb == PgVerb::kStopFast || verb == PgVerb::kStopImmediate; }

constexpr Duration kLook = 1ms;  ///< one look at the process list, one statement

}  // namespace

void Postgres::Impl::begin(const core::PgCommand& next) {
  if (busy) {
    const bool weaker = next.verb == command.verb || command.verb == PgVerb::kStopImmediate;
    if (!is_stop(next.verb) || weaker) return;
    abandon_command();
  }
  command = next;
  ++command_number;
  busy = true;
  failed = false;
  run_step(0);
}

void Postgres::Impl::next_step(std::uint64_t step, Duration delay) {
  env.kernel().in(delay, handler, kStep, command_number, step);
}

void Postgres::Impl::finish(bool ok) {
  busy = false;
  failed = !ok;
  env.changed();
}

/// What an interrupted command leaves behind.
void Postgres::Impl::abandon_command() {
  if (state == PgState::kRewinding || state == PgState::kRebuilding) {
    disk.wipe();
    set_state(PgState::kAbsent);
  }
}

void Postgres::Impl::run_step(std::uint64_t step) {
  // The first step of a command to frozen processes hangs until they go on.
  if (step == 0 && frozen && command.verb != PgVerb::kStopImmediate) {
    frozen_events.push_back({kStep, command_number, 0});
    return;
  }
  switch (command.verb) {
    case PgVerb::kNewLife: return step_new_life(step);
    case PgVerb::kStartStandby: return step_start_standby(step);
    case PgVerb::kStartPrimary: return step_start_primary(step);
    case PgVerb::kStopFast: return step_stop_fast(step);
    case PgVerb::kStopImmediate: return step_stop_immediate(step);
    case PgVerb::kSeal: return step_seal(step);
    case PgVerb::kFollow: return step_follow(step);
    case PgVerb::kPromote: return step_promote(step);
    case PgVerb::kAdopt:
    case PgVerb::kSetSync:
    case PgVerb::kProve:
    case PgVerb::kOpen:
    case PgVerb::kClose:
    case PgVerb::kDrain: return step_simple(step);
    case PgVerb::kRewind:
    case PgVerb::kRebuild: return step_copy(step);
  }
}

void Postgres::Impl::step_new_life(std::uint64_t step) {
  if (!is_down() || !disk.present) return finish(false);
  if (step == 0) return next_step(1, fsync_time());
  disk.change(now()).life = command.life;
  finish(true);
}

/// Commands to a running instance that need one write or one statement.
void Postgres::Impl::step_simple(std::uint64_t step) {
  const bool anywhere = command.verb == PgVerb::kSetSync && disk.present;
  if (!is_primary() && !anywhere) return finish(false);
  const bool writes = command.verb == PgVerb::kAdopt || command.verb == PgVerb::kSetSync;
  if (step == 0) {
    if (command.verb == PgVerb::kProve) {
      const bool spelled = command.pair.id == disk.settings().pair.id;
      finish(spelled);
      if (spelled) begin_prove();
      return;
    }
    return next_step(1, writes ? fsync_time() : about(kLook));
  }
  finish(true);
  if (command.verb == PgVerb::kAdopt) {
    disk.change(now()).leads = command.epoch;
    lead(command.epoch, disk.wal.end, true);
  } else if (command.verb == PgVerb::kSetSync) {
    set_sync(command.pair);
  } else if (command.verb == PgVerb::kOpen) {
    drain = Drain{};
    set_open(true);
    if (poisoned) after(env.prng().between(5ms, 50ms), kPoison);
  } else {
    set_open(false);
    end_sessions();
    if (command.verb == PgVerb::kDrain) begin_drain();
  }
}

/// First the credential, so that no receiver started later can log in; then the source; then every
/// receiver is ended and seen gone. Clearing the source alone proves nothing: the startup process
/// may start one more from the setting that it read before.
void Postgres::Impl::step_seal(std::uint64_t step) {
  if (step == 0) return disk.present ? next_step(1, fsync_time()) : finish(false);
  if (step == 1) {
    PgSettings& settings = disk.change(now());
    const core::Incarnation source = settings.source;
    const bool one_look = HF_DEFECT(kSealByOneLook);
    if (settings.credential < command.epoch && !one_look) settings.credential = Epoch{};
    settings.source = core::Incarnation{};
    settings.source_epoch = Epoch{};
    ++receiver.attempt;
    if (state != PgState::kStandby) return finish(true);
    if (source.is_set() && env.prng().chance(env.timing().stale_receiver_percent)) {
      const std::uint64_t who = (std::uint64_t{source.member} << 32) | source.life;
      const Duration latest = 4 * env.timing().receiver_exit + 2 * kLook;
      after(env.prng().between(Duration(0), latest), kStaleReceiver, who);
    }
    return next_step(2, receiver.alive ? about(env.timing().receiver_exit) : Duration(0));
  }
  if (state != PgState::kStandby) return finish(true);
  if (step == 2) {
    const bool looks_only = HF_DEFECT(kSealByOneLook);
    if (!looks_only) end_receiver();
    show_receiver(ReceiverState::kNone);
    return looks_only ? finish(true) : next_step(3, about(kLook));
  }
  if (receiver.alive) return next_step(2, about(env.timing().receiver_exit));
  finish(true);
}

void Postgres::Impl::step_follow(std::uint64_t step) {
  if (step == 0) {
    const bool possible = disk.present && !is_primary() && state != PgState::kPromoting;
    return possible ? next_step(1, fsync_time()) : finish(false);
  }
  if (step == 1) {
    PgSettings& settings = disk.change(now());
    settings.source = command.peer;
    settings.source_epoch = command.epoch;
    settings.credential = command.epoch;
    ++receiver.attempt;
    const bool ends_one = state == PgState::kStandby && receiver.alive;
    return next_step(2, ends_one ? about(env.timing().receiver_exit) : Duration(0));
  }
  if (state == PgState::kStandby) {
    end_receiver();
    show_receiver(ReceiverState::kNone);
    if (wants_receiver()) schedule_attempt(reload_delay());
  }
  finish(true);
}

}  // namespace holdfast::sim
