// Sealing and following.
//
// First the credential goes, so that no receiver started later can log in; then the source; then
// every receiver is ended and seen gone. Clearing the source alone proves nothing: the startup
// process may start one more from the setting that it read before.

#include <signal.h>

#include <set>

#include "adapters/postgres/commands.h"
#include "adapters/postgres/credentials.h"
#include "adapters/postgres/names.h"
#include "adapters/postgres/peer_watch.h"
#include "adapters/process/clock.h"

namespace holdfast::postgres {
namespace {

using process::boot_now;

constexpr Duration kSealLimit = 2s;
constexpr Duration kLook = 500us;
constexpr Duration kOwnTime = 5ms;  ///< for a receiver to be ended by the startup process

}  // namespace

Result<bool> Commands::seal(const core::PgCommand& command) {
  if (!context_.has_data()) return fail(Errc::kConflict, "there is no directory to seal");
  Settings next = context_.settings();
  if (next.credential < command.epoch) {
    // Not synced: every later start of the server removes it again before anything runs.
    process::remove_file(context_.layout.passfile(), false);
    next.credential = Epoch{};
  }
  next.source = core::Incarnation{};
  next.source_epoch = Epoch{};
  peers_.follow({}, {});
  // Until every receiver is seen gone the position is not final, whatever it looks like.
  context_.doing = Doing::kSealing;
  const Result<bool> changed = context_.change(next, false);
  if (!changed) return changed;
  if (is_down()) return true;
  context_.reload();
  // It ends its receiver by itself then, and starts none from what it read before.
  tell_startup(context_.postmaster());
  const Result<bool> gone = end_receivers(kSealLimit);
  if (gone || interrupted()) return gone;
  // Stopping it seals it too.
  return stop_immediate();
}

/// The receiver that PostgreSQL shows, or 0. One that it has shown and shows no longer has flushed
/// what it had, and will never receive again: that is the first thing it does when it ends, and
/// what its process does afterwards can take long.
int Commands::shown_receiver() {
  const auto seen =
      context_.sql("select coalesce((select pid from pg_stat_wal_receiver), 0)", 200ms);
  if (!seen || seen->front().empty()) return -1;
  return static_cast<int>(parse_number(seen->front().front().front()).value_or(0));
}

/// Ends every WAL receiver and sees it gone, by a look that misses none. A process that has not
/// said yet what it is may become one.
Result<bool> Commands::end_receivers(Duration limit) {
  const MonoTime deadline = boot_now() + limit;
  const ProcessId postmaster = context_.postmaster();
  const MonoTime own_time = boot_now() + kOwnTime;
  const int shown = shown_receiver();
  std::set<int> told;
  bool all = false;  // the quick look finds what is to be ended; only the full one proves
  while (boot_now() < deadline) {
    if (interrupted()) return fail(Errc::kUnavailable, "interrupted");
    if (!process::is_alive(postmaster)) return true;
    bool clear = true;
    for (const Child& child : children(postmaster, all)) {
      if (child.kind != Kind::kReceiver && child.kind != Kind::kUnknown) continue;
      const auto it = process::identify(child.pid);
      if (!it || *it == context_.ended_receiver()) continue;
      if (child.pid == shown && shown_receiver() == 0) {
        context_.set_ended_receiver(*it);
        continue;
      }
      clear = false;
      if (child.kind == Kind::kUnknown) continue;
      if (boot_now() < own_time) continue;
      if (told.insert(child.pid).second) process::send_signal(*it, SIGTERM);
    }
    if (clear && all) return true;
    all = clear;
    if (!clear) context_.stop_command.sleep(kLook);
  }
  return fail(Errc::kTimeout, "a WAL receiver does not end");
}

Result<bool> Commands::follow(const core::PgCommand& command) {
  if (!context_.has_data()) return fail(Errc::kConflict, "there is no directory to follow with");
  Settings next = context_.settings();
  if (!is_down()) {
    const auto standby = context_.sql("select pg_is_in_recovery()");
    if (!standby) return tl::unexpected<Error>(standby.error());
    if (standby->front().front().front() != "t") {
      return fail(Errc::kConflict, "a primary follows nobody");
    }
  }
  if (command.peer.member >= context_.config.peers.size()) {
    return fail(Errc::kInvalidInput, "the cluster has no such member");
  }
  const InstanceConfig& config = context_.config;
  const std::string password =
      epoch_password(config.replication_secret, config.cluster, command.epoch);
  const Result<bool> credential =
      process::write_file(context_.layout.passfile(),
                          pass_line(replication_role(command.epoch), password),
                          context_.for_server(false));
  if (!credential) return credential;
  next.primary = false;
  next.source = command.peer;
  next.source_epoch = command.epoch;
  next.credential = command.epoch;
  const Result<bool> changed = context_.change(next, false);
  if (!changed) return changed;
  peers_.follow(command.peer, command.epoch);
  // The startup process ends a receiver of the old source by itself when it reads the new one.
  context_.reload();
  return true;
}

}  // namespace holdfast::postgres
