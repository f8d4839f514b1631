#include "adapters/postgres/context.h"

#include <signal.h>

#include "adapters/postgres/credentials.h"
#include "adapters/postgres/names.h"
#include "adapters/process/clock.h"

namespace holdfast::postgres {
namespace {

using process::boot_now;
using process::ensure_file;
using process::read_file;
using process::write_file;

}  // namespace

Context::Context(InstanceConfig the_config, Host the_host)
    : config(std::move(the_config)),
      layout{config.directory, config.socket_directory},
      host(std::move(the_host)) {
  const Result<std::string> text = read_file(layout.settings());
  if (text) {
    const Result<Settings> read = read_settings(*text);
    if (read) settings_ = *read;
  }
  find_life();
  set_postmaster(find_postmaster(layout));
}

Settings Context::settings() const {
  const std::lock_guard lock(mutex_);
  return settings_;
}

ProcessId Context::postmaster() const {
  const std::lock_guard lock(mutex_);
  return postmaster_;
}

Proof Context::proof() const {
  const std::lock_guard lock(mutex_);
  return proof_;
}

DrainGoal Context::drain() const {
  const std::lock_guard lock(mutex_);
  return drain_;
}

Lsn Context::recovery_end() const {
  const std::lock_guard lock(mutex_);
  return recovery_end_;
}

ProcessId Context::ended_receiver() const {
  const std::lock_guard lock(mutex_);
  return ended_receiver_;
}

void Context::set_ended_receiver(const ProcessId& receiver) {
  const std::lock_guard lock(mutex_);
  ended_receiver_ = receiver;
}

void Context::set_postmaster(const ProcessId& postmaster) {
  const std::lock_guard lock(mutex_);
  postmaster_ = postmaster;
}

void Context::set_proof(const Proof& proof) {
  const std::lock_guard lock(mutex_);
  proof_ = proof;
}

void Context::set_drain(const DrainGoal& goal) {
  const std::lock_guard lock(mutex_);
  drain_ = goal;
}

void Context::set_recovery_end(Lsn lsn) {
  const std::lock_guard lock(mutex_);
  recovery_end_ = lsn;
}

void Context::forget_run(const ProcessId& run) {
  const std::lock_guard lock(mutex_);
  if (postmaster_ != run) return;
  postmaster_ = ProcessId{};
  proof_ = Proof{};
  drain_ = DrainGoal{};
  recovery_end_ = Lsn{};
}

void Context::find_life() {
  const Result<std::string> text = read_file(Layout::life(layout.data()));
  std::uint32_t found = 0;
  if (text && text->size() >= 8) {
    found = static_cast<std::uint32_t>(parse_number(text->substr(0, 8), 16).value_or(0));
  }
  life_.store(found);
}

bool Context::has_data() const {
  return process::exists(layout.data() + "/PG_VERSION") &&
         process::exists(layout.data() + "/global/pg_control");
}

Result<bool> Context::set_life(std::uint32_t life, const std::string& data) {
  const Result<bool> written = write_file(Layout::life(data), hex8(life) + "\n", for_server(true));
  if (written && data == layout.data()) life_.store(life);
  return written;
}

Result<bool> Context::change(Settings next, bool durable) {
  next.version = settings().version + 1;
  const auto options = for_server(durable);
  Result<bool> done = write_file(layout.settings(), write_settings(next), options);
  if (done) {
    done = write_file(layout.changing_conf(), changing_conf(config, layout, next, life()), options);
  }
  if (done) done = write_file(layout.hba(), hba_conf(next), options);
  if (!done) return done;
  const std::lock_guard lock(mutex_);
  settings_ = next;
  return true;
}

Result<bool> Context::write_all_files() {
  Result<bool> done =
      ensure_file(layout.server_conf(), server_conf(config, layout), for_server(true));
  if (done) done = ensure_file(layout.ident(), ident_conf(config), for_server(true));
  if (done) {
    const std::string line =
        pass_line(kCopyRole, copy_password(config.replication_secret, config.cluster));
    done = ensure_file(layout.copy_passfile(), line, for_server(true));
  }
  // ALTER SYSTEM would override what is written here.
  const std::string automatic = layout.data() + "/postgresql.auto.conf";
  if (done && has_data()) {
    done = ensure_file(automatic, "# Not used: see " + layout.conf() + "\n", for_server(true));
  }
  return done;
}

bool Context::reload() {
  const ProcessId it = postmaster();
  if (!it.is_set()) return false;
  log_offset_ = log_size(layout);
  return process::send_signal(it, SIGHUP);
}

/// The postmaster logs what has changed in the middle of reading its files, and forks nobody
/// meanwhile.
Result<bool> Context::confirm_reload(Duration limit) {
  constexpr Duration kLogPatience = 300ms;
  const std::uint64_t version = settings().version;
  if (loaded_ == version) return true;
  const std::string words =
      "parameter \"holdfast.version\" changed to \"" + std::to_string(version) + "\"";
  const MonoTime began = boot_now();
  while (boot_now() < began + std::min(limit, kLogPatience)) {
    if (log_since(layout, log_offset_).find(words) != std::string::npos) {
      loaded_ = version;
      return true;
    }
    if (!stop_command.sleep(500us)) return fail(Errc::kUnavailable, "interrupted");
  }
  reload();
  const Result<bool> confirmed = confirm_by_sessions(began + limit);
  if (confirmed) loaded_ = version;
  return confirmed;
}

/// For a log that does not say: a session that is forked now shows what the postmaster knows, or
/// was told to read the files by a postmaster that has. The second one was forked after that.
Result<bool> Context::confirm_by_sessions(MonoTime deadline) {
  const std::string wanted = std::to_string(settings().version);
  int seen = 0;
  while (boot_now() < deadline) {
    auto fresh = fresh_session(2s, &stop_command);
    if (!fresh) return tl::unexpected<Error>(fresh.error());
    const auto shown = (*fresh)->query("show holdfast.version", {2s, &stop_command});
    if (!shown) return tl::unexpected<Error>(shown.error());
    const bool is_new =
        !shown->empty() && !shown->front().empty() && shown->front().front().front() == wanted;
    if (is_new && ++seen == 2) return true;
    if (!is_new && !stop_command.sleep(1ms)) return fail(Errc::kUnavailable, "interrupted");
  }
  return fail(Errc::kTimeout, "PostgreSQL does not read its new settings");
}

std::string Context::local_conninfo(const std::string& application) const {
  const auto self_index = static_cast<std::size_t>(config.self);
  return "host='" + layout.sockets + "' port=" + std::to_string(config.peers[self_index].port) +
         " user=postgres dbname=postgres application_name=" + application +
         " connect_timeout=5 options='-c synchronous_commit=local -c statement_timeout=0"
         " -c lock_timeout=2s'";
}

Result<std::unique_ptr<Connection>> Context::fresh_session(
    Duration limit, const process::Interrupt* interrupt) const {
  return Connection::open(local_conninfo("holdfast"), {limit, interrupt});
}

Result<Connection*> Context::session() {
  if (session_ == nullptr || !session_->good()) {
    session_.reset();
    auto fresh = fresh_session(2s, &stop_command);
    if (!fresh) return tl::unexpected<Error>(fresh.error());
    session_ = std::move(*fresh);
  }
  return session_.get();
}

Result<std::vector<Table>> Context::sql(const std::string& text, Duration limit) {
  const Result<Connection*> it = session();
  if (!it) return tl::unexpected<Error>(it.error());
  auto result = (*it)->query(text, {limit, &stop_command});
  if (!(*it)->good()) session_.reset();
  return result;
}

void Context::note_stopped() {
  const ProcessId run = postmaster();
  if (!run.is_set() && noted_ending(layout) != Ending::kNone) return;
  note_ending(layout, run, Ending::kStopped);
}

void Context::note_waits(bool known) {
  if (!known) {
    process::remove_file(layout.flag_note(), false);
    return;
  }
  static_cast<void>(write_file(layout.flag_note(), last_run(layout), {.durable = false}));
}

bool Context::noted_waits() const {
  const Result<std::string> text = read_file(layout.flag_note());
  return text && !text->empty() && *text == last_run(layout);
}

}  // namespace holdfast::postgres
