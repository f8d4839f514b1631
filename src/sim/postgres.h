// A model of one PostgreSQL instance: WAL positions, timelines, synchronous replication and its
// traps.
//
// It answers to the same commands and shows the same observations as a real one behind the agent.
// Its behaviours are those measured on PostgreSQL 15, pleasant or not.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "base/prng.h"
#include "core/agent/postgres.h"
#include "sim/kernel.h"
#include "sim/observer.h"

namespace holdfast::sim {

/// How long things take. Randomised per seed.
struct PgTiming {
  Duration start = 15ms;     ///< postmaster up, before recovery
  Duration recovery = 20ms;  ///< crash recovery, mean
  Duration promote = 20ms;
  Duration stop = 4ms;       ///< a signal that ends all processes, worst
  Duration shutdown = 15ms;  ///< a clean stop's checkpoint, in which it sends nothing; mean
  Duration reload = 2ms;     ///< until the checkpointer and each sender see a new setting, mean
  Duration receiver_exit = 2ms;
  Duration fsync = 400us;
  Duration rewind = 400ms;
  Duration rebuild = 1500ms;
  Duration reconnect_retry = 10ms;    ///< wal_retrieve_retry_interval
  Duration sender_timeout = 2s;       ///< wal_sender_timeout
  int login_round_trips = 3;          ///< connect, authenticate, start replication
  double stale_receiver_percent = 5;  ///< a seal finds a receiver started late from the old setting
};

/// One committed client write in WAL.
struct WalEntry {
  Lsn end;
  WriteId write = 0;
};

/// What passes between two instances. One kind for all, small enough to copy. A host that is up
/// answers for every instance it holds, running or not: deliver() sends what a TCP stack would
/// (refused, closed).
struct PgMessage {
  enum class Kind : std::uint8_t {
    kConnect,
    kAccepted,
    kRefused,
    kWal,
    kReply,
    kClosed
  } kind = Kind::kConnect;
  std::uint64_t connection = 0;
  core::Incarnation from;
  SimTime sent{};     ///< when it left: the login's further round trips are derived from it
  Epoch epoch;        ///< kConnect: the credential's; kAccepted: the leader's
  Timeline timeline;  ///< of the data
  Lsn begin;          ///< kConnect: where to start; kWal: first byte; kReply: flushed
  Lsn end;            ///< kWal: one past the last byte
  InlineVec<WalEntry, 6> entries;  ///< kWal: the commits in [begin, end)
  std::shared_ptr<const std::vector<core::Fork>>
      history;  ///< kAccepted: the leader's timeline history
};

/// What an instance needs of its host and network. Implemented by the world.
class PgEnvironment {
 public:
  virtual ~PgEnvironment() = default;
  virtual Kernel& kernel() = 0;
  virtual Prng& prng() = 0;
  virtual MonoTime host_now() = 0;               ///< the host's boot-time clock
  virtual MonoTime host_time_of(SimTime t) = 0;  ///< the same clock at another instant
  virtual Duration extra_fsync() = 0;            ///< a slow disk's addition to every fsync
  virtual bool disk_full() = 0;
  virtual const PgTiming& timing() = 0;
  virtual Observer& observer() = 0;
  virtual MemberRef self() = 0;
  /// Ordered per connection like TCP while the link lives; lost silently when the link or a host is
  /// dead.
  virtual void send(int member, const PgMessage& message) = 0;
  /// True if the host of `member` answers at all and its instance would be reachable for a copy
  /// now.
  virtual class Postgres* reachable_instance(int member) = 0;
  /// The observation changed in a way the agent should see soon.
  virtual void changed() = 0;
  /// A client's write was answered.
  virtual void client_done(WriteId write, ClientResult result) = 0;
};

class Postgres : public Handler {
 public:
  explicit Postgres(PgEnvironment& environment);
  ~Postgres() override;

  /// Sets the first life up: empty WAL at LSN 1 on timeline 1; leader of epoch 1 or its standby. It
  /// is left stopped, as after a clean shutdown; nothing of the environment but self() is used.
  void bootstrap(core::Incarnation self,
                 bool leader,
                 core::Incarnation leader_incarnation,
                 const core::Pair& pair);

  [[nodiscard]] const core::PgObservation& observation() const;
  void command(const core::PgCommand& command);
  void deliver(int from_member, const PgMessage& message);

  /// A client commits `bytes` of WAL. Answered through client_done, or never if the host dies.
  void client_write(WriteId write, std::uint32_t bytes);
  /// A client reads; false if it is not let in.
  bool client_read();
  /// The guardian's local write that keeps WAL flowing; never waits for replication.
  void keepalive();

  // Faults.
  void kill(bool by_guardian);  ///< every process gone; data as the operating system would have it
  void power_loss(bool lose_unsynced);  ///< the host is off; with lose_unsynced fsync had lied
  void freeze(bool frozen);
  void slow(Duration by);  ///< 0 heals
  void cancel_waits();
  void replace_disk();   ///< an empty directory under the same name
  void poison(bool on);  ///< crash soon after opening as primary

  /// Ground truth for checkers: the end of WAL, its history, and every write in it.
  [[nodiscard]] const std::vector<WalEntry>& wal() const;
  [[nodiscard]] const std::vector<core::Fork>& history() const;
  [[nodiscard]] core::Position wal_end() const;  ///< written, perhaps not yet durable
  [[nodiscard]] core::Position wal_flushed()
      const;  ///< durable (as far as the disk tells the truth)

  void on_event(std::uint32_t kind, std::uint64_t a, std::uint64_t b) override;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace holdfast::sim
