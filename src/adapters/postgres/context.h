// What the threads of one instance share: configuration, settings, sessions, notes.
//
// Settings are changed by the command thread alone; everybody reads copies.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "adapters/postgres/conf.h"
#include "adapters/postgres/connection.h"
#include "adapters/postgres/notes.h"
#include "adapters/postgres/server.h"
#include "adapters/postgres/settings.h"

namespace holdfast::postgres {

/// What a command is in the middle of, when the server itself cannot say.
enum class Doing { kNothing, kStarting, kPromoting, kSealing, kRewinding, kRebuilding };

/// What is proven, and where; reset when a run ends.
struct Proof {
  PairId pair;
  Lsn barrier;
};

struct DrainGoal {
  core::Incarnation peer;
  Lsn target;  ///< 0: no drain
};

class Context {
 public:
  Context(InstanceConfig the_config, Host the_host);

  const InstanceConfig config;
  const Layout layout;
  const Host host;
  process::Interrupt stop_command;  ///< ends what the command thread waits for
  process::Interrupt stop_all;      ///< the instance goes away

  // Copies, from any thread.
  [[nodiscard]] Settings settings() const;
  [[nodiscard]] std::uint32_t life() const { return life_.load(); }
  [[nodiscard]] ProcessId postmaster() const;
  [[nodiscard]] Proof proof() const;
  [[nodiscard]] DrainGoal drain() const;
  [[nodiscard]] Lsn recovery_end() const;

  std::atomic<Doing> doing{Doing::kNothing};
  /// When the leader's host last refused a connection.
  std::atomic<MonoTime> refused_at{kLongAgo};
  std::atomic<bool> receiving{false};  ///< the WAL receiver streams

  /// A WAL receiver that has given everything up, though its process takes its time to end.
  [[nodiscard]] ProcessId ended_receiver() const;
  void set_ended_receiver(const ProcessId& receiver);
  void set_postmaster(const ProcessId& postmaster);
  void set_proof(const Proof& proof);
  void set_drain(const DrainGoal& goal);
  void set_recovery_end(Lsn lsn);
  /// Forgets what belonged to this run, which has ended.
  void forget_run(const ProcessId& run);

  /// Held while a server is started, and while what a dead one left behind is killed.
  std::mutex processes;

  // For the command thread.

  /// Writes settings and the files that follow from them. `durable`: also for a crash of the host.
  Result<bool> change(Settings next, bool durable);
  /// The server reads its files again. False if none runs.
  bool reload();
  /// Waits until the postmaster has read the newest files: every process that it forks from then on
  /// has them, and those that have not were there before.
  Result<bool> confirm_reload(Duration limit);
  /// A server has just started with the files as they are.
  void note_loaded() { loaded_ = settings().version; }
  Result<bool> write_all_files();
  Result<bool> set_life(std::uint32_t life, const std::string& data);
  void forget_life() { life_.store(0); }
  /// A session of the command thread as the superuser; made anew when it broke.
  Result<Connection*> session();
  void close_session() { session_.reset(); }
  /// One more session: forked now, so that it shows what the postmaster knows.
  Result<std::unique_ptr<Connection>> fresh_session(Duration limit,
                                                    const process::Interrupt* interrupt) const;
  Result<std::vector<Table>> sql(const std::string& text, Duration limit = 2s);

  // Notes that outlive us.
  /// The run that is, or was last, is ended on purpose; a fence by the guardian stays one.
  void note_stopped();
  /// Commits of this run are known to wait: see sync.h.
  void note_waits(bool known);
  [[nodiscard]] bool noted_waits() const;

  [[nodiscard]] process::FileOptions for_server(bool durable, unsigned mode = 0600) const {
    return {.mode = mode, .owner = host.user.owner(), .durable = durable};
  }
  [[nodiscard]] bool has_data() const;
  [[nodiscard]] std::string local_conninfo(const std::string& application) const;
  [[nodiscard]] core::Incarnation self() const {
    return {static_cast<std::uint8_t>(config.self), life()};
  }

 private:
  void find_life();
  Result<bool> confirm_by_sessions(MonoTime deadline);

  mutable std::mutex mutex_;
  Settings settings_;
  ProcessId postmaster_;
  ProcessId ended_receiver_;
  Proof proof_;
  DrainGoal drain_;
  Lsn recovery_end_;
  std::atomic<std::uint32_t> life_{0};
  std::unique_ptr<Connection> session_;
  std::uint64_t loaded_ = 0;      ///< version that the postmaster is known to have read
  std::uint64_t log_offset_ = 0;  ///< where its log ended before it was told to read
};

}  // namespace holdfast::postgres
