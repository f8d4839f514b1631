// Creating, starting and stopping the server.

#include <signal.h>

#include <mutex>

#include "adapters/postgres/commands.h"
#include "adapters/postgres/credentials.h"
#include "adapters/postgres/names.h"
#include "adapters/postgres/prover.h"
#include "adapters/process/clock.h"

namespace holdfast::postgres {
namespace {

using process::boot_now;

constexpr Duration kFastStopLimit = 3s;
constexpr Duration kGrace = 300ms;         ///< of a stop at once, before SIGKILL
constexpr Duration kStandbyPatience = 2s;  ///< a longer recovery goes on without the command
constexpr Duration kRecoveryLimit = 10min;

std::string first_roles(const InstanceConfig& config) {
  const std::string copy = scram_verifier(copy_password(config.replication_secret, config.cluster));
  const std::string application = scram_verifier(application_password(config.replication_secret));
  const std::string copier = kCopyRole;
  const std::string group = kClientGroup;
  const std::string client = kApplication;
  std::string sql = "CREATE ROLE " + copier + " LOGIN REPLICATION PASSWORD '" + copy + "';\n";
  sql += "GRANT pg_checkpoint, pg_read_all_settings, pg_monitor TO " + copier + ";\n";
  for (const char* function : {"pg_ls_dir(text, boolean, boolean)",
                               "pg_stat_file(text, boolean)",
                               "pg_read_binary_file(text)",
                               "pg_read_binary_file(text, bigint, bigint, boolean)"}) {
    sql +=
        std::string("GRANT EXECUTE ON FUNCTION pg_catalog.") + function + " TO " + copier + ";\n";
  }
  sql += "CREATE ROLE " + group + " NOLOGIN;\n";
  sql += "CREATE ROLE " + client + " LOGIN PASSWORD '" + application + "' IN ROLE " + group + ";\n";
  sql += "CREATE DATABASE " + client + " OWNER " + client + ";\n";
  return sql;
}

}  // namespace

Result<bool> Commands::create(std::uint32_t life) {
  const Layout& layout = context_.layout;
  if (!is_down() || context_.has_data()) {
    return fail(Errc::kAlreadyExists, "there is a data directory already: " + layout.data());
  }
  static_cast<void>(tool("rm", {"-rf", layout.data(), layout.work()}, 10min));
  process::RunOptions options;
  options.spawn = context_.host.program("initdb",
                                        {"-D",
                                         layout.work(),
                                         "-U",
                                         "postgres",
                                         "-k",
                                         "-E",
                                         "UTF8",
                                         "--locale=C",
                                         "--auth-local=peer",
                                         "--auth-host=reject",
                                         "--no-sync"});
  options.interrupt = &context_.stop_command;
  auto done = process::run(options);
  if (!done) return tl::unexpected<Error>(done.error());
  if (done->exit_code != 0) return fail(Errc::kUnavailable, "initdb failed: " + done->output);
  options.spawn =
      context_.host.program("postgres", {"--single", "-j", "-D", layout.work(), "postgres"});
  options.input = "";
  // In this mode a statement ends with an empty line.
  for (const char c : first_roles(context_.config))
    options.input += c == '\n' ? "\n\n" : std::string(1, c);
  done = process::run(options);
  if (!done) return tl::unexpected<Error>(done.error());
  if (done->exit_code != 0 || done->output.find("ERROR") != std::string::npos) {
    return fail(Errc::kUnavailable, "the first roles could not be made: " + done->output);
  }
  return become_new_life(life);
}

Result<bool> Commands::new_life(const core::PgCommand& command) {
  if (!is_down() || !context_.has_data()) {
    return fail(Errc::kConflict, "a new incarnation begins only in a stopped directory");
  }
  return context_.set_life(command.life, context_.layout.data());
}

Result<bool> Commands::start(bool must_be_primary) {
  prover_.cancel();
  context_.close_session();
  ProcessId postmaster;
  {
    const std::lock_guard lock(context_.processes);
    // A dead postmaster's children hold its shared memory, and a new one would not start.
    end_at_once(context_.layout, {}, Duration(0));
    const Result<ProcessId> started = start_postmaster(context_.host, context_.layout);
    if (!started) return tl::unexpected<Error>(started.error());
    postmaster = *started;
    note_run(context_.layout, postmaster);
    context_.note_waits(false);
    context_.set_postmaster(postmaster);
  }
  hooks_.started(postmaster);
  const Result<bool> ready = wait_until_ready(postmaster, must_be_primary);
  if (!ready) return ready;
  context_.note_loaded();
  note_that_commits_wait();
  prover_.prepare();
  return ready;
}

/// Whether commits wait at all is a flag that the checkpointer sets before it first waits for work,
/// from the setting with which the server started; only an empty setting would take it back.
void Commands::note_that_commits_wait() {
  if (spell_sync(context_.settings().pair).empty()) return;
  for (int looks = 0; looks < 100; ++looks) {
    const auto seen = context_.sql(
        "select count(*) from pg_stat_activity where backend_type = 'checkpointer'"
        " and wait_event is not null");
    if (!seen) return;
    if (seen->front().front().front() == "1") return context_.note_waits(true);
    if (!context_.stop_command.sleep(2ms)) return;
  }
}

Result<bool> Commands::wait_until_ready(const ProcessId& postmaster, bool must_be_primary) {
  const MonoTime limit = boot_now() + (must_be_primary ? kRecoveryLimit : kStandbyPatience);
  while (boot_now() < limit) {
    if (!process::is_alive(postmaster)) return ended(postmaster);
    const std::string status = postmaster_status(context_.layout, postmaster);
    if (status == "ready") return true;
    if (!context_.stop_command.sleep(1ms)) return fail(Errc::kUnavailable, "interrupted");
  }
  if (must_be_primary) return fail(Errc::kTimeout, "recovery takes too long");
  return true;
}

Result<bool> Commands::ended(const ProcessId& postmaster) {
  process::reap(postmaster.pid);
  context_.forget_run(postmaster);
  return fail(Errc::kUnavailable,
              "PostgreSQL ended while it started: " + last_words(context_.layout));
}

/// The seal comes before the start: without source and credential no receiver can log in anywhere.
Result<bool> Commands::start_standby(const core::PgCommand& command) {
  if (!is_down() || !context_.has_data()) {
    return fail(Errc::kConflict, "there is no stopped directory to start");
  }
  context_.doing = Doing::kStarting;
  const Layout& layout = context_.layout;
  Settings next = context_.settings();
  if (next.credential < command.epoch) {
    process::remove_file(layout.passfile(), true);
    next.credential = Epoch{};
  }
  next.primary = false;
  next.open = false;
  next.source = core::Incarnation{};
  next.source_epoch = Epoch{};
  next.pair = core::Pair{};
  remove_reserved_history();
  Result<bool> done = context_.write_all_files();
  if (done) done = context_.change(next, false);
  if (done) {
    done = process::write_file(layout.data() + "/standby.signal", "", context_.for_server(true));
  }
  if (!done) return done;
  return start(false);
}

Result<bool> Commands::start_primary(const core::PgCommand& command) {
  if (!is_down() || !context_.has_data()) {
    return fail(Errc::kConflict, "there is no stopped directory to start");
  }
  context_.doing = Doing::kStarting;
  const Layout& layout = context_.layout;
  Settings next = context_.settings();
  next.primary = true;
  next.open = false;
  next.leads = command.epoch;
  next.source = core::Incarnation{};
  next.source_epoch = Epoch{};
  next.credential = Epoch{};
  process::remove_file(layout.passfile(), true);
  remove_reserved_history();
  Result<bool> done = context_.write_all_files();
  if (done) done = context_.change(next, false);
  if (!done) return done;
  process::remove_file(layout.data() + "/recovery.signal", false);
  process::remove_file(layout.data() + "/standby.signal", true);
  done = start(true);
  return done ? take_lead(command.epoch) : done;
}

Result<bool> Commands::stop_fast() {
  const ProcessId postmaster = context_.postmaster();
  context_.note_stopped();
  if (!postmaster.is_set()) return true;
  prover_.cancel();
  context_.close_session();
  const MonoTime limit = boot_now() + kFastStopLimit;
  process::send_signal(postmaster, SIGINT);
  if (!process::wait_for_end(postmaster, limit, &context_.stop_command)) return stop_immediate();
  process::reap(postmaster.pid);
  context_.forget_run(postmaster);
  return true;
}

Result<bool> Commands::stop_immediate() {
  const ProcessId postmaster = context_.postmaster();
  context_.note_stopped();
  prover_.cancel();
  context_.close_session();
  if (!end_at_once(context_.layout, postmaster, kGrace)) {
    return fail(Errc::kTimeout, "processes of PostgreSQL do not end, not even by SIGKILL");
  }
  context_.forget_run(postmaster);
  // The check that counts: nobody answers any more.
  if (context_.fresh_session(500ms, nullptr)) {
    return fail(Errc::kInternal,
                "after a stop at once another server answers on " + context_.layout.sockets);
  }
  return true;
}

}  // namespace holdfast::postgres
