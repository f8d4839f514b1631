#include "adapters/postgres/prover.h"

#include <utility>

#include "adapters/postgres/names.h"
#include "adapters/process/clock.h"

namespace holdfast::postgres {
namespace {

using process::boot_now;

constexpr Duration kSenderPatience = 300ms;  ///< beyond any sane round trip; then it is ended
constexpr Duration kStatement = 5s;
constexpr const char* kWrite = "select pg_logical_emit_message(true, 'holdfast', 'barrier')";

Result<Lsn> written_at(const Result<std::vector<Table>>& tables) {
  if (!tables) return tl::unexpected<Error>(tables.error());
  if (tables->empty() || tables->back().empty()) return fail(Errc::kInternal, "no position");
  const auto lsn = parse_lsn(tables->back().front().front());
  if (!lsn) return fail(Errc::kInternal, "no position");
  return *lsn;
}

}  // namespace

Prover::Prover(Context& context, std::function<void()> look)
    : context_(context), look_(std::move(look)) {}

Prover::~Prover() { cancel(); }

void Prover::begin(const core::Pair& pair, const std::string& old_senders) {
  if (running_ && pair_ == pair.id) return;
  cancel();
  interrupt_.clear();
  running_ = true;
  pair_ = pair.id;
  thread_ = std::thread([this, id = pair.id, old_senders] {
    run(id, old_senders);
    running_ = false;
  });
}

void Prover::cancel() {
  if (!thread_.joinable()) return;
  interrupt_.raise();
  thread_.join();
}

void Prover::prepare() {
  cancel();
  interrupt_.clear();
  session_.reset();  // it may be one with a server that is gone
  open_session();
}

bool Prover::open_session() {
  if (session_ != nullptr && session_->good()) return true;
  session_.reset();
  auto fresh = context_.fresh_session(kStatement, &interrupt_);
  if (fresh) session_ = std::move(*fresh);
  return session_ != nullptr;
}

void Prover::run(PairId pair, const std::string& old_senders) {
  if (!open_session()) return;
  const int backend = session_->backend_pid();
  const Result<bool> renewed = renew_senders(*session_, old_senders);
  if (!renewed) return;
  const Result<Lsn> barrier = pass_barrier(*session_);
  if (barrier) {
    context_.set_proof({pair, *barrier});
    look_();
    return;
  }
  // A barrier that nobody waits for any more must not hold a session for ever.
  session_.reset();
  auto other = context_.fresh_session(200ms, nullptr);
  if (other) {
    static_cast<void>((*other)->query(
        "select pg_terminate_backend(" + std::to_string(backend) + ")", {200ms, nullptr}));
  }
}

Result<bool> Prover::renew_senders(Connection& session, const std::string& old_senders) {
  if (old_senders.empty()) return true;
  const Patience patience{kStatement, &interrupt_};
  const auto set = session.query("set synchronous_commit = local", patience);
  if (!set) return tl::unexpected<Error>(set.error());
  const Result<Lsn> mark = written_at(session.query(kWrite, patience));
  if (!mark) return tl::unexpected<Error>(mark.error());
  const std::string lsn = literal(format_lsn(*mark));
  const std::string old_ones = " from pg_stat_replication where pid in (" + old_senders +
                               ") and not (coalesce(flush_lsn, '0/0') >= " + lsn +
                               " and coalesce(sent_lsn, '0/0') >= " + lsn + ")";
  const MonoTime limit = boot_now() + kSenderPatience;
  bool ended = false;
  for (;;) {
    const auto left = session.query("select count(*)" + old_ones, patience);
    if (!left) return tl::unexpected<Error>(left.error());
    if (left->front().front().front() == "0") return true;
    if (!ended && boot_now() >= limit) {
      ended = true;
      const auto sent = session.query("select pg_terminate_backend(pid)" + old_ones, patience);
      if (!sent) return tl::unexpected<Error>(sent.error());
    }
    if (!interrupt_.sleep(2ms)) return fail(Errc::kUnavailable, "cancelled");
  }
}

/// A cancelled wait looks like an acknowledgement, but for a warning: then it is written again.
Result<Lsn> Prover::pass_barrier(Connection& session) {
  const auto set = session.query("set synchronous_commit = on", {kStatement, &interrupt_});
  if (!set) return tl::unexpected<Error>(set.error());
  for (;;) {
    const Result<Lsn> written = written_at(session.query(kWrite, {24h, &interrupt_}));
    if (!written || session.warnings().empty()) return written;
    if (interrupt_.raised()) return fail(Errc::kUnavailable, "cancelled");
  }
}

}  // namespace holdfast::postgres
