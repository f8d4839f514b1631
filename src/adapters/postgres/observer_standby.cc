// What an observer sees of a standby: where its WAL ends, and what its receiver does.

#include <algorithm>
#include <cstdlib>
#include <sstream>

#include "adapters/postgres/names.h"
#include "adapters/postgres/observer.h"

namespace holdfast::postgres {
namespace {

using core::ReceiverState;

constexpr Duration kStatement = 700ms;
constexpr Duration kRefusedShown = 250ms;
constexpr std::size_t kSamples = 256;

}  // namespace

void Observer::see_standby(Look& look,
                           const Row& general,
                           const std::vector<Table>& tables,
                           MonoTime now) {
  core::PgObservation& o = look.pg;
  see_receiver(look, tables[1], now);
  const Timeline newest{tables[1].empty() ? 0 : parse_number(tables[1][0][2]).value_or(0)};
  // On the newest timeline that there is replay stays: only on the way there it is asked for.
  const bool there = asked_ == Asked::kStreaming && newest.is_set() && replay_timeline_ == newest;
  const Timeline before = replay_timeline_;
  if (!there) see_replay_timeline();
  see_position(look, general, asked_ == Asked::kAll ? tables[2] : Table{}, before);
  const Lsn received = tables[1].empty() ? Lsn{} : parse_lsn(tables[1][0][3]).value_or(Lsn{});
  o.replay_lag = replay_lag(received, parse_lsn(general[1]).value_or(Lsn{}), now);
  if (!o.source.is_set() && !o.position_final) look.settled = false;
  estimate_recovery(std::max(received, position_), now);
}

/// The position and its timeline: what was replayed, because that ends with a whole record, and the
/// timeline that wrote the last of it. The timeline of the look before is compared with that of
/// this look, so that it never belongs to another position.
void Observer::see_position(Look& look, const Row& general, const Table& startup, Timeline before) {
  core::PgObservation& o = look.pg;
  const Lsn replayed = parse_lsn(general[1]).value_or(Lsn{});
  const bool moved = replayed != replayed_;
  replayed_ = replayed;
  if (before == replay_timeline_ && before.is_set() && replayed.is_set()) {
    position_ = replayed;
    position_timeline_ = before;
  }
  final_ = is_final(general, startup, moved) && position_ == replayed;
  o.flushed = position_;
  o.timeline = position_timeline_;
  o.position_final = final_;
  if (final_) o.receiver = ReceiverState::kNone;  // seen gone by a later look than before
  if (position_ != replayed) look.settled = false;
}

void Observer::see_replay_timeline() {
  if (walsender_ == nullptr || !walsender_->good()) {
    walsender_.reset();
    auto fresh = Connection::open(context_.local_conninfo("holdfast") + " replication=true",
                                  {kStatement, &context_.stop_all});
    if (fresh) walsender_ = std::move(*fresh);
  }
  if (walsender_ != nullptr) {
    const auto identity = walsender_->query("IDENTIFY_SYSTEM", {kStatement, &context_.stop_all});
    if (identity && !identity->empty() && !identity->front().empty()) {
      replay_timeline_ = Timeline{parse_number(identity->front().front()[1]).value_or(0)};
    } else {
      walsender_.reset();
    }
  }
}

bool Observer::has_receiver(bool all) const {
  const ProcessId ended = context_.ended_receiver();
  const std::vector<Child> found = children(run_, all);
  return std::any_of(found.begin(), found.end(), [&](const Child& it) {
    return it.kind == Kind::kReceiver && process::identify(it.pid).value_or(ended) != ended;
  });
}

/// Nothing arrives any more, and everything local is replayed.
bool Observer::is_final(const Row& general, const Table& startup, bool moved) {
  const bool sealed = !context_.settings().source.is_set() && !last_.source.is_set() && !sealing_ &&
                      context_.doing != Doing::kSealing;
  if (!sealed || has_receiver(false)) {
    pause_ = Pause{};
    return false;
  }
  if (final_ && !moved) return true;
  return at_the_end(general, startup) && !has_receiver(true);
}

/// Either all that was received is replayed; or the startup process has gone through all its
/// sources once more and sleeps again where it was: what is left is no whole record.
bool Observer::at_the_end(const Row& general, const Table& startup) {
  const Lsn replayed = parse_lsn(general[1]).value_or(Lsn{});
  if (!replayed.is_set() || startup.empty()) return false;
  const auto received = parse_lsn(general[2]);
  if (received && replayed >= *received) return true;
  if (startup[0][1] != "RecoveryRetrieveRetryInterval") return false;
  const std::uint64_t sleeps =
      process::sleeps_of(static_cast<int>(parse_number(startup[0][0]).value_or(0)));
  if (pause_.seen && pause_.replayed == replayed) return sleeps >= pause_.sleeps + 2;
  pause_ = {sleeps, replayed, true};
  return false;
}

void Observer::see_receiver(Look& look, const Table& receiver, MonoTime now) {
  core::PgObservation& o = look.pg;
  const bool streams = !receiver.empty() && receiver[0][1] == "streaming";
  context_.receiving = streams;
  if (!receiver.empty()) see_bytes(receiver[0], now);
  o.last_byte_at = last_.last_byte_at;
  if (streams) {
    const Row& row = receiver[0];
    o.receiver = ReceiverState::kStreaming;
    const Timeline newest{parse_number(row[2]).value_or(0)};
    o.received_timeline = timeline_at(newest, parse_lsn(row[3]).value_or(Lsn{}));
    const std::size_t at = row[5].find("user=");
    const std::size_t begin = at == std::string::npos ? row[5].size() : at + 5;
    o.receiver_epoch =
        role_epoch(row[5].substr(begin, row[5].find(' ', begin) - begin)).value_or(Epoch{});
    return;
  }
  if (o.source.is_set()) {
    const bool refused = since(context_.refused_at.load(), now) < kRefusedShown;
    o.receiver = refused ? ReceiverState::kRefused : ReceiverState::kConnecting;
    return;
  }
  o.receiver = has_receiver(false) ? ReceiverState::kConnecting : ReceiverState::kNone;
}

/// PostgreSQL dates the last message by the wall clock. It is taken as an age, and only when it has
/// changed, so that a step of that clock is no silence.
void Observer::see_bytes(const Row& receiver, MonoTime now) {
  const std::string mark = receiver[0] + " " + receiver[4];
  if (mark == byte_mark_ || receiver[4].empty()) return;
  byte_mark_ = mark;
  const double age = std::atof(receiver[6].c_str());
  MonoTime at = now;
  if (age > 0 && age < 3600) at -= Duration(static_cast<std::int64_t>(age * 1e6));
  const MonoTime earliest = looked_at_ == kLongAgo ? at : looked_at_;
  last_.last_byte_at = std::max(last_.last_byte_at, std::clamp(at, std::min(earliest, now), now));
}

/// The timeline that wrote the last byte before `lsn`, in the history of `newest`.
Timeline Observer::timeline_at(Timeline newest, Lsn lsn) {
  for (Timeline it = newest; it.value > 1;) {
    auto known = forks_.find(it.value);
    if (known == forks_.end()) {
      const Result<std::string> text =
          process::read_file(context_.layout.data() + "/pg_wal/" + history_file(it));
      if (!text) return it;
      std::istringstream in(*text);
      std::pair<Timeline, Lsn> fork;
      for (std::string line; std::getline(in, line);) {
        std::istringstream words(line);
        std::string parent, begin;
        words >> parent >> begin;
        const auto number = parse_number(parent);
        const auto start = parse_lsn(begin);
        if (number && start) fork = {Timeline{*number}, *start};
      }
      known = forks_.emplace(it.value, fork).first;
    }
    const auto& [parent, begin] = known->second;
    if (lsn > begin || !parent.is_set() || parent >= it) return it;
    it = parent;
  }
  return newest.value <= 1 ? newest : Timeline{1};
}

/// How long ago that was received which is being replayed now.
Duration Observer::replay_lag(Lsn received, Lsn replayed, MonoTime now) {
  if (received.is_set()) {
    samples_.push_back({now, received});
    if (samples_.size() > kSamples) samples_.pop_front();
  }
  while (!samples_.empty() && samples_.front().received <= replayed) samples_.pop_front();
  return samples_.empty() ? Duration(0) : now - samples_.front().at;
}

}  // namespace holdfast::postgres
