// Rewinding to the leader, and rebuilding from it.
//
// Both work in a directory beside `data`, which becomes `data` when it is whole and has its new
// incarnation: whatever interrupts them, no half directory is ever taken for a member.

#include <algorithm>
#include <cstdio>

#include "adapters/postgres/commands.h"
#include "adapters/postgres/history.h"
#include "adapters/postgres/names.h"
#include "adapters/postgres/peer_watch.h"

namespace holdfast::postgres {
namespace {

constexpr Duration kCopyLimit = 24h;
constexpr Duration kStatement = 60s;
constexpr std::uint64_t kSegment = 16U << 20;
constexpr std::uint64_t kPiece = 1U << 20;

std::string segment_name(Timeline timeline, std::uint64_t segment) {
  constexpr std::uint64_t kPerFile = (1ULL << 32) / kSegment;
  char text[40];
  std::snprintf(text,
                sizeof text,
                "%08X%08X%08X",
                static_cast<unsigned>(timeline.value),
                static_cast<unsigned>(segment / kPerFile),
                static_cast<unsigned>(segment % kPerFile));
  return text;
}

std::string from_hex(const std::string& text) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
    bytes += static_cast<char>(parse_number(text.substr(i, 2), 16).value_or(0));
  }
  return bytes;
}

tl::unexpected<Error> passed_on(const Error& error) { return tl::unexpected<Error>(error); }

}  // namespace

Result<process::RunResult> Commands::tool(const std::string& name,
                                          std::vector<std::string> arguments,
                                          Duration limit) {
  process::RunOptions options;
  options.spawn = context_.host.program(name, std::move(arguments));
  if (name == "rm" || name == "mv" || name == "cp") options.spawn.arguments[0] = "/bin/" + name;
  options.limit = limit;
  options.interrupt = &context_.stop_command;
  auto result = process::run(options);
  if (result && result->exit_code != 0) {
    return fail(Errc::kUnavailable, name + " failed: " + result->output);
  }
  return result;
}

/// Is the peer who it is meant to be, and does it lead? What a rewind compares is its control file,
/// which shows its timeline only after a checkpoint.
Result<bool> Commands::prepare_source(const core::PgCommand& command, bool for_rewind) {
  const InstanceConfig& config = context_.config;
  if (command.peer.member >= config.peers.size()) {
    return fail(Errc::kInvalidInput, "the cluster has no such member");
  }
  const std::string conninfo =
      copy_conninfo(config.peers[command.peer.member], context_.layout, "holdfast_copy") +
      " dbname=postgres";
  auto session = Connection::open(conninfo, {2s, &context_.stop_command});
  if (!session) return passed_on(session.error());
  const Patience patience{kStatement, &context_.stop_command};
  const auto seen = (*session)->query(
      "select pg_is_in_recovery(), convert_from(pg_read_binary_file('holdfast.life'), 'UTF8')",
      patience);
  if (!seen) return passed_on(seen.error());
  const std::vector<std::string>& row = seen->front().front();
  if (row[0] != "f" || !row[1].starts_with(hex8(command.peer.life))) {
    return fail(Errc::kConflict, "the leader to copy from is another than the recorded one");
  }
  if (for_rewind) {
    const auto done = (*session)->query("checkpoint", patience);
    if (!done) return passed_on(done.error());
    return true;
  }
  // WAL is kept from the beginning of the copy on, for the incarnation that it will be.
  const std::string name = literal(incarnation_name({context_.self().member, command.life}));
  const auto made =
      (*session)->query("select pg_create_physical_replication_slot(" + name + ", true)", patience);
  if (!made) return passed_on(made.error());
  return true;
}

Result<bool> Commands::become_new_life(std::uint32_t life) {
  const Layout& layout = context_.layout;
  Result<bool> done = context_.set_life(life, layout.work());
  if (done) {
    done = process::write_file(layout.work() + "/standby.signal", "", context_.for_server(true));
  }
  if (!done) return done;
  process::remove_file(layout.work() + "/postmaster.pid", false);
  if (!process::sync_file_system(layout.work())) {
    return fail(Errc::kUnavailable, "the new directory could not be synced: " + layout.work());
  }
  if (std::rename(layout.work().c_str(), layout.data().c_str()) != 0) {
    return fail(Errc::kInternal, "the new directory could not be put in place: " + layout.data());
  }
  process::sync_directory(layout.directory);
  const Result<bool> written = context_.set_life(life, layout.data());
  if (!written) return written;
  context_.note_stopped();
  process::remove_file(layout.passfile(), true);
  Settings fresh;
  fresh.version = context_.settings().version;
  done = context_.change(fresh, true);
  return done ? context_.write_all_files() : done;
}

Result<bool> Commands::rewind(const core::PgCommand& command) {
  if (!context_.has_data()) return fail(Errc::kConflict, "there is no directory to rewind");
  peers_.follow({}, {});
  Result<bool> done = prepare_source(command, true);
  if (!done) return done;
  done = stop_fast();
  if (!done) return done;
  context_.doing = Doing::kRewinding;
  const Layout& layout = context_.layout;
  static_cast<void>(tool("rm", {"-rf", layout.work()}, kCopyLimit));
  const PeerAddress& peer = context_.config.peers[command.peer.member];
  const std::string source = copy_conninfo(peer, layout, "holdfast_rewind") + " dbname=postgres";
  // A rewind that ends a crash by itself would refuse to do so in a standby's directory.
  process::remove_file(layout.data() + "/standby.signal", false);
  done = keep_diverged(command);
  if (!done) return done;
  if (std::rename(layout.data().c_str(), layout.work().c_str()) != 0) {
    return fail(Errc::kInternal, "the directory could not be moved aside: " + layout.data());
  }
  context_.forget_life();
  const auto rewound =
      tool("pg_rewind",
           {"-D", layout.work(), "--source-server", source, "--config-file", layout.server_conf()},
           kCopyLimit);
  done = rewound ? fetch_tail(command) : Result<bool>(passed_on(rewound.error()));
  if (done) return become_new_life(command.life);
  // What diverged may be in it: it is not thrown away, but it is no member any more.
  static_cast<void>(tool("rm", {"-rf", layout.broken()}, kCopyLimit));
  std::rename(layout.work().c_str(), layout.broken().c_str());
  return done;
}

/// WAL from the fork on goes to `diverged/<incarnation>`.
Result<bool> Commands::keep_diverged(const core::PgCommand& command) {
  const Layout& layout = context_.layout;
  const Result<Control> control = read_control(context_.host, layout.data());
  if (!control) return passed_on(control.error());
  Line ours{control->timeline, {}};
  const auto own = process::read_file(layout.data() + "/pg_wal/" + history_file(ours.newest));
  if (own) ours.history = *own;
  const PeerAddress& peer = context_.config.peers[command.peer.member];
  const Patience patience{kStatement, &context_.stop_command};
  auto session = Connection::open(
      copy_conninfo(peer, layout, "holdfast_rewind") + " dbname=postgres", patience);
  if (!session) return passed_on(session.error());
  const auto seen = (*session)->query(
      "select timeline_id, coalesce(convert_from(pg_read_binary_file('pg_wal/' ||"
      " upper(lpad(to_hex(timeline_id), 8, '0')) || '.history', 0, 1000000, true), 'UTF8'), '')"
      " from pg_control_checkpoint()",
      patience);
  if (!seen) return passed_on(seen.error());
  const std::vector<std::string>& row = seen->front().front();
  const Lsn fork = parting(ours, {Timeline{parse_number(row[0]).value_or(1)}, row[1]});
  if (!fork.is_set()) return true;
  const std::string folder = layout.diverged() + "/" + incarnation_name(context_.self());
  Result<bool> made = process::make_directory(layout.diverged(),
                                              {.mode = 0700, .owner = context_.host.user.owner()});
  if (made) {
    made = process::make_directory(folder, {.mode = 0700, .owner = context_.host.user.owner()});
  }
  if (!made) return made;
  for (std::uint64_t segment = fork.value / kSegment;; ++segment) {
    const std::string path = layout.data() + "/pg_wal/" + segment_name(control->timeline, segment);
    if (!process::exists(path)) break;
    const auto kept = tool("cp", {"--sparse=always", path, folder}, kCopyLimit);
    if (!kept) return passed_on(kept.error());
  }
  process::sync_directory(folder);
  return true;
}

/// A rewound directory needs WAL up to where the source was at the end, to become consistent; the
/// last of it may have been written after the files were copied.
Result<bool> Commands::fetch_tail(const core::PgCommand& command) {
  const Layout& layout = context_.layout;
  const Result<Control> control = read_control(context_.host, layout.work());
  if (!control) return passed_on(control.error());
  const PeerAddress& peer = context_.config.peers[command.peer.member];
  const Patience patience{kStatement, &context_.stop_command};
  auto session = Connection::open(
      copy_conninfo(peer, layout, "holdfast_rewind") + " dbname=postgres", patience);
  if (!session) return passed_on(session.error());
  for (int waits = 0;; ++waits) {
    const auto end = (*session)->query(
        "select pg_current_wal_flush_lsn() >= " + literal(format_lsn(control->minimum_recovery)),
        patience);
    if (!end) return passed_on(end.error());
    if (end->front().front().front() == "t") break;
    if (waits > 2000 || !context_.stop_command.sleep(5ms)) {
      return fail(Errc::kTimeout, "the leader does not flush its WAL");
    }
  }
  const std::uint64_t last = (control->minimum_recovery.value - 1) / kSegment;
  const std::uint64_t first =
      std::min(last, std::max(control->checkpoint.value / kSegment, last > 8 ? last - 8 : 0));
  for (std::uint64_t segment = first; segment <= last; ++segment) {
    const std::string name = segment_name(control->timeline, segment);
    std::string content;
    for (std::uint64_t at = 0; at < kSegment; at += kPiece) {
      const auto piece = (*session)->query("select encode(pg_read_binary_file('pg_wal/" + name +
                                               "', " + std::to_string(at) + ", " +
                                               std::to_string(kPiece) + ", true), 'hex')",
                                           patience);
      if (!piece) return passed_on(piece.error());
      content += from_hex(piece->front().front().front());
    }
    if (content.size() != kSegment) {
      if (segment == last) return fail(Errc::kUnavailable, "the leader lacks WAL segment " + name);
      continue;
    }
    const Result<bool> written =
        process::write_file(layout.work() + "/pg_wal/" + name, content, context_.for_server(true));
    if (!written) return written;
  }
  return true;
}

Result<bool> Commands::rebuild(const core::PgCommand& command) {
  peers_.follow({}, {});
  Result<bool> done = prepare_source(command, false);
  if (!done) return done;
  done = stop_fast();
  if (!done) return done;
  context_.doing = Doing::kRebuilding;
  const Layout& layout = context_.layout;
  static_cast<void>(tool("rm", {"-rf", layout.work()}, kCopyLimit));
  if (context_.has_data() && context_.life() != 0) {
    // It could not be rewound, so it may hold what nobody else does.
    static_cast<void>(tool("rm", {"-rf", layout.broken()}, kCopyLimit));
    std::rename(layout.data().c_str(), layout.broken().c_str());
  } else {
    static_cast<void>(tool("rm", {"-rf", layout.data()}, kCopyLimit));
  }
  context_.forget_life();
  const PeerAddress& peer = context_.config.peers[command.peer.member];
  const std::string slot = incarnation_name({context_.self().member, command.life});
  const auto copied = tool("pg_basebackup",
                           {"-D",
                            layout.work(),
                            "-d",
                            copy_conninfo(peer, layout, "holdfast_rebuild"),
                            "-X",
                            "stream",
                            "-S",
                            slot,
                            "-c",
                            "fast",
                            "--no-manifest",
                            "--no-sync"},
                           kCopyLimit);
  if (!copied) {
    static_cast<void>(tool("rm", {"-rf", layout.work()}, kCopyLimit));
    return passed_on(copied.error());
  }
  return become_new_life(command.life);
}

}  // namespace holdfast::postgres
