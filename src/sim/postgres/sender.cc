// WAL senders: logins, streaming of what is flushed, and what the standbys' replies do.

#include <algorithm>

#include "sim/postgres/impl.h"

namespace holdfast::sim {
namespace {

/// How many commits may be under way to a standby that catches up.
constexpr std::size_t kWindow = 256;

}  // namespace

WalSender* Postgres::Impl::find_sender(std::uint64_t connection) {
  for (WalSender& sender : senders) {
    if (sender.connection == connection) return &sender;
  }
  return nullptr;
}

void Postgres::Impl::on_connect(int from, const PgMessage& message) {
  const bool taken = std::any_of(senders.begin(), senders.end(), [&](const WalSender& sender) {
    return sender.standby == message.from;
  });
  // A slot has one sender, so one incarnation never counts twice; a stale one must end first.
  if (!is_primary() || stopping || message.epoch != disk.settings().leads || taken ||
      senders.full()) {
    PgMessage refused;
    refused.kind = PgMessage::Kind::kRefused;
    refused.connection = message.connection;
    send(from, refused);
    return;
  }
  WalSender sender;
  sender.standby = message.from;
  sender.connection = message.connection;
  sender.begin = message.begin;
  sender.reply_at = now();
  adopt_sync(sender, postmaster_sync);
  senders.push_back(sender);
  const Duration round_trip = 2 * (now() - message.sent);
  after((env.timing().login_round_trips - 1) * round_trip, kLoginDone, sender.connection);
}

void Postgres::Impl::login_done(std::uint64_t connection) {
  WalSender* sender = find_sender(connection);
  if (sender == nullptr) return;
  if (!shared_history) {
    shared_history = std::make_shared<const std::vector<core::Fork>>(disk.wal.history);
  }
  PgMessage accepted;
  accepted.kind = PgMessage::Kind::kAccepted;
  accepted.connection = connection;
  accepted.epoch = disk.settings().leads;
  accepted.timeline = disk.wal.history.back().timeline;
  accepted.begin = sender->begin;
  accepted.end = disk.wal.flushed;
  accepted.history = shared_history;
  send(sender->standby.member, accepted);
  sender->streaming = true;
  sender->sent = sender->begin;
  sender->next = disk.wal.first_after(sender->begin);
  sender->reply_at = now();
  sender->reply_host = env.host_now();
  after(env.timing().sender_timeout / 2, kSenderCheck, connection);
  pump(*sender);
}

void Postgres::Impl::pump(WalSender& sender) {
  if (!sender.streaming) return;
  const std::vector<WalEntry>& entries = disk.wal.entries;
  const Lsn flushed = disk.wal.flushed;
  while (sender.sent < flushed) {
    // No more than a window ahead of what the standby has confirmed.
    const Lsn confirmed = std::max(sender.begin, sender.flushed);
    if (sender.next >= kWindow && entries[sender.next - kWindow].end > confirmed) return;
    PgMessage wal;
    wal.kind = PgMessage::Kind::kWal;
    wal.connection = sender.connection;
    wal.timeline = disk.wal.history.back().timeline;
    wal.begin = sender.sent;
    while (!wal.entries.full() && sender.next < entries.size() &&
           entries[sender.next].end <= flushed) {
      wal.entries.push_back(entries[sender.next++]);
    }
    const bool more =
        wal.entries.full() && sender.next < entries.size() && entries[sender.next].end <= flushed;
    wal.end = more ? wal.entries.back().end : flushed;
    sender.sent = wal.end;
    send(sender.standby.member, wal);
  }
  if (sender.caught_up) return;
  sender.caught_up = true;
  sender.streaming_since = env.host_now();
  env.changed();
}

void Postgres::Impl::pump_all() {
  for (WalSender& sender : senders) pump(sender);
}

void Postgres::Impl::on_reply(int from, const PgMessage& message) {
  WalSender* sender = find_sender(message.connection);
  if (sender == nullptr) {
    PgMessage closed;
    closed.kind = PgMessage::Kind::kClosed;
    closed.connection = message.connection;
    send(from, closed);
    return;
  }
  // Taken at face value: a standby beyond a fork names positions that it does not hold here.
  sender->flushed = message.begin;
  sender->reply_at = now();
  sender->reply_host = env.host_now();
  if (sender->sent < disk.wal.flushed) pump(*sender);
  release_by(*sender);
  if (drain.target.is_set()) check_drain();
}

void Postgres::Impl::check_sender(std::uint64_t connection) {
  const WalSender* sender = find_sender(connection);
  if (sender == nullptr) return;
  const Duration timeout = env.timing().sender_timeout;
  const Duration silent = now() - sender->reply_at;
  if (silent >= timeout) return end_sender(connection, true);
  if (silent >= timeout / 2) {
    // Half the limit has passed without a reply: it asks for one.
    PgMessage ask;
    ask.kind = PgMessage::Kind::kWal;
    ask.connection = connection;
    ask.timeline = disk.wal.history.back().timeline;
    ask.begin = sender->sent;
    ask.end = sender->sent;
    send(sender->standby.member, ask);
    after(timeout - silent, kSenderCheck, connection);
  } else {
    after(timeout / 2 - silent, kSenderCheck, connection);
  }
}

void Postgres::Impl::end_sender(std::uint64_t connection, bool tell) {
  const WalSender* sender = find_sender(connection);
  if (sender == nullptr) return;
  if (tell) {
    PgMessage closed;
    closed.kind = PgMessage::Kind::kClosed;
    closed.connection = connection;
    send(sender->standby.member, closed);
  }
  remove_sender(connection);
}

void Postgres::Impl::remove_sender(std::uint64_t connection) {
  const std::size_t before = senders.size();
  senders.remove_if([&](const WalSender& sender) { return sender.connection == connection; });
  if (senders.size() == before) return;
  check_prove();
  env.changed();
}

}  // namespace holdfast::sim
