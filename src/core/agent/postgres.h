// The agent's view of one PostgreSQL: what it can observe, and what it can ask for.
//
// The same two types stand between the agent's rules and the simulator's PostgreSQL, and between
// the rules and a real one. A command is carried out one at a time, in order; a stop interrupts any
// other.
#pragma once

#include <cstdint>

#include "base/ids.h"
#include "base/inline_vec.h"
#include "base/time.h"
#include "core/record/types.h"
#include "core/report.h"

namespace holdfast::core {

enum class ReceiverState : std::uint8_t {
  kNone,        ///< no WAL receiver process
  kConnecting,  ///< a process is there, nothing arrived yet
  kStreaming,
  kRefused,  ///< the last attempt was refused by a host that answers
};

/// One WAL sender of a primary.
struct Sender {
  Incarnation standby;
  Lsn flushed;
  MonoTime reply_at = kLongAgo;  ///< when the last reply came
  MonoTime streaming_since = kNever;
};

struct PgObservation {
  PgState state = PgState::kAbsent;
  std::uint32_t life = 0;  ///< the incarnation id in the data directory; 0 = none
  bool busy = false;       ///< a command is being carried out
  bool fenced = false;     ///< the guardian stopped it
  bool probes_ok = true;   ///< new connections and a small write succeed
  MonoTime probes_failing_since = kNever;
  Duration recovery_estimate{};  ///< how long crash recovery would take, from the distance to the
                                 ///< last checkpoint
  bool failed = false;           ///< the last command failed

  Timeline timeline;            ///< of the end of local WAL
  Lsn flushed;                  ///< end of local WAL, durable
  bool position_final = false;  ///< no receiver is left and replay has reached the end of local WAL
  Duration replay_lag{};

  // As a standby.
  Incarnation source;  ///< in primary_conninfo; unset = empty
  Epoch source_epoch;  ///< whose leader `source` is
  Epoch credential;    ///< the replication credential it holds: of one epoch, or 0
  ReceiverState receiver = ReceiverState::kNone;
  Epoch receiver_epoch;  ///< the epoch of the leader that the receiver is logged in to
  Timeline received_timeline;
  MonoTime last_byte_at = kLongAgo;
  MonoTime receiver_since = kNever;  ///< when the receiver's state last changed

  // As a primary.
  Epoch leads;        ///< the epoch whose credential it demands
  bool open = false;  ///< clients are let in
  PairId sync_pair;   ///< the pair that synchronous_standby_names spells; 0 = the placeholder
  PairId proven;      ///< the newest pair proven: flag and senders new, then a barrier acknowledged
  Lsn barrier;        ///< LSN of the last acknowledged barrier
  Lsn recovery_end;   ///< where this start or promotion ended recovery
  bool drained = false;  ///< a drain is done: closed, and the successor has flushed everything
  InlineVec<Sender, kMembersMax> senders;
};

enum class PgVerb : std::uint8_t {
  kNewLife,  ///< write a fresh incarnation id (`life`) into the data directory, before anything
             ///< else
  kStartStandby,   ///< re-apply the seal (`epoch`), remove reserved history files, start with no
                   ///< source
  kStartPrimary,   ///< start in place as leader of `epoch`: closed, with the sync set it stopped
                   ///< with
  kStopFast,       ///< a clean stop: connected standbys receive everything
  kStopImmediate,  ///< the fence: checked by a fresh connection
  kSeal,  ///< drop credentials older than `epoch`, clear the source, end every receiver and see it
          ///< gone
  kFollow,   ///< take the credential of `epoch` and stream from `peer`
  kPromote,  ///< placeholder sync set, reserve history up to `timeline`−1, promote as leader of
             ///< `epoch`
  kAdopt,    ///< a running primary begins to lead `epoch`: demand its credential from now on
  kSetSync,  ///< spell `pair` in synchronous_standby_names and reload
  kProve,    ///< see the flag and every sender new (end those that are not), then pass a barrier
             ///< under `pair`
  kOpen,     ///< let clients in
  kClose,    ///< keep clients out, end their sessions
  kDrain,    ///< close, then see that `peer` has flushed everything
  kRewind,   ///< keep what diverged, then rewind to `peer` as incarnation `life`
  kRebuild,  ///< copy `peer` into an empty directory as incarnation `life`
};

struct PgCommand {
  PgVerb verb = PgVerb::kStopImmediate;
  Epoch epoch{};
  Incarnation peer{};
  Timeline timeline{};
  std::uint32_t life = 0;
  Pair pair{};
};

const char* pg_verb_name(PgVerb verb);

}  // namespace holdfast::core
