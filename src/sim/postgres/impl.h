// The parts of a modelled PostgreSQL: its disk, and its processes as plain state.
//
// Every event carries the number of the run (one life of the postmaster) or of the command it
// belongs to; when that has ended, the event finds another number and does nothing. Nothing is ever
// unscheduled.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "base/inline_vec.h"
#include "sim/postgres.h"
#include "sim/postgres/disk.h"

namespace holdfast::sim {

using core::PgState;
using core::PgVerb;
using core::ReceiverState;

inline constexpr std::uint32_t kKeepaliveBytes = 64;
inline constexpr std::uint32_t kRecordBytes = 96;  ///< a checkpoint, an end of recovery, a barrier

/// What a process knows of synchronous_standby_names: read at a reload, so it may be an old one.
struct SyncCopy {
  std::uint32_t version = 0;
  core::Pair pair;
  /// Must commits wait at all? The placeholder (id 0) waits for nobody who exists.
  [[nodiscard]] bool waits() const { return !pair.id.is_set() || pair.w > 0; }
  [[nodiscard]] bool counts(core::Incarnation standby) const {
    return pair.id.is_set() && pair.w > 0 && pair.s.contains(standby);
  }
};

/// A WAL sender process of a primary.
struct WalSender {
  core::Incarnation standby;
  std::uint64_t connection = 0;
  bool streaming = false;    ///< logged in
  bool caught_up = false;    ///< has sent everything once; only then it can count as synchronous
  bool in_sync_set = false;  ///< by its own copy of the setting
  SyncCopy sync;
  Lsn begin;  ///< asked for at login
  Lsn sent;
  Lsn flushed;           ///< what the standby says, taken at face value
  std::size_t next = 0;  ///< first WAL entry not sent
  SimTime reply_at{};
  MonoTime reply_host = kLongAgo;
  MonoTime streaming_since = kNever;
};

/// The WAL receiver process of a standby, or the wish to have one.
struct WalReceiver {
  bool alive = false;  ///< there is a process
  bool streaming = false;
  bool diverged = false;  ///< its WAL is beyond the fork: nothing of the stream fits
  bool stale = false;     ///< started from a setting that is no longer there
  std::uint64_t connection = 0;
  core::Incarnation peer;
  Epoch credential;   ///< what it logs in with
  Epoch epoch;        ///< of the leader that accepted it
  Timeline timeline;  ///< of the last WAL it flushed
  SimTime started{};
  SimTime byte_at{};
  MonoTime byte_host = kLongAgo;
  ReceiverState shown = ReceiverState::kNone;
  MonoTime shown_since = kNever;
  std::uint64_t attempt = 0;  ///< number of the scheduled attempt; older ones are void
};

/// A session that waits for its commit. Positions ascend. write 0: nobody waits (any more).
struct PendingCommit {
  Lsn lsn;
  WriteId write = 0;
};

struct Postgres::Impl {
  enum Kind : std::uint32_t {
    kStep = 0x100,  ///< a = command number, b = step
    kFlushDone,     ///< a = run, here and below
    kPostmasterReload,
    kFlagReload,
    kSenderReload,   ///< b = connection
    kLoginDone,      ///< b = connection
    kSenderCheck,    ///< b = connection
    kReceiverCheck,  ///< b = connection
    kAttempt,        ///< b = attempt
    kStaleReceiver,  ///< b = index of the setting's source as member<<32 | life
    kReplayDone,
    kProveGrace,  ///< b = number of the prove
    kPoison,
  };
  enum class ProveStage : std::uint8_t { kNone, kSettle, kBarrier };
  struct Prove {
    ProveStage stage = ProveStage::kNone;
    PairId pair;
    Lsn barrier;
    std::uint64_t number = 0;
  };
  struct Drain {
    core::Incarnation peer;
    Lsn target;
    bool done = false;
  };
  struct FrozenEvent {
    std::uint32_t kind;
    std::uint64_t a;
    std::uint64_t b;
  };
  struct FrozenWrite {
    WriteId write;
    std::uint32_t bytes;
  };
  struct FrozenMessage {
    int from;
    PgMessage message;
  };

  Impl(PgEnvironment& environment, Postgres& owner) : env(environment), handler(owner) {}

  PgEnvironment& env;
  Postgres& handler;
  PgDisk disk;

  // The postmaster.
  PgState state = PgState::kAbsent;
  std::uint64_t run = 0;
  bool fenced = false;
  bool stopping = false;  ///< a fast stop waits for its senders
  bool replayed = false;  ///< replay has reached the end of local WAL
  Lsn shown_lsn;          ///< what a starting standby shows as its position before that
  bool flushing = false;
  Lsn flush_target;

  // Commands.
  core::PgCommand command;
  std::uint64_t command_number = 0;
  bool busy = false;
  bool failed = false;
  SimTime stop_limit{};
  std::uint64_t copy_run = 0;  ///< the run of the instance that is being copied

  // As a primary.
  bool open = false;
  bool poisoned = false;
  Lsn recovery_end;
  SimTime leading_at{};
  std::uint32_t sync_version = 0;
  SyncCopy postmaster_sync;  ///< what new senders inherit
  SyncCopy flag_sync;        ///< the checkpointer's: whether commits wait
  Lsn released;              ///< every wait up to here is satisfied
  std::vector<PendingCommit> pending;
  std::size_t pending_head = 0;
  InlineVec<WalSender, 16> senders;
  PairId proven;
  Lsn barrier;
  Prove prove;
  Drain drain;
  std::shared_ptr<const std::vector<core::Fork>> shared_history;

  // As a standby.
  WalReceiver receiver;
  std::uint64_t connections = 0;

  // Faults.
  bool frozen = false;
  MonoTime frozen_since = kNever;
  Duration slow_by{};
  MonoTime slow_since = kNever;
  mutable MonoTime full_since = kNever;
  mutable MonoTime slow_disk_since = kNever;
  std::vector<FrozenEvent> frozen_events;
  std::vector<FrozenMessage> frozen_messages;
  std::vector<FrozenWrite> frozen_writes;
  mutable core::PgObservation shown;

  // Small helpers.
  [[nodiscard]] SimTime now() const { return env.kernel().now(); }
  [[nodiscard]] bool is_running() const {
    return state == PgState::kStarting || state == PgState::kStandby ||
           state == PgState::kPromoting || state == PgState::kPrimary;
  }
  [[nodiscard]] bool is_down() const {
    return state == PgState::kAbsent || state == PgState::kStopped || state == PgState::kCrashed;
  }
  [[nodiscard]] bool is_primary() const { return state == PgState::kPrimary; }
  [[nodiscard]] core::Incarnation self() const;
  /// `mean`, give or take 30 %.
  [[nodiscard]] Duration about(Duration mean) const;
  /// Around `mean` with a long tail: a process that is busy reads its settings late.
  [[nodiscard]] Duration reload_delay() const;
  [[nodiscard]] Duration fsync_time() const;
  [[nodiscard]] Duration recovery_estimate() const;
  void after(Duration delay, Kind kind, std::uint64_t b = 0);  ///< an event of this run
  void set_state(PgState next);
  void set_open(bool now_open);
  void send(int member, PgMessage& message);

  // instance.cc
  void bootstrap(core::Incarnation me,
                 bool leader,
                 core::Incarnation first,
                 const core::Pair& pair);
  void handle(std::uint32_t kind, std::uint64_t a, std::uint64_t b);
  void deliver(int from, const PgMessage& message);
  void answer_while_down(int from, const PgMessage& message);
  /// Every process is gone at once. `tell`: the host lives, so peers and clients see connections
  /// break.
  void die(bool tell, PgState next);
  void kill(bool by_guardian);
  void power_loss(bool lose_unsynced);
  void freeze(bool on);
  void thaw();
  void begin_flush();
  void flush_done();

  // clients.cc
  void client_write(WriteId write, std::uint32_t bytes);
  bool client_read();
  void keepalive();
  void answer(WriteId write, ClientResult result, bool cancelled = false);
  void end_sessions();
  /// Releases sessions whose commit is flushed and need not wait.
  void release_flushed();
  void release_front(std::size_t until, bool cancelled);
  [[nodiscard]] std::size_t pending_after(Lsn lsn) const;
  void release_by(const WalSender& sender);
  void cancel_waits();

  // sender.cc
  void on_connect(int from, const PgMessage& message);
  void on_reply(int from, const PgMessage& message);
  void login_done(std::uint64_t connection);
  void pump(WalSender& sender);
  void pump_all();
  void check_sender(std::uint64_t connection);
  void end_sender(std::uint64_t connection, bool tell);
  void remove_sender(std::uint64_t connection);
  void adopt_sync(WalSender& sender, const SyncCopy& copy);
  [[nodiscard]] WalSender* find_sender(std::uint64_t connection);

  // receiver.cc
  [[nodiscard]] bool wants_receiver() const;
  void show_receiver(ReceiverState next);
  void schedule_attempt(Duration delay);
  void attempt(core::Incarnation peer, bool stale);
  void end_receiver();
  void receiver_lost(ReceiverState next, Duration retry);
  void on_accepted(int from, const PgMessage& message);
  void on_wal(int from, const PgMessage& message);
  void check_receiver(std::uint64_t connection);
  void send_reply();
  [[nodiscard]] bool position_final() const;

  // command.cc
  void begin(const core::PgCommand& next);
  void next_step(std::uint64_t step, Duration delay);
  void run_step(std::uint64_t step);
  void finish(bool ok);
  void abandon_command();
  void step_new_life(std::uint64_t step);
  void step_simple(std::uint64_t step);
  void step_seal(std::uint64_t step);
  void step_follow(std::uint64_t step);

  // lifecycle.cc
  void step_start_standby(std::uint64_t step);
  void step_start_primary(std::uint64_t step);
  void step_promote(std::uint64_t step);
  void step_stop_fast(std::uint64_t step);
  void step_stop_immediate(std::uint64_t step);
  void begin_run();
  void lead(Epoch epoch, Lsn fork, bool in_place);
  [[nodiscard]] bool everything_sent() const;

  // copy.cc
  void step_copy(std::uint64_t step);
  [[nodiscard]] Impl* copy_source() const;

  // sync.cc
  void set_sync(const core::Pair& pair);
  void postmaster_reload();
  void flag_reload();
  void sender_reload(std::uint64_t connection);
  void begin_prove();
  void prove_grace(std::uint64_t number);
  void check_prove();
  void write_barrier();
  void barrier_released(bool cancelled);
  void begin_drain();
  void check_drain();

  // observation.cc
  [[nodiscard]] const core::PgObservation& observe() const;
};

}  // namespace holdfast::sim
