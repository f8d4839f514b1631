// The sync set, its proof, and the door for clients.

#include <signal.h>

#include "adapters/postgres/commands.h"
#include "adapters/postgres/names.h"
#include "adapters/postgres/prover.h"
#include "adapters/process/clock.h"

namespace holdfast::postgres {
namespace {

using process::boot_now;

constexpr Duration kReload = 2s;

}  // namespace

Result<bool> Commands::set_sync(const core::PgCommand& command) {
  if (!context_.has_data()) return fail(Errc::kConflict, "there is no directory");
  Settings next = context_.settings();
  if (next.pair == command.pair) {
    context_.reload();
    return see_sync(next.pair);
  }
  prover_.cancel();
  next.pair = command.pair;
  if (!is_down() && next.primary) {
    const Result<bool> waits = make_commits_wait(next);
    if (!waits) return waits;
  }
  if (spell_sync(next.pair).empty()) context_.note_waits(false);
  const Result<bool> changed = context_.change(next, false);
  if (!changed) return changed;
  if (is_down()) return true;
  context_.reload();
  make_slots(next.pair);
  return see_sync(next.pair);
}

/// A session that is there has read the setting. Without that, whoever looks would give the command
/// again at once, and again.
Result<bool> Commands::see_sync(const core::Pair& pair) {
  if (is_down()) return true;
  const MonoTime limit = boot_now() + kReload;
  while (boot_now() < limit) {
    const auto shown = context_.sql("show synchronous_standby_names");
    if (!shown) return tl::unexpected<Error>(shown.error());
    if (shown->front().front().front() == spell_sync(pair)) return true;
    if (!context_.stop_command.sleep(1ms)) return fail(Errc::kUnavailable, "interrupted");
  }
  return fail(Errc::kTimeout, "PostgreSQL does not read its new settings");
}

/// If it is not known that commits of this run wait at all, the placeholder is set, and a commit
/// must be seen waiting for it.
Result<bool> Commands::make_commits_wait(const Settings& wanted) {
  if (spell_sync(wanted.pair).empty() || context_.noted_waits()) return true;
  Settings placeholder = context_.settings();
  placeholder.pair = core::Pair{};
  Result<bool> done = context_.change(placeholder, false);
  if (!done) return done;
  context_.reload();
  done = context_.confirm_reload(kReload);
  if (!done) return done;
  done = see_a_commit_wait();
  if (done) context_.note_waits(true);
  return done;
}

Result<bool> Commands::see_a_commit_wait() {
  const MonoTime limit = boot_now() + kReload;
  while (boot_now() < limit) {
    auto probe = context_.fresh_session(kReload, &context_.stop_command);
    if (!probe) return tl::unexpected<Error>(probe.error());
    const std::string pid = std::to_string((*probe)->backend_pid());
    const auto written = (*probe)->query(
        "set synchronous_commit = on; select pg_logical_emit_message(true, 'holdfast', 'probe')",
        {20ms, &context_.stop_command});
    // It went through: the checkpointer has not read the setting yet.
    if (written) continue;
    if (interrupted()) return fail(Errc::kUnavailable, "interrupted");
    bool seen = false;
    for (int looks = 0; looks < 50 && !seen; ++looks) {
      const auto state = context_.sql("select wait_event from pg_stat_activity where pid = " + pid);
      if (!state) return tl::unexpected<Error>(state.error());
      if (state->front().empty()) break;
      seen = state->front().front().front() == "SyncRep";
      if (!seen && !context_.stop_command.sleep(2ms))
        return fail(Errc::kUnavailable, "interrupted");
    }
    static_cast<void>(context_.sql("select pg_terminate_backend(" + pid + ")"));
    if (seen) return true;
  }
  return fail(Errc::kTimeout, "commits do not begin to wait for replication");
}

/// A standby may only come in through the slot of its incarnation; a new leader has none yet.
void Commands::make_slots(const core::Pair& pair) {
  if (!context_.settings().primary) return;
  for (const core::Incarnation& it : pair.s) {
    const std::string name = literal(incarnation_name(it));
    const auto made = context_.sql(
        "select pg_create_physical_replication_slot(" + name +
        ") where not exists (select from pg_replication_slots where slot_name = " + name + ")");
    if (!made && made.error().code != Errc::kInternal) return;
  }
}

Result<bool> Commands::prove(const core::PgCommand& command) {
  const Settings settings = context_.settings();
  if (is_down() || !settings.primary) return fail(Errc::kConflict, "only a primary proves its set");
  if (settings.pair.id != command.pair.id) {
    return fail(Errc::kConflict, "another set is spelled than the one to be proven");
  }
  if (!spell_sync(settings.pair).empty() && !context_.noted_waits()) {
    Result<bool> done = make_commits_wait(settings);
    if (!done) return done;
    Settings again = context_.settings();
    again.pair = settings.pair;
    done = context_.change(again, false);
    if (!done) return done;
    context_.reload();
  }
  const Result<bool> confirmed = confirm_once();
  if (!confirmed) return confirmed;
  prover_.begin(settings.pair, old_senders_);
  return true;
}

/// From the confirmed reload on every new sender has the new setting; those that are there may not.
Result<bool> Commands::confirm_once() {
  const std::uint64_t version = context_.settings().version;
  if (confirmed_ == version) return true;
  const Result<bool> confirmed = context_.confirm_reload(kReload);
  if (!confirmed) return confirmed;
  // Every sender with an older setting is there by now; it is told before it reads another reply.
  for (const Child& child : children(context_.postmaster(), true)) {
    if (child.kind != Kind::kSender) continue;
    const auto it = process::identify(child.pid);
    if (it) process::send_signal(*it, SIGHUP);
  }
  const auto senders = context_.sql(
      "select coalesce(string_agg(pid::text, ','), '') from pg_stat_replication"
      " where application_name ~ '^m[0-9]_[0-9a-f]{8}$'");
  if (!senders) return tl::unexpected<Error>(senders.error());
  old_senders_ = senders->front().front().front();
  confirmed_ = version;
  return true;
}

Result<bool> Commands::open() {
  Settings next = context_.settings();
  if (is_down() || !next.primary) return fail(Errc::kConflict, "only a primary lets clients in");
  context_.set_drain({});
  next.open = true;
  const Result<bool> changed = context_.change(next, false);
  if (!changed) return changed;
  context_.reload();
  return context_.confirm_reload(kReload);
}

/// New sessions are refused from the confirmed reload on; those that were let in before, or are
/// still logging in by the old rules, are ended until none is left.
Result<bool> Commands::close() {
  Settings next = context_.settings();
  if (is_down() || !next.primary) return fail(Errc::kConflict, "it is no primary");
  next.open = false;
  const Result<bool> changed = context_.change(next, false);
  if (!changed) return changed;
  context_.reload();
  const Result<bool> confirmed = context_.confirm_reload(kReload);
  if (!confirmed) return confirmed;
  const ProcessId postmaster = context_.postmaster();
  const MonoTime limit = boot_now() + kReload;
  bool all = false;
  while (boot_now() < limit) {
    bool clear = true;
    for (const Child& child : children(postmaster, all)) {
      const bool own = child.title.find("holdfast_") != std::string::npos;
      if (child.kind != Kind::kUnknown && (child.kind != Kind::kClient || own)) continue;
      clear = false;
      const auto it = process::identify(child.pid);
      if (child.kind == Kind::kClient && it) process::send_signal(*it, SIGTERM);
    }
    if (clear && all) return true;
    all = clear;
    if (!context_.stop_command.sleep(1ms)) return fail(Errc::kUnavailable, "interrupted");
  }
  return fail(Errc::kTimeout, "sessions of clients do not end");
}

Result<bool> Commands::drain(const core::PgCommand& command) {
  const Result<bool> closed = close();
  if (!closed) return closed;
  const auto written = context_.sql("select pg_logical_emit_message(true, 'holdfast', 'drain')");
  if (!written) return tl::unexpected<Error>(written.error());
  const auto lsn = parse_lsn(written->front().front().front());
  if (!lsn) return fail(Errc::kInternal, "no position of the last write");
  context_.set_drain({command.peer, *lsn});
  return true;
}

}  // namespace holdfast::postgres
