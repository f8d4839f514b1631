// Becoming the leader of an epoch: by promotion, or as the primary that goes on.

#include <algorithm>

#include "adapters/postgres/commands.h"
#include "adapters/postgres/credentials.h"
#include "adapters/postgres/history.h"
#include "adapters/postgres/names.h"
#include "adapters/postgres/peer_watch.h"
#include "adapters/postgres/prover.h"
#include "adapters/process/clock.h"

namespace holdfast::postgres {
namespace {

using process::boot_now;

constexpr Duration kPromotionLimit = 30s;

/// The new epoch's role may log in; those of older epochs are gone.
std::string epoch_role_sql(const std::string& role, const std::string& verifier) {
  return "DO $do$ DECLARE r text; BEGIN"
         " FOR r IN SELECT rolname FROM pg_roles WHERE rolname ~ '^holdfast_repl_[0-9]+$'"
         " AND rolname <> '" +
         role +
         "' LOOP EXECUTE format('DROP ROLE %I', r); END LOOP;"
         " IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '" +
         role + "') THEN CREATE ROLE " + role + " LOGIN REPLICATION PASSWORD '" + verifier +
         "'; ELSE ALTER ROLE " + role + " LOGIN REPLICATION PASSWORD '" + verifier +
         "'; END IF; END $do$";
}

}  // namespace

/// From here on it demands the epoch's credential. The role is written locally: nobody could
/// acknowledge it who has not logged in with it.
Result<bool> Commands::take_lead(Epoch epoch) {
  const InstanceConfig& config = context_.config;
  const std::string role = replication_role(epoch);
  const std::string verifier =
      scram_verifier(epoch_password(config.replication_secret, config.cluster, epoch));
  const auto done = context_.sql(epoch_role_sql(role, verifier), 5s);
  if (!done) return tl::unexpected<Error>(done.error());
  const auto end = context_.sql("select pg_current_wal_insert_lsn()");
  if (!end || end->empty() || end->front().empty()) {
    return fail(Errc::kUnavailable, "the end of WAL is not known after the start as primary");
  }
  if (!context_.recovery_end().is_set()) {
    context_.set_recovery_end(parse_lsn(end->front().front().front()).value_or(Lsn{}));
  }
  return true;
}

Result<bool> Commands::promote(const core::PgCommand& command) {
  if (is_down()) return fail(Errc::kConflict, "only a running standby is promoted");
  prover_.cancel();
  peers_.follow({}, {});
  const Result<bool> reserved = reserve_history(command.timeline);
  if (!reserved) return reserved;
  Settings next = context_.settings();
  next.pair = core::Pair{};
  next.leads = command.epoch;
  next.primary = true;
  next.open = false;
  next.source = core::Incarnation{};
  next.source_epoch = Epoch{};
  next.credential = Epoch{};
  process::remove_file(context_.layout.passfile(), false);
  Result<bool> done = context_.change(next, false);
  if (!done) return done;
  context_.reload();
  tell_startup(context_.postmaster());
  done = end_receivers(2s);
  if (!done) return done;
  context_.doing = Doing::kPromoting;
  context_.set_recovery_end(Lsn{});
  const auto asked = context_.sql("select pg_promote(false)");
  if (!asked) return tl::unexpected<Error>(asked.error());
  done = wait_for_promotion();
  if (!done) return done;
  return take_lead(command.epoch);
}

Result<bool> Commands::wait_for_promotion() {
  const MonoTime limit = boot_now() + kPromotionLimit;
  while (boot_now() < limit) {
    const auto recovering = context_.sql("select pg_is_in_recovery()");
    if (!recovering) return tl::unexpected<Error>(recovering.error());
    if (!recovering->empty() && recovering->front().front().front() == "f") return true;
    if (!context_.stop_command.sleep(1ms)) return fail(Errc::kUnavailable, "interrupted");
  }
  return fail(Errc::kTimeout, "the promotion does not end");
}

Result<bool> Commands::adopt(const core::PgCommand& command) {
  Settings next = context_.settings();
  if (is_down() || !next.primary) return fail(Errc::kConflict, "only a running primary goes on");
  next.leads = command.epoch;
  // First the role, then the door: a standby that comes early is refused and comes again.
  Result<bool> done = take_lead(command.epoch);
  if (done) done = context_.change(next, false);
  if (!done) return done;
  context_.reload();
  return context_.confirm_reload(2s);
}

/// PostgreSQL takes the first timeline of which it finds no history file. So that it takes
/// `wanted`, files with all numbers before it must lie there.
Result<bool> Commands::reserve_history(Timeline wanted) {
  const std::string folder = context_.layout.data() + "/pg_wal";
  const auto seen =
      context_.sql("select pg_is_in_recovery(), (select timeline_id from pg_control_checkpoint())");
  if (!seen) return tl::unexpected<Error>(seen.error());
  const std::vector<std::string>& row = seen->front().front();
  if (row[0] != "t") return fail(Errc::kConflict, "it is a primary already");
  const Timeline parent{parse_number(row[1]).value_or(1)};
  const Timeline highest = std::max(highest_history(folder), parent);
  if (wanted <= highest) {
    return fail(Errc::kConflict,
                "timeline " + std::to_string(wanted.value) +
                    " is not free here: " + std::to_string(highest.value) + " is known already");
  }
  const std::string content = reserved_history(parent);
  for (Timeline it = parent.next(); it < wanted; it = it.next()) {
    const std::string path = folder + "/" + history_file(it);
    if (process::exists(path)) continue;
    const Result<bool> written = process::write_file(path, content, context_.for_server(true));
    if (!written) return written;
  }
  return true;
}

/// Reserved files above the highest real timeline belong to a promotion that did not happen. Those
/// below stay: standbys that follow ask for them.
void Commands::remove_reserved_history() {
  const std::string folder = context_.layout.data() + "/pg_wal";
  for (const std::string& name : unused_reservations(folder)) {
    process::remove_file(folder + "/" + name, true);
  }
}

}  // namespace holdfast::postgres
