// The WAL receiver of a standby: when it starts, what it takes, and what it says.

#include <algorithm>

#include "base/defect.h"
#include "sim/postgres/impl.h"

namespace holdfast::sim {
namespace {

constexpr Duration kReceiverTimeout =
    2s;  ///< without a byte (wal_receiver_timeout, connect_timeout)
/// An attempt that follows a refusal is shown as refused for so long, not as connecting.
constexpr Duration kRefusedShown = 250ms;

enum class Fit { kTakes, kDiverged, kRefused };

/// What PostgreSQL makes of a leader's history, by timeline numbers alone.
Fit compare(const Wal& mine, const PgMessage& accepted) {
  const Timeline own = mine.timeline_at(mine.end);
  if (accepted.timeline < own) return Fit::kRefused;
  const std::vector<core::Fork>& theirs = *accepted.history;
  for (std::size_t i = 0; i < theirs.size(); ++i) {
    if (theirs[i].timeline != own) continue;
    const bool newest = i + 1 == theirs.size();
    return newest || mine.end <= theirs[i + 1].start ? Fit::kTakes : Fit::kDiverged;
  }
  return Fit::kRefused;
}

}  // namespace

bool Postgres::Impl::wants_receiver() const {
  return state == PgState::kStandby && replayed && !stopping && disk.settings().source.is_set();
}

void Postgres::Impl::show_receiver(ReceiverState next) {
  if (receiver.shown == next) return;
  receiver.shown = next;
  receiver.shown_since = env.host_now();
  env.changed();
}

void Postgres::Impl::schedule_attempt(Duration delay) {
  if (receiver.shown == ReceiverState::kNone) show_receiver(ReceiverState::kConnecting);
  after(delay, kAttempt, ++receiver.attempt);
}

void Postgres::Impl::attempt(core::Incarnation peer, bool stale) {
  constexpr int kCounterBits = 48;
  receiver.alive = true;
  receiver.streaming = false;
  receiver.diverged = false;
  receiver.stale = stale;
  receiver.connection =
      (static_cast<std::uint64_t>(env.self().member + 1) << kCounterBits) | ++connections;
  receiver.peer = peer;
  receiver.credential = disk.settings().credential;
  receiver.epoch = Epoch{};
  receiver.started = now();
  receiver.byte_at = now();
  if (receiver.shown == ReceiverState::kNone) show_receiver(ReceiverState::kConnecting);
  const bool was_refused = receiver.shown == ReceiverState::kRefused;
  after(was_refused ? kRefusedShown : kReceiverTimeout, kReceiverCheck, receiver.connection);
  PgMessage connect;
  connect.kind = PgMessage::Kind::kConnect;
  connect.connection = receiver.connection;
  connect.epoch = receiver.credential;
  connect.timeline = disk.wal.timeline_at(disk.wal.end);
  connect.begin = disk.wal.end;
  send(peer.member, connect);
}

/// The process exits: it flushes what it has written and closes its connection.
void Postgres::Impl::end_receiver() {
  if (!receiver.alive) return;
  PgMessage closed;
  closed.kind = PgMessage::Kind::kClosed;
  closed.connection = receiver.connection;
  send(receiver.peer.member, closed);
  receiver.alive = false;
  receiver.streaming = false;
  begin_flush();
}

/// The process exits by itself; the startup process asks for another one if the setting still says
/// so.
void Postgres::Impl::receiver_lost(ReceiverState next, Duration retry) {
  const SimTime earliest = receiver.started + retry;
  receiver.alive = false;
  receiver.streaming = false;
  begin_flush();
  if (!wants_receiver() || receiver.stale) {
    show_receiver(ReceiverState::kNone);
    if (wants_receiver()) schedule_attempt(env.timing().reconnect_retry);
    return;
  }
  show_receiver(next);
  schedule_attempt(std::max(Duration(0), earliest - now()));
}

void Postgres::Impl::on_accepted(int from, const PgMessage& message) {
  if (!receiver.alive || message.connection != receiver.connection) {
    PgMessage closed;
    closed.kind = PgMessage::Kind::kClosed;
    closed.connection = message.connection;
    send(from, closed);
    return;
  }
  const Fit fit = compare(disk.wal, message);
  if (fit == Fit::kRefused) {
    end_receiver();
    return receiver_lost(ReceiverState::kRefused, env.timing().reconnect_retry);
  }
  receiver.streaming = true;
  receiver.diverged = fit == Fit::kDiverged;
  receiver.epoch = message.epoch;
  receiver.byte_at = now();
  receiver.byte_host = env.host_now();
  if (fit == Fit::kTakes && disk.wal.history != *message.history) {
    disk.wal.history = *message.history;
    disk.wal.highest_known = std::max(disk.wal.highest_known, disk.wal.history.back().timeline);
  }
  show_receiver(ReceiverState::kStreaming);
  send_reply();
}

void Postgres::Impl::on_wal(int from, const PgMessage& message) {
  if (!receiver.alive || !receiver.streaming || message.connection != receiver.connection) {
    PgMessage closed;
    closed.kind = PgMessage::Kind::kClosed;
    closed.connection = message.connection;
    send(from, closed);
    return;
  }
  receiver.byte_at = now();
  receiver.byte_host = env.host_now();
  if (receiver.diverged) return send_reply();
  Wal& wal = disk.wal;
  // A gap means that something was lost under way; a full disk takes nothing. Either ends the
  // process.
  if (message.begin > wal.end || env.disk_full()) {
    end_receiver();
    return receiver_lost(ReceiverState::kConnecting, env.timing().reconnect_retry);
  }
  for (const WalEntry& entry : message.entries) {
    if (entry.end > wal.end) wal.entries.push_back(entry);
  }
  if (message.end <= wal.end) {
    if (!flushing) send_reply();
    return;
  }
  wal.end = message.end;
  begin_flush();
}

void Postgres::Impl::send_reply() {
  PgMessage reply;
  reply.kind = PgMessage::Kind::kReply;
  reply.connection = receiver.connection;
  reply.begin = disk.wal.flushed;
  send(receiver.peer.member, reply);
}

void Postgres::Impl::check_receiver(std::uint64_t connection) {
  if (!receiver.alive || receiver.connection != connection) return;
  const SimTime due = receiver.byte_at + kReceiverTimeout;
  if (due > now()) {
    if (!receiver.streaming) show_receiver(ReceiverState::kConnecting);
    after(due - now(), kReceiverCheck, connection);
    return;
  }
  end_receiver();
  receiver_lost(ReceiverState::kConnecting, env.timing().reconnect_retry);
}

bool Postgres::Impl::position_final() const {
  if (state == PgState::kStopped) return disk.present && disk.clean;
  if (state != PgState::kStandby || !replayed) return false;
  // A receiver that holds no credential cannot log in anywhere, so it does not move the position.
  const bool can_receive = receiver.alive && (receiver.streaming || receiver.credential.is_set()) &&
                           !HF_DEFECT(kSealByOneLook);
  return !can_receive && disk.wal.flushed == disk.wal.end;
}

}  // namespace holdfast::sim
