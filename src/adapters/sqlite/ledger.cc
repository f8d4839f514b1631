#include "adapters/sqlite/ledger.h"

#include <utility>

#include "codec/record_json.h"
#include "core/agent/lease.h"
#include "core/policy.h"

namespace holdfast::sqlite {
namespace {

using engine::StoreAnswer;
using engine::StoreOp;
using engine::StoreOutcome;
using engine::StoreVerb;

/// There is one store to a file.
constexpr std::uint64_t kStore = 1;

// WAL with FULL: a commit is on disk when it is answered, and a reader never waits for it. The
// exclusive lock keeps a second controller out for as long as this one lives.
constexpr const char* kSetUp =
    "PRAGMA locking_mode=EXCLUSIVE;"
    "PRAGMA journal_mode=WAL;"
    "PRAGMA synchronous=FULL;"
    "BEGIN IMMEDIATE;"
    "CREATE TABLE IF NOT EXISTS records (cluster TEXT PRIMARY KEY, record TEXT NOT NULL) STRICT;"
    "CREATE TABLE IF NOT EXISTS leases (cluster TEXT PRIMARY KEY, version INTEGER NOT NULL,"
    " lease TEXT NOT NULL) STRICT;"
    "COMMIT";

}  // namespace

Ledger::Ledger(const model::Site& site, Database database)
    : site_(&site), database_(std::move(database)), leases_(site.clusters.size()) {}

Result<Ledger> Ledger::open(const model::Site& site, const std::string& path) {
  Result<Database> database = Database::open(path);
  if (!database) return tl::unexpected<Error>(database.error());
  const Result<bool> set_up = database->execute(kSetUp);
  if (!set_up) {
    Error error = set_up.error();
    error.message = "cannot use " + path + " as the store: " + error.message;
    if (error.code == Errc::kUnavailable) error.message += "; does another controller run here?";
    return tl::unexpected<Error>(error);
  }
  return Ledger(site, std::move(*database));
}

template <class Work>
Result<StoreAnswer> Ledger::in_transaction(Work work) {
  Result<bool> begun = database_.execute("BEGIN IMMEDIATE");
  if (!begun) return tl::unexpected<Error>(begun.error());
  Result<StoreAnswer> answer = work();
  Result<bool> ended = database_.execute(answer ? "COMMIT" : "ROLLBACK");
  if (ended) return answer;
  // A COMMIT that failed may leave the transaction open; without one, this changes nothing.
  const Result<bool> undone = database_.execute("ROLLBACK");
  static_cast<void>(undone);
  return tl::unexpected<Error>(ended.error());
}

Result<StoreAnswer> Ledger::apply(std::size_t cluster, const StoreOp& op, MonoTime now) {
  return in_transaction([&] { return apply_inside(cluster, op, now); });
}

Result<StoreAnswer> Ledger::create(std::size_t cluster,
                                   const core::RecordPtr& first,
                                   MonoTime now) {
  return in_transaction([&] { return create_inside(cluster, first, now); });
}

Result<core::RecordPtr> Ledger::read(std::size_t i, MonoTime now) {
  Result<Statement> lease =
      database_.prepare("SELECT version, lease FROM leases WHERE cluster = ?1");
  if (!lease) return tl::unexpected<Error>(lease.error());
  const Result<bool> leased = lease->bind(1, cluster(i).name).step();
  if (!leased) return tl::unexpected<Error>(leased.error());
  if (*leased) {
    // One that cannot be read is taken to run for ever: a person has to look.
    const Result<Duration> length = codec::lease_length_from_json(lease->text(1));
    const auto version = static_cast<std::uint64_t>(lease->number(0));
    leases_[i].observe(kStore, version, length ? *length : Duration::max(), now);
  } else {
    leases_[i].observe_none(kStore, leases_[i].version());
  }
  Result<Statement> row = database_.prepare("SELECT record FROM records WHERE cluster = ?1");
  if (!row) return tl::unexpected<Error>(row.error());
  const Result<bool> found = row->bind(1, cluster(i).name).step();
  if (!found) return tl::unexpected<Error>(found.error());
  if (!*found) return core::RecordPtr();
  return codec::record_from_json(*site_, cluster(i), row->text(0));
}

Result<bool> Ledger::write(std::size_t i, const core::Record& record) {
  Result<Statement> put =
      database_.prepare("INSERT OR REPLACE INTO records (cluster, record) VALUES (?1, ?2)");
  if (!put) return tl::unexpected<Error>(put.error());
  const std::string text = codec::record_to_json(*site_, cluster(i), record);
  return put->bind(1, cluster(i).name).bind(2, text).step();
}

Result<bool> Ledger::write_lease(std::size_t i, const codec::StoreLease& lease) {
  Result<Statement> put = database_.prepare(
      "INSERT INTO leases (cluster, version, lease) VALUES (?1, 1, ?2)"
      " ON CONFLICT (cluster) DO UPDATE SET version = version + 1, lease = excluded.lease");
  if (!put) return tl::unexpected<Error>(put.error());
  const std::string text = codec::lease_to_json(*site_, cluster(i), lease);
  return put->bind(1, cluster(i).name).bind(2, text).step();
}

Result<StoreAnswer> Ledger::apply_inside(std::size_t i, const StoreOp& op, MonoTime now) {
  const Result<core::RecordPtr> present = read(i, now);
  if (!present) return tl::unexpected<Error>(present.error());
  StoreAnswer answer{StoreOutcome::kDone, *present, false};
  const core::RecordPtr& record = *present;
  if (op.verb == StoreVerb::kCas) {
    const bool same = record != nullptr && record->key == op.expected;
    if (!same || (op.lease_must_be_absent && !leases_[i].ended(now))) {
      answer.outcome = StoreOutcome::kConflict;
      return answer;
    }
    Result<bool> written = write(i, *op.next);
    if (written && op.lease_must_be_absent && op.holder.is_set()) {
      written = write_lease(i, {op.holder, op.next->key.epoch, op.lease});
    }
    if (!written) return tl::unexpected<Error>(written.error());
    answer.record = op.next;
  }
  const bool leads = record != nullptr && record->key.store == op.expected.store &&
                     record->key.epoch == op.expected.epoch && record->leader() == op.holder;
  if (op.verb == StoreVerb::kRenewLease && leads) {
    const Result<bool> written = write_lease(i, {op.holder, op.expected.epoch, op.lease});
    if (!written) return tl::unexpected<Error>(written.error());
    answer.renewed = true;
  }
  return answer;
}

Result<StoreAnswer> Ledger::create_inside(std::size_t i,
                                          const core::RecordPtr& first,
                                          MonoTime now) {
  const Result<core::RecordPtr> present = read(i, now);
  if (!present) return tl::unexpected<Error>(present.error());
  if (*present != nullptr) return StoreAnswer{StoreOutcome::kConflict, *present, false};
  Result<bool> written = write(i, *first);
  if (written && first->cause == core::Cause::kStoreRecovered) {
    // Which leases ran in the store that was lost is not known: one is taken to run for everybody.
    const Duration length = core::granted_lease(core::make_policy(*site_, cluster(i)));
    written = write_lease(i, {{}, first->key.epoch, length});
  }
  if (!written) return tl::unexpected<Error>(written.error());
  return StoreAnswer{StoreOutcome::kDone, first, false};
}

}  // namespace holdfast::sqlite
