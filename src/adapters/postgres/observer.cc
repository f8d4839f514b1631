#include "adapters/postgres/observer.h"

#include <utility>

#include "adapters/postgres/names.h"
#include "adapters/process/clock.h"

namespace holdfast::postgres {
namespace {

using core::PgState;
using process::boot_now;

constexpr Duration kStatement = 700ms;
constexpr Duration kRecoveryBase = 80ms;  ///< of a server that has nothing to replay
constexpr std::uint64_t kReplayPerSecond = 80U << 20;

constexpr const char* kPrepare = R"(
prepare general as select
  pg_is_in_recovery(),
  case when pg_is_in_recovery() then pg_last_wal_replay_lsn() else pg_current_wal_flush_lsn() end,
  case when pg_is_in_recovery() then pg_last_wal_receive_lsn() else pg_current_wal_insert_lsn() end,
  case when not pg_is_in_recovery() then pg_walfile_name(pg_current_wal_lsn()) end,
  current_setting('synchronous_standby_names');
prepare receiver as select pid, status, received_tli, flushed_lsn,
  extract(epoch from last_msg_receipt_time), conninfo,
  extract(epoch from clock_timestamp() - last_msg_receipt_time)
  from pg_stat_wal_receiver;
prepare startup as select pid, wait_event from pg_stat_activity where backend_type = 'startup';
prepare senders as select pid, application_name, flush_lsn, extract(epoch from reply_time)
  from pg_stat_replication
  where state = 'streaming' and application_name ~ '^m[0-9]_[0-9a-f]{8}$';
)";

bool runs(PgState state) {
  return state == PgState::kStandby || state == PgState::kPrimary || state == PgState::kPromoting;
}

}  // namespace

Observer::Observer(Context& context, const Probe& probe) : context_(context), probe_(probe) {}

Look Observer::look() {
  const std::lock_guard lock(mutex_);
  const MonoTime now = boot_now();
  Look look;
  look.number = ++looks_;
  look.run = context_.postmaster();
  if (look.run.is_set() && !process::is_alive(look.run)) look.run = ProcessId{};
  if (look.run != run_) begin_run(look.run);
  sealing_ = context_.doing == Doing::kSealing;
  const Settings settings = context_.settings();
  core::PgObservation& o = look.pg;
  o.source = settings.source;
  o.source_epoch = settings.source_epoch;
  o.credential = settings.credential;
  o.life = context_.life();
  o.last_byte_at = last_.last_byte_at;
  o.receiver = last_.receiver;
  o.receiver_since = last_.receiver_since;
  if (look.run.is_set()) {
    look_at_server(look, now);
  } else {
    look_at_nothing(look);
  }
  if (o.receiver != last_.receiver) o.receiver_since = now;
  last_ = o;
  looked_at_ = now;
  return look;
}

void Observer::begin_run(const ProcessId& run) {
  run_ = run;
  session_.reset();
  walsender_.reset();
  answered_ = false;
  replay_timeline_ = Timeline{};
  position_ = Lsn{};
  position_timeline_ = Timeline{};
  replayed_ = Lsn{};
  final_ = false;
  pause_ = Pause{};
  byte_mark_.clear();
  forks_.clear();
  samples_.clear();
  sure_ = Lsn{};
  candidate_ = Lsn{};
  senders_.clear();
  written_.clear();
  control_.reset();
  last_.receiver = core::ReceiverState::kNone;
  context_.receiving = false;
}

void Observer::look_at_nothing(Look& look) {
  core::PgObservation& o = look.pg;
  o.receiver = core::ReceiverState::kNone;
  o.recovery_estimate = estimate_ + kRecoveryBase;
  const Doing doing = context_.doing;
  if (doing == Doing::kRewinding || doing == Doing::kRebuilding) {
    o.state = doing == Doing::kRewinding ? PgState::kRewinding : PgState::kRebuilding;
    control_.reset();
    return;
  }
  if (!context_.has_data()) {
    o.state = PgState::kAbsent;
    control_.reset();
    return;
  }
  if (doing == Doing::kStarting) {
    o.state = PgState::kStarting;
    return;
  }
  if (!control_) {
    const Result<Control> control = read_control(context_.host, context_.layout.data());
    if (!control) {
      o.state = PgState::kAbsent;
      return;
    }
    control_ = *control;
  }
  const Ending ending = noted_ending(context_.layout);
  o.fenced = ending == Ending::kFenced;
  const bool meant = ending != Ending::kNone || control_->clean;
  o.state = meant ? PgState::kStopped : PgState::kCrashed;
  o.timeline = control_->timeline;
}

/// A standby in its usual state: what could end it is seen in what is asked.
bool Observer::only_streams() const {
  return answered_ && last_.state == PgState::kStandby && context_.settings().source.is_set() &&
         last_.receiver == core::ReceiverState::kStreaming && context_.doing == Doing::kNothing;
}

bool Observer::ask(std::vector<Table>& tables) {
  const Patience patience{kStatement, &context_.stop_all};
  if (session_ == nullptr || !session_->good()) {
    session_.reset();
    // A login that cannot succeed yet still costs the server a process.
    if (postmaster_status(context_.layout, run_) == "starting") return false;
    auto fresh = context_.fresh_session(kStatement, &context_.stop_all);
    if (!fresh || !(*fresh)->query(kPrepare, patience)) return false;
    session_ = std::move(*fresh);
  }
  asked_ = Asked::kAll;
  if (answered_ && last_.state == PgState::kPrimary) asked_ = Asked::kPrimary;
  if (only_streams()) asked_ = Asked::kStreaming;
  constexpr struct {
    const char* statements;
    std::size_t tables;
  } kLooks[] = {{"execute general; execute receiver; execute startup; execute senders", 4},
                {"execute general; execute senders", 2},
                {"execute general; execute receiver", 2}};
  const auto& wanted = kLooks[static_cast<std::size_t>(asked_)];
  auto answer = session_->query(wanted.statements, patience);
  if (!answer || answer->size() < wanted.tables || answer->front().empty()) {
    if (!session_->good()) session_.reset();
    return false;
  }
  tables = std::move(*answer);
  return true;
}

void Observer::look_at_server(Look& look, MonoTime now) {
  core::PgObservation& o = look.pg;
  o.probes_failing_since = probe_.failing_since();
  o.probes_ok = o.probes_failing_since == kNever;
  o.recovery_estimate = estimate_ + kRecoveryBase;
  std::vector<Table> tables;
  if (!ask(tables)) {
    const core::PgObservation was = last_;
    const bool known = answered_ && runs(was.state);
    if (known) {
      const core::PgObservation fresh = o;
      o = was;  // it hangs, or is going down: what was true last is all that is known
      o.life = fresh.life;
      o.probes_ok = fresh.probes_ok;
      o.probes_failing_since = fresh.probes_failing_since;
    } else {
      o.state = PgState::kStarting;
    }
    look.settled = false;
    look.answered = false;
    return;
  }
  const Row general = tables.front().front();
  answered_ = true;
  const bool standby = general[0] == "t";
  const Doing doing = context_.doing;
  o.state = standby ? PgState::kStandby : PgState::kPrimary;
  if (doing == Doing::kPromoting) o.state = PgState::kPromoting;
  if (doing == Doing::kStarting) o.state = PgState::kStarting;
  const Settings settings = context_.settings();
  if (general[4] == spell_sync(settings.pair)) o.sync_pair = settings.pair.id;
  const bool as_it_was = asked_ == (standby ? Asked::kStreaming : Asked::kPrimary);
  if (asked_ != Asked::kAll && !as_it_was) {
    look.settled = false;  // it is something else now, and the next look asks accordingly
    return;
  }
  if (standby) {
    see_standby(look, general, tables, now);
  } else {
    see_primary(look, general, tables.back(), now);
  }
}

void Observer::see_primary(Look& look, const Row& general, const Table& senders, MonoTime now) {
  core::PgObservation& o = look.pg;
  context_.receiving = false;
  o.receiver = core::ReceiverState::kNone;
  walsender_.reset();
  const Lsn flushed = parse_lsn(general[1]).value_or(Lsn{});
  Lsn inserted = parse_lsn(general[2]).value_or(Lsn{});
  // Where the next record will begin, behind a page's header, is the end of the one before it.
  constexpr std::uint64_t kPage = 8192, kShortHeader = 24, kLongHeader = 40;
  const std::uint64_t within = inserted.value % kPage;
  if (within == kShortHeader || within == kLongHeader) inserted.value -= within;
  if (flushed >= candidate_) sure_ = std::max(sure_, candidate_);
  if (flushed >= inserted) sure_ = std::max(sure_, inserted);
  candidate_ = inserted;
  o.flushed = sure_;
  o.position_final = false;
  if (general[3].size() >= 8) {
    o.timeline = Timeline{parse_number(general[3].substr(0, 8), 16).value_or(0)};
  }
  const Settings settings = context_.settings();
  o.leads = settings.leads;
  o.open = settings.open;
  const Proof proof = context_.proof();
  o.proven = proof.pair;
  o.barrier = proof.barrier;
  if (!context_.recovery_end().is_set() && context_.doing == Doing::kNothing) {
    context_.set_recovery_end(inserted);
  }
  o.recovery_end = context_.recovery_end();
  see_senders(look, senders, now);
  const DrainGoal drain = context_.drain();
  for (const core::Sender& sender : o.senders) {
    if (drain.target.is_set() && sender.standby == drain.peer && sender.flushed >= drain.target) {
      o.drained = true;
    }
  }
  if (drain.target.is_set() && !o.drained) look.settled = false;
  estimate_recovery(flushed, now);
}

/// A reply is dated from before it was first seen: leases may be counted from it.
void Observer::see_senders(Look& look, const Table& senders, MonoTime now) {
  const MonoTime earlier = looked_at_ == kLongAgo ? now : looked_at_;
  std::map<std::string, Seen> next;
  for (const Row& row : senders) {
    const auto standby = parse_incarnation(row[1]);
    if (!standby) continue;
    Seen seen;
    const auto found = senders_.find(row[0]);
    if (found != senders_.end()) seen = found->second;
    if (seen.streaming_since == kNever) seen.streaming_since = now;
    const std::string mark = row[2] + " " + row[3];
    if (mark != seen.mark) {
      seen.mark = mark;
      seen.reply_at = earlier;
    }
    next[row[0]] = seen;
    const core::Sender sender{
        *standby, parse_lsn(row[2]).value_or(Lsn{}), seen.reply_at, seen.streaming_since};
    bool known = false;
    for (core::Sender& it : look.pg.senders) {
      if (it.standby != sender.standby) continue;
      known = true;
      if (sender.reply_at > it.reply_at) it = sender;
    }
    if (!known && !look.pg.senders.full()) look.pg.senders.push_back(sender);
  }
  senders_ = std::move(next);
}

void Observer::estimate_recovery(Lsn end, MonoTime now) {
  if (since(estimated_at_, now) < 1s || session_ == nullptr) return;
  estimated_at_ = now;
  const auto seen = session_->query(
      "select redo_lsn, (select wal_bytes from pg_stat_wal) from"
      " pg_control_checkpoint()",
      {kStatement, nullptr});
  if (!seen || seen->front().empty()) return;
  const Row& row = seen->front().front();
  const Lsn redo = parse_lsn(row[0]).value_or(end);
  const std::uint64_t bytes = to_replay(redo, end, parse_number(row[1]).value_or(0));
  estimate_ = Duration(static_cast<std::int64_t>(bytes * 1'000'000 / kReplayPerSecond));
}

/// A position also moves over the rest of a file that is closed early, as it is for a copy or a new
/// timeline. Only a primary counts what it writes, and only since it started.
std::uint64_t Observer::to_replay(Lsn redo, Lsn end, std::uint64_t bytes) {
  const std::uint64_t distance = end > redo ? end.value - redo.value : 0;
  if (last_.state != PgState::kPrimary) return distance;
  if (written_.empty()) written_.push_back({replayed_.is_set() ? replayed_ : redo, 0});
  written_.push_back({end, bytes});
  constexpr std::size_t kWritten = 1024;
  while (written_.size() > 1 && (written_[1].end <= redo || written_.size() > kWritten))
    written_.pop_front();
  const Written& first = written_.front();
  if (bytes < first.bytes) return distance;
  const std::uint64_t before = first.end > redo ? first.end.value - redo.value : 0;
  return std::min(distance, before + bytes - first.bytes);
}

}  // namespace holdfast::postgres
