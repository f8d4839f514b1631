// The processes of one PostgreSQL server: found, started, told to reload, stopped, killed.
//
// The server is a session of its own and outlives the agent. Its processes are recognised by the
// data directory that they run in, whatever their parent: after the postmaster's sudden death its
// children are still there.
#pragma once

#include <string>
#include <vector>

#include "adapters/postgres/instance.h"
#include "adapters/postgres/layout.h"
#include "adapters/process/process.h"

namespace holdfast::postgres {

using process::ProcessId;

/// Folder of the programs.
Result<std::string> find_binaries(const std::string& configured);

struct Host {
  std::string binaries;
  process::User user;

  /// A program of PostgreSQL as the server's user, with a clean environment.
  [[nodiscard]] process::SpawnOptions program(const std::string& name,
                                              std::vector<std::string> arguments) const;
};

/// The running postmaster of this directory, by its pid file; unset if there is none.
[[nodiscard]] ProcessId find_postmaster(const Layout& layout);
/// "starting", "ready", "stopping"; empty while this postmaster has not written its pid file.
[[nodiscard]] std::string postmaster_status(const Layout& layout, const ProcessId& postmaster);
Result<ProcessId> start_postmaster(const Host& host, const Layout& layout);

/// Kinds of server processes, by their titles.
enum class Kind {
  kUnknown,  ///< it has not said what it is yet
  kStartup,
  kReceiver,
  kSender,
  kCheckpointer,
  kClient,       ///< a session from another host, or one that is still logging in
  kLocalClient,  ///< a session through the unix socket
  kOther,
};
[[nodiscard]] Kind kind_of(const std::string& title);

struct Child {
  int pid = 0;
  Kind kind = Kind::kUnknown;
  std::string title;
};
/// `all`: by a look at every process of the host, so that none is missed.
[[nodiscard]] std::vector<Child> children(const ProcessId& postmaster, bool all);

/// The startup process reads its settings at once, not when the postmaster gets to passing them on;
/// one that waits before it tries to connect again tries now.
void tell_startup(const ProcessId& postmaster);

/// SIGQUIT, and after `grace` SIGKILL to whatever runs in the data directory, until nothing does.
bool end_at_once(const Layout& layout, const ProcessId& postmaster, Duration grace);

/// What the control file says of a server that is down.
struct Control {
  bool clean = false;    ///< shut down, not crashed
  Timeline timeline;     ///< of the end of WAL, as far as it knows
  Lsn checkpoint;        ///< where recovery would begin
  Lsn minimum_recovery;  ///< where a standby becomes consistent
};
Result<Control> read_control(const Host& host, const std::string& data);

[[nodiscard]] std::uint64_t log_size(const Layout& layout);
/// What the server has logged beyond `offset`; at most 256 KiB.
[[nodiscard]] std::string log_since(const Layout& layout, std::uint64_t offset);
/// The last lines of the server's log that say why it ended.
[[nodiscard]] std::string last_words(const Layout& layout);

}  // namespace holdfast::postgres
