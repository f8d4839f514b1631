// Looks at one server and says what an agent may know of it.
//
// A position is only ever given at the end of a whole record: the tail of a record that has not
// arrived completely is nobody's commit, and a server that restarts does not see it any more.
#pragma once

#include <deque>
#include <map>
#include <mutex>

#include "adapters/postgres/context.h"
#include "adapters/postgres/probe.h"
#include "core/agent/postgres.h"

namespace holdfast::postgres {

struct Look {
  core::PgObservation pg;
  ProcessId run;             ///< the server that was seen; unset: none
  std::uint64_t number = 0;  ///< later looks have higher ones
  bool settled = true;       ///< false: something is about to change, look again soon
  bool answered = true;      ///< false: there is a server, and it says nothing
};

class Observer {
 public:
  Observer(Context& context, const Probe& probe);

  /// From any thread, one at a time; what it returns was true after the call began.
  Look look();

 private:
  using Row = std::vector<std::string>;

  void look_at_nothing(Look& look);
  void look_at_server(Look& look, MonoTime now);
  bool ask(std::vector<Table>& tables);
  [[nodiscard]] bool only_streams() const;
  void see_standby(Look& look, const Row& general, const std::vector<Table>& tables, MonoTime now);
  void see_position(Look& look, const Row& general, const Table& startup, Timeline before);
  void see_replay_timeline();
  void see_receiver(Look& look, const Table& receiver, MonoTime now);
  void see_bytes(const Row& receiver, MonoTime now);
  void see_primary(Look& look, const Row& general, const Table& senders, MonoTime now);
  void see_senders(Look& look, const Table& senders, MonoTime now);
  [[nodiscard]] bool has_receiver(bool all) const;
  [[nodiscard]] bool is_final(const Row& general, const Table& startup, bool moved);
  [[nodiscard]] bool at_the_end(const Row& general, const Table& startup);
  [[nodiscard]] Timeline timeline_at(Timeline newest, Lsn lsn);
  [[nodiscard]] Duration replay_lag(Lsn received, Lsn replayed, MonoTime now);
  void estimate_recovery(Lsn end, MonoTime now);
  [[nodiscard]] std::uint64_t to_replay(Lsn redo, Lsn end, std::uint64_t bytes);
  void begin_run(const ProcessId& run);

  Context& context_;
  const Probe& probe_;
  std::mutex mutex_;

  ProcessId run_;  ///< everything below is about this one
  std::unique_ptr<Connection> session_;
  std::unique_ptr<Connection> walsender_;  ///< knows the timeline of what was replayed
  core::PgObservation last_;
  bool answered_ = false;
  /// What it is asked depends on what it was: most looks find a server in its usual state.
  enum class Asked { kAll, kPrimary, kStreaming } asked_ = Asked::kAll;
  std::uint64_t looks_ = 0;
  MonoTime looked_at_ = kLongAgo;

  // As a standby.
  Timeline replay_timeline_;
  Lsn position_;
  Timeline position_timeline_;
  Lsn replayed_;
  bool final_ = false;
  bool sealing_ = false;  ///< when the look began
  struct Pause {
    std::uint64_t sleeps = 0;
    Lsn replayed;
    bool seen = false;
  } pause_;  ///< of the startup process at the end of local WAL
  std::string byte_mark_;
  std::map<std::uint64_t, std::pair<Timeline, Lsn>>
      forks_;  ///< timeline -> parent, where it begins
  struct Sample {
    MonoTime at;
    Lsn received;
  };
  std::deque<Sample> samples_;

  // As a primary.
  Lsn sure_;       ///< end of a record, known to be flushed
  Lsn candidate_;  ///< end of a record, perhaps not flushed yet
  struct Seen {
    std::string mark;
    MonoTime reply_at = kLongAgo;
    MonoTime streaming_since = kNever;
  };
  std::map<std::string, Seen> senders_;  ///< by process
  MonoTime estimated_at_ = kLongAgo;
  Duration estimate_{};
  struct Written {
    Lsn end;
    std::uint64_t bytes = 0;  ///< of WAL that this run has written until then
  };
  std::deque<Written> written_;  ///< from the redo point on, or from where this run began to write

  // Of a server that is down.
  std::optional<Control> control_;
};

}  // namespace holdfast::postgres
