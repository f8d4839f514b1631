// One state of the small world, as plain bytes: what the explorer copies, compares and hashes.
//
// Three members of one cluster, two controllers, one store, one client. No padding and no pointers,
// so that two worlds are equal exactly if their bytes are. Records, reports and commands are
// numbers in `Tables`. Times are relative to now in half-quanta (see units.h), so that the passing
// of time alone makes no new state.
#pragma once

#include <array>
#include <cstdint>
#include <type_traits>

namespace holdfast::sim::explore {

inline constexpr int kMembers = 3;
inline constexpr int kControllers = 2;
/// Whoever sends and receives: the members' hosts, then the controllers, then the store.
inline constexpr int kParties = kMembers + kControllers + 1;
inline constexpr int kStoreParty = kMembers + kControllers;
inline constexpr int kWalMax = 20;
inline constexpr int kForksKept = 6;
inline constexpr int kFifoMax = 8;
inline constexpr int kEpochsMax = 16;  ///< also the bound on timelines
inline constexpr int kPairMembersMax = 4;

using Byte = std::uint8_t;
using Rel = std::int8_t;  ///< a time, relative to now

/// An incarnation in one byte: member in the upper three bits, life in the lower five. 0: none.
using Who = Byte;

struct PairCell {
  Byte id = 0;  ///< 0: the placeholder, which nobody can satisfy
  Byte epoch = 0;
  Who primary = 0;
  Byte w = 0;
  std::array<Who, kPairMembersMax> s{};  ///< 0 beyond the last

  [[nodiscard]] bool counts(Who who) const {
    for (const Who it : s) {
      if (it == who && who != 0) return true;
    }
    return false;
  }
  /// Must commits wait at all?
  [[nodiscard]] bool waits() const { return id == 0 || w > 0; }
  friend bool operator==(const PairCell&, const PairCell&) = default;
};

struct ForkCell {
  Byte timeline = 0;
  Byte start = 0;
  Byte epoch = 0;
  friend bool operator==(const ForkCell&, const ForkCell&) = default;
};

/// WAL as the list of what it holds. The LSN of its end is its size + 1; all of it is durable.
struct WalCell {
  Byte size = 0;
  std::array<Byte, kWalMax> entry{};  ///< client commits by id; see wal.h for the others
  Byte forks = 0;
  std::array<ForkCell, kForksKept> fork{};
  Byte highest_known = 0;  ///< the highest timeline of which a history file is here
};

/// One WAL sender; there is one slot per standby member.
struct SenderCell {
  Who standby = 0;   ///< 0: no sender
  Byte alive = 0;    ///< the receiver at the other end lives
  PairCell sync;     ///< its own copy of the setting
  Byte flushed = 0;  ///< what the standby has said and the primary has heard
  Byte replied = 0;  ///< what the standby has said
  Rel reply_at = 0;
  Rel since = 0;
};

enum class Prove : Byte { kNone, kSettle, kBarrier };

struct PgCell {
  Byte state = 0;  ///< core::PgState
  Who self = 0;
  Byte fenced = 0;
  Byte failed = 0;
  Byte replayed = 0;
  Byte phase = 0;        ///< of the command
  Byte copy_broken = 0;  ///< the peer of a rewind or rebuild went away meanwhile
  Byte credential = 0;
  WalCell wal;
  // As a standby.
  Who source = 0;
  Byte source_epoch = 0;
  Byte receiver = 0;  ///< core::ReceiverState
  Who receiver_peer = 0;
  Byte receiver_epoch = 0;
  Byte receiver_diverged = 0;
  Who stale_source = 0;  ///< a receiver may still start from this former setting
  Rel last_byte = 0;
  Rel receiver_since = 0;
  // As a primary.
  Byte leads = 0;
  Byte open = 0;
  PairCell file;  ///< what synchronous_standby_names spells
  PairCell flag;  ///< what postmaster and checkpointer have read; new senders inherit it
  std::array<SenderCell, kMembers> senders;
  Byte released = 0;
  Byte waiting = 0;  ///< bit per commit id: its client waits
  Byte proven = 0;
  Byte barrier = 0;
  Byte recovery_end = 0;
  Prove prove = Prove::kNone;
  Byte prove_pair = 0;
  Byte prove_barrier = 0;
  Byte drain_member = 0xff;
  Byte drain_target = 0;
  Byte drained = 0;
  std::array<Byte, 3> unused{};
};

enum class Item : Byte { kNone, kPersist, kCommand, kReport, kGuardian };

/// One action of an agent that waits its turn behind what is not yet durable.
struct FifoItem {
  std::uint32_t value = 0;  ///< number of the record, command or report
  Item kind = Item::kNone;
  Byte sealed = 0;  ///< kPersist
  Byte boot = 0;    ///< kPersist
  Rel when = 0;     ///< kGuardian: the deadline
};

struct AgentCell {
  std::uint32_t command = 0;  ///< what PostgreSQL is busy with; 0: nothing
  std::uint32_t disk_record = 0;
  std::uint32_t stored_record = 0;  ///< really on disk; disk_record is what the agent asked for
  std::uint32_t known = 0;
  std::uint32_t said = 0;
  std::uint32_t sent = 0;  ///< the newest report that left
  std::array<FifoItem, kFifoMax> fifo;
  Byte fifo_size = 0;
  Byte alive = 0;
  Byte started = 0;
  Byte dirty = 0;  ///< PostgreSQL changed since the agent last looked
  Byte disk_sealed = 0;
  Byte stored_sealed = 0;
  Byte disk_boot = 0;
  Byte stored_boot = 0;
  Byte unclean = 0;
  Byte boot = 0;  ///< of the host
  Byte proof_epoch = 0;
  Byte restarts = 0;
  Byte failures = 0;
  Byte committed = 0;  ///< the client wrote here since time last passed
  Rel sent_at = 0;
  Rel started_at = 0;
  Rel proof_at = 0;
  Rel crashed_at = 0;
  Rel restart_deadline = 0;
  Rel restarted_at = 0;
  Rel retry_at = 0;
  Rel prove_at = 0;
  Rel follow_at = 0;
  Rel leading_since = 0;
  Rel guardian = 0;        ///< the deadline the agent believes to be set
  Rel guardian_armed = 0;  ///< the deadline that is set
  std::array<Byte, 2> unused{};
};

struct MemberCell {
  AgentCell agent;
  PgCell pg;
};

enum class Cas : Byte { kNone, kSent, kWritten, kConflict };

struct ControllerCell {
  std::uint32_t record = 0;
  std::array<std::uint32_t, kMembers> heard_report{};
  std::uint32_t cas_next = 0;  ///< proposed; kept while the answer is awaited
  std::uint32_t cas_base = 0;
  std::uint32_t late_next = 0;  ///< given up, yet it may still reach the store
  std::uint32_t late_base = 0;
  Cas cas = Cas::kNone;
  Byte writing = 0;
  Rel write_at = 0;
  Byte unheard = 0;    ///< bit per member: its newest report has not arrived
  Byte regressed = 0;  ///< bit per member
  Byte ahead_epoch = 0;
  Byte ahead_revision = 0;
  Byte leading_seen = 0;
  Rel leading_seen_at = 0;
  Rel open_seen_at = 0;
  Rel awake_since = 0;
  Rel record_since = 0;
  std::array<Rel, kMembers> heard{};
  std::array<Rel, kMembers> well_since{};
  std::array<Rel, kMembers> sender_alive_at{};
  std::array<Rel, kMembers> heartbeat{};  ///< when the last report heard from a member was sent
  std::array<Byte, kMembers> reached_timeline{};
  std::array<Byte, kMembers> reached_lsn{};
  std::array<Byte, 2> unused{};
};

enum class Violation : Byte {
  kNone,
  kLost,           ///< an acknowledged commit satisfies no recorded pair
  kForkedAck,      ///< a commit was acknowledged by a history that lacks an acknowledged one
  kOpenedWithout,  ///< clients were let in where a commit is missing that no later epoch
                   ///< acknowledged
  kServesDeposed,  ///< a leader stays open though its own agent knows that another one leads
  kStartsStale,    ///< a start as primary is ordered more than a lease after its epoch ended
  kServesStale,    ///< a leader is open more than a lease after a later epoch's leader was opened
  kTwoLeaders,     ///< two incarnations led one epoch
  kTimelineTwice,  ///< a timeline was begun twice
  kStuck,          ///< everything is healed, and still nothing is acknowledged
};

struct World {
  std::array<MemberCell, kMembers> member;
  std::array<ControllerCell, kControllers> controller;
  std::uint32_t store = 0;           ///< the record in the store
  std::uint32_t previous = 0;        ///< the one before
  std::uint32_t former = 0;          ///< the last one of an older epoch; 0: none
  std::array<Byte, kParties> cut{};  ///< bit per party that this one cannot send to
  Byte host_down = 0;                ///< bit per member
  std::array<Byte, kMembers> next_life{};
  // The truth, for the checks.
  Byte acked = 0;  ///< bit per commit id: acknowledged, or open to be read
  std::array<Byte, 8>
      acked_after{};  ///< per acknowledged commit: those before it where it was acknowledged
  std::array<Byte, 8>
      acked_epoch{};  ///< per acknowledged commit: of the leader that acknowledged it
  std::array<Who, kEpochsMax> epoch_leader{};
  std::array<Who, kEpochsMax> timeline_owner{};
  Byte open_epoch = 0;  ///< the newest epoch whose leader was ever open
  Rel open_since = 0;   ///< since when
  Rel epoch_since = 0;  ///< since when the store has its epoch
  std::array<Byte, 3> unused{};
  // What is left of each allowance.
  Byte next_commit = 0;
  Byte commits_left = 0;
  Byte quanta_left = 0;
  Byte faults_left = 0;
  Byte switchovers_left = 0;
  Violation violation = Violation::kNone;
  Byte beyond = 0;  ///< a bound of this model was reached: the state is not explored further
};

static_assert(std::has_unique_object_representations_v<World>);
static_assert(std::is_trivially_copyable_v<World>);

}  // namespace holdfast::sim::explore
