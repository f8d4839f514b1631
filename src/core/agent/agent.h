// The agent's decisions: what one host does with one member, given the record, what it observes,
// and time.
//
// Pure: the state goes in and comes out, actions are values. The shell carries actions out in
// order, and nothing passes a Persist that is not yet durable: what the agent says or does is
// always on disk first.
#pragma once

#include <array>
#include <cstdint>
#include <variant>
#include <vector>

#include "core/agent/postgres.h"
#include "core/policy.h"
#include "core/report.h"
#include "core/rule.h"

namespace holdfast::core {

/// "I shall not be promoted before `until`", given to the leader of an epoch. Counts on this host's
/// boot-time clock, so it is worth nothing after a reboot (`boot`).
struct Promise {
  Epoch epoch;
  Incarnation to;
  MonoTime until = kLongAgo;
  BootId boot;
};

/// What must survive a crash of the agent, beside the data directory. Lost together with it.
struct AgentDisk {
  RecordPtr record;  ///< the newest record acted on, whole
  Epoch sealed;      ///< refuses WAL from every primary of an older epoch
  Promise promise;
  BootId boot;  ///< of the host when this was last written
};

/// A store answer, carried by a controller: when the heartbeat `heartbeat` had been received, a
/// linearizable read showed the record `key`; with `lease`, the store lease was renewed at that
/// moment.
struct StoreProof {
  std::uint64_t heartbeat = 0;
  RecordKey key;
  bool lease = false;
};

struct PromiseRequest {
  Epoch epoch;
  Incarnation from;
  std::uint64_t seq = 0;
};

struct PromiseGrant {
  Epoch epoch;
  Incarnation from;  ///< the candidate
  Incarnation to;
  std::uint64_t seq = 0;
};

/// The agent's process has started; `disk` is what it found. `fresh_boot`: the host has booted
/// since the disk was written; `unclean`: it went down without a shutdown.
struct AgentStarted {
  AgentDisk disk;
  BootId boot;
  MonoTime booted_at{};
  bool fresh_boot = false;
  bool unclean = false;
};

struct Tick {};
struct PgChanged {};
struct RecordSeen {
  RecordPtr record;
};

using AgentEvent = std::
    variant<Tick, PgChanged, RecordSeen, StoreProof, PromiseRequest, PromiseGrant, AgentStarted>;

struct AgentInput {
  MonoTime now;
  const PgObservation& pg;
  std::uint32_t fresh_life;  ///< a random number, used if a new incarnation begins
  AgentEvent event;
};

struct Persist {
  AgentDisk disk;
};
struct SendReport {
  std::uint64_t heartbeat = 0;
  bool news = false;  ///< it says something else than the one before
  MemberReport report;
};
struct SendPromiseRequest {
  int to = 0;  ///< member
  PromiseRequest request;
};
struct SendPromiseGrant {
  int to = 0;
  PromiseGrant grant;
};
/// The guardian fences PostgreSQL at `deadline` unless a later one replaces it; kNever disarms it.
struct ArmGuardian {
  MonoTime deadline = kNever;
};

using AgentAction =
    std::variant<Persist, PgCommand, SendReport, SendPromiseRequest, SendPromiseGrant, ArmGuardian>;

inline constexpr int kHeartbeatsRemembered = 64;

/// "The WAL up to `end` was written after `before`": who has flushed it was not sealed then.
struct WalMark {
  Lsn end;
  MonoTime before = kLongAgo;
};
inline constexpr int kWalMarks = 64;

struct AgentState {
  int self = 0;
  AgentDisk disk;
  RecordPtr known;  ///< the newest record seen; what the rules act on
  BootId boot;
  MonoTime booted_at{};
  bool started = false;
  bool unclean_boot = false;  ///< the data directory must get a new incarnation first

  MonoTime stepped_at = kLongAgo;
  MonoTime awake_since = kLongAgo;  ///< no silence is counted from before this
  MonoTime heartbeat_due = kLongAgo;
  std::uint64_t heartbeat = 0;
  std::array<MonoTime, kHeartbeatsRemembered> heartbeat_sent{};

  MonoTime proof_at = kLongAgo;  ///< sent the heartbeat that a store read of our own epoch answers
  Epoch proof_epoch;
  MonoTime lease_from = kLongAgo;  ///< the store lease counts from here
  Epoch lease_epoch;
  std::array<WalMark, kWalMarks> wal_marks{};  ///< a ring, newest at wal_marked − 1
  std::uint32_t wal_marked = 0;
  Lsn wal_seen;  ///< the end of WAL at the last step as primary, and when that was
  MonoTime wal_seen_at = kLongAgo;
  std::uint64_t promise_seq = 0;
  MonoTime promises_due = kLongAgo;
  std::array<MonoTime, kHeartbeatsRemembered> promise_asked{};
  struct Granted {
    Incarnation from;
    MonoTime from_time = kLongAgo;
  };
  InlineVec<Granted, kMembersMax> granted;
  Epoch granted_epoch;

  MonoTime started_at = kLongAgo;        ///< when this agent process started
  MonoTime crashed_at = kLongAgo;        ///< when the present crash was noticed
  MonoTime restart_deadline = kLongAgo;  ///< a start in place is given until then
  MonoTime restarted_at = kLongAgo;      ///< last restart in place
  int restarts = 0;                      ///< in place, within the failover window
  MonoTime retry_at = kLongAgo;          ///< no earlier retry of what failed
  MonoTime prove_at = kLongAgo;          ///< no earlier repetition of a proof
  int failures = 0;                      ///< copies and starts that failed in a row
  bool commanded = false;                ///< a command was given; its outcome is not yet seen
  MonoTime follow_at = kLongAgo;         ///< when it was last pointed at a leader
  MonoTime leading_since = kLongAgo;     ///< when this process told it to start or promote
  MonoTime guardian = kNever;            ///< the deadline given to the guardian
  MemberReport said;                     ///< the last report, to see what is news
};

struct AgentStep {
  std::vector<AgentAction> actions;
  std::vector<Event> events;
  MonoTime next_deadline = kNever;  ///< call again no later than this

  void clear() {
    actions.clear();
    events.clear();
    next_deadline = kNever;
  }
};

/// One step. `out` is cleared first. Total and deterministic; never throws.
void step_agent(const ClusterPolicy& policy,
                AgentState& state,
                const AgentInput& input,
                AgentStep& out);

}  // namespace holdfast::core
