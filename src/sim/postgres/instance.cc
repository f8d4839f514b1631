// The postmaster's life: events, messages at the door, sudden ends, freezing, and the flushing of
// WAL.

#include <algorithm>
#include <utility>

#include "sim/postgres/impl.h"

namespace holdfast::sim {

core::Incarnation Postgres::Impl::self() const {
  return {static_cast<std::uint8_t>(env.self().member), disk.settings().life};
}

Duration Postgres::Impl::about(Duration mean) const {
  return Duration(mean.count() * env.prng().between(700, 1300) / 1000);
}

Duration Postgres::Impl::reload_delay() const {
  const Duration mean = env.timing().reload;
  if (env.prng().chance(2.0)) return env.prng().exponential(20 * mean);
  return env.prng().exponential(mean);
}

Duration Postgres::Impl::fsync_time() const {
  return about(env.timing().fsync) + env.extra_fsync() + slow_by;
}

Duration Postgres::Impl::recovery_estimate() const {
  constexpr std::int64_t kTypicalDistance = 256 * 1024;
  const Duration mean = env.timing().recovery;
  if (disk.clean) return mean / 10;
  const auto distance = static_cast<std::int64_t>(disk.wal.end.value - disk.checkpoint.value);
  return std::min(mean / 4 + Duration(mean.count() * distance / kTypicalDistance), 50 * mean);
}

void Postgres::Impl::after(Duration delay, Kind kind, std::uint64_t b) {
  env.kernel().in(delay, handler, kind, run, b);
}

void Postgres::Impl::set_state(PgState next) {
  if (state == next) return;
  state = next;
  env.changed();
}

void Postgres::Impl::set_open(bool now_open) {
  if (open == now_open) return;
  open = now_open;
  env.observer().on_open(now(), env.self(), self(), disk.settings().leads, now_open);
  env.changed();
}

void Postgres::Impl::send(int member, PgMessage& message) {
  message.from = self();
  message.sent = now();
  env.send(member, message);
}

void Postgres::Impl::bootstrap(core::Incarnation me,
                               bool leader,
                               core::Incarnation first,
                               const core::Pair& pair) {
  disk.wipe();
  disk.present = true;
  disk.clean = true;
  disk.wal.history = {{Timeline{1}, Lsn{1}, Epoch{1}}};
  disk.wal.highest_known = Timeline{1};
  PgSettings& settings = disk.change({});
  settings.life = me.life;
  settings.standby = !leader;
  if (leader) {
    settings.leads = Epoch{1};
    settings.pair = pair;
  } else {
    settings.source = first;
    settings.source_epoch = Epoch{1};
    settings.credential = Epoch{1};
  }
  disk.settle();
  state = PgState::kStopped;
}

void Postgres::Impl::handle(std::uint32_t kind, std::uint64_t a, std::uint64_t b) {
  if (kind == kStep) {
    if (a != command_number) return;
  } else if (a != run) {
    return;
  }
  // A stop at once ends with SIGKILL, which a stopped process cannot ignore.
  const bool unstoppable = kind == kStep && command.verb == PgVerb::kStopImmediate;
  if (frozen && !unstoppable) {
    frozen_events.push_back({kind, a, b});
    return;
  }
  switch (static_cast<Kind>(kind)) {
    case kStep: return run_step(b);
    case kFlushDone: return flush_done();
    case kPostmasterReload: return postmaster_reload();
    case kFlagReload: return flag_reload();
    case kSenderReload: return sender_reload(b);
    case kLoginDone: return login_done(b);
    case kSenderCheck: return check_sender(b);
    case kReceiverCheck: return check_receiver(b);
    case kAttempt:
      if (b == receiver.attempt && !receiver.alive && wants_receiver()) {
        attempt(disk.settings().source, false);
      }
      return;
    case kStaleReceiver:
      if (!receiver.alive && state == PgState::kStandby) {
        const auto member = static_cast<std::uint8_t>(b >> 32);
        attempt({member, static_cast<std::uint32_t>(b)}, true);
      }
      return;
    case kReplayDone:
      replayed = true;
      if (wants_receiver()) schedule_attempt(Duration(0));
      env.changed();
      return;
    case kProveGrace: return prove_grace(b);
    case kPoison:
      if (open) kill(false);
      return;
  }
}

void Postgres::Impl::deliver(int from, const PgMessage& message) {
  if (!is_running()) return answer_while_down(from, message);
  if (frozen) {
    frozen_messages.push_back({from, message});
    return;
  }
  switch (message.kind) {
    case PgMessage::Kind::kConnect: return on_connect(from, message);
    case PgMessage::Kind::kReply: return on_reply(from, message);
    case PgMessage::Kind::kAccepted: return on_accepted(from, message);
    case PgMessage::Kind::kWal: return on_wal(from, message);
    case PgMessage::Kind::kRefused:
      if (receiver.alive && message.connection == receiver.connection) {
        receiver_lost(ReceiverState::kRefused, env.timing().reconnect_retry);
      }
      return;
    case PgMessage::Kind::kClosed:
      if (receiver.alive && message.connection == receiver.connection) {
        const bool was_streaming = receiver.streaming;
        const Duration retry = was_streaming ? Duration(0) : env.timing().reconnect_retry;
        receiver_lost(ReceiverState::kConnecting, retry);
      } else {
        remove_sender(message.connection);
      }
      return;
  }
}

void Postgres::Impl::answer_while_down(int from, const PgMessage& message) {
  PgMessage reply;
  reply.connection = message.connection;
  switch (message.kind) {
    case PgMessage::Kind::kConnect: reply.kind = PgMessage::Kind::kRefused; break;
    case PgMessage::Kind::kAccepted:
    case PgMessage::Kind::kWal:
    case PgMessage::Kind::kReply: reply.kind = PgMessage::Kind::kClosed; break;
    case PgMessage::Kind::kRefused:
    case PgMessage::Kind::kClosed: return;
  }
  send(from, reply);
}

void Postgres::Impl::die(bool tell, PgState next) {
  set_open(false);
  if (tell) {
    end_sessions();
    for (const WalSender& sender : senders) {
      PgMessage closed;
      closed.kind = PgMessage::Kind::kClosed;
      closed.connection = sender.connection;
      send(sender.standby.member, closed);
    }
    if (receiver.alive) end_receiver();
    for (const FrozenMessage& late : frozen_messages) answer_while_down(late.from, late.message);
    for (const FrozenWrite& late : frozen_writes) answer(late.write, ClientResult::kUnknown);
  }
  ++run;
  senders.clear();
  const std::uint64_t attempts = receiver.attempt;
  receiver = WalReceiver{};
  receiver.attempt = attempts + 1;
  pending.clear();
  pending_head = 0;
  prove.stage = ProveStage::kNone;
  proven = PairId{};
  drain = Drain{};
  stopping = false;
  replayed = false;
  flushing = false;
  frozen = false;
  frozen_since = kNever;
  frozen_messages.clear();
  frozen_writes.clear();
  // A step of the command that was held up meets the new state when it runs.
  for (const FrozenEvent& late : std::exchange(frozen_events, {})) {
    env.kernel().in(Duration(0), handler, late.kind, late.a, late.b);
  }
  set_state(next);
}

void Postgres::Impl::kill(bool by_guardian) {
  if (!is_running()) return;
  disk.lose_unflushed(env.prng());
  if (by_guardian) fenced = true;
  die(true, by_guardian ? PgState::kStopped : PgState::kCrashed);
}

void Postgres::Impl::power_loss(bool lose_unsynced) {
  const bool was_copying = state == PgState::kRewinding || state == PgState::kRebuilding;
  const bool was_running = is_running();
  ++command_number;
  busy = false;
  frozen_events.clear();
  if (was_running || disk.wal.end > disk.wal.flushed) disk.lose_unflushed(env.prng());
  if (lose_unsynced && disk.present) disk.lose_confirmed(now(), env.prng());
  if (was_copying) {
    disk.wipe();
    die(false, PgState::kAbsent);
  } else if (was_running) {
    die(false, PgState::kCrashed);
  }
}

void Postgres::Impl::freeze(bool on) {
  if (on == frozen) return;
  if (!on) return thaw();
  if (is_down()) return;
  frozen = true;
  frozen_since = env.host_now();
}

void Postgres::Impl::thaw() {
  frozen = false;
  frozen_since = kNever;
  // Processes read what has arrived before they look at their clocks.
  for (const FrozenMessage& late : std::exchange(frozen_messages, {})) {
    deliver(late.from, late.message);
  }
  for (const FrozenEvent& late : std::exchange(frozen_events, {}))
    handle(late.kind, late.a, late.b);
  for (const FrozenWrite& late : std::exchange(frozen_writes, {})) {
    client_write(late.write, late.bytes);
  }
  env.changed();
}

void Postgres::Impl::begin_flush() {
  if (flushing || disk.wal.end <= disk.wal.flushed) return;
  flushing = true;
  flush_target = disk.wal.end;
  after(fsync_time(), kFlushDone);
}

void Postgres::Impl::flush_done() {
  flushing = false;
  disk.confirm(now(), flush_target);
  begin_flush();
  if (is_primary()) {
    release_flushed();
    pump_all();
    check_drain();
    return;
  }
  if (receiver.alive && receiver.streaming) {
    send_reply();
    const Timeline received = disk.wal.timeline_at(disk.wal.flushed);
    if (std::exchange(receiver.timeline, received) != received) env.changed();
  } else if (position_final()) {
    env.changed();
  }
}

}  // namespace holdfast::sim
