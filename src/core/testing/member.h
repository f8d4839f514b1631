// For tests: one agent with its PostgreSQL's observation, following a healthy leader until told
// otherwise.
#pragma once

#include <string>
#include <utility>
#include <variant>

#include "core/agent/agent.h"
#include "core/agent/lease.h"
#include "core/readiness/healthy.h"
#include "core/testing/sites.h"

namespace holdfast::core::testing {

struct Member {
  ClusterPolicy policy;
  AgentState state;
  PgObservation pg;
  MonoTime now = MonoTime{} + 1000s;
  AgentStep out;

  Member(ClusterPolicy with, int self) : policy(std::move(with)) {
    const RecordPtr record = healthy_record(policy);
    state.self = self;
    pg.life = static_cast<std::uint32_t>(self + 1);
    pg.timeline = record->timeline();
    pg.flushed = Lsn{1000};
    if (record->leader() == who(self)) {
      lead(*record);
    } else {
      follow(*record);
    }
    AgentDisk disk;
    disk.record = record;
    disk.sealed = record->key.epoch;
    disk.boot = BootId{7};
    step(AgentStarted{disk, BootId{7}, MonoTime{}, false, false});
  }

  [[nodiscard]] static Incarnation who(int member) {
    return {static_cast<std::uint8_t>(member), static_cast<std::uint32_t>(member + 1)};
  }
  [[nodiscard]] const Record& record() const { return *state.known; }

  /// What PostgreSQL looks like while it leads this record's epoch with everything proven.
  void lead(const Record& record) {
    pg.state = PgState::kPrimary;
    pg.open = true;
    pg.leads = record.key.epoch;
    pg.timeline = record.timeline();
    pg.source = Incarnation{};
    pg.receiver = ReceiverState::kNone;
    pg.recovery_end = Lsn{900};
    pg.barrier = Lsn{950};
    if (const Pair* pair = newest_pair(record)) {
      pg.sync_pair = pair->id;
      pg.proven = pair->id;
      pg.senders.clear();
      for (const Incarnation& it : pair->s) pg.senders.push_back({it, pg.flushed, now, now - 10s});
    }
  }

  /// What PostgreSQL looks like while it streams from this record's leader.
  void follow(const Record& record) {
    pg.state = PgState::kStandby;
    pg.open = false;
    pg.leads = Epoch{};
    pg.source = record.leader();
    pg.source_epoch = record.key.epoch;
    pg.credential = record.key.epoch;
    pg.receiver = ReceiverState::kStreaming;
    pg.receiver_epoch = record.key.epoch;
    pg.received_timeline = record.timeline();
    pg.last_byte_at = now;
    pg.receiver_since = now - 10s;
    pg.position_final = false;
    pg.senders.clear();
  }

  /// Sealed: no source, no receiver, nothing that could still move its position.
  void detach() {
    pg.state = PgState::kStandby;
    pg.source = Incarnation{};
    pg.credential = Epoch{};
    pg.receiver = ReceiverState::kNone;
    pg.receiver_epoch = Epoch{};
    pg.position_final = true;
  }

  void down(PgState how) {
    detach();
    pg.state = how;
    pg.open = false;
    pg.leads = Epoch{};
    pg.position_final = false;
  }

  /// One step; the identifiers of the rows it told of, joined by spaces.
  std::string step(const AgentEvent& event = Tick{}) {
    step_agent(policy, state, {now, pg, 4242, event}, out);
    std::string told;
    for (const Event& it : out.events) {
      if (!told.empty()) told += ' ';
      told += it.rule->id;
    }
    return told;
  }

  /// The agent learns this record: one revision above what it knows, at the given epoch and phase.
  std::string learn(Record next) {
    next.key.revision = record().key.revision.next();
    return step(RecordSeen{std::make_shared<const Record>(std::move(next))});
  }

  /// Time passes in steps as short as heartbeats.
  void pass(Duration time) {
    for (Duration left = time; left > 0us; left -= policy.timing.heartbeat) {
      now += std::min<Duration>(left, policy.timing.heartbeat);
      step();
    }
  }

  /// The member has flushed what this leader wrote just after `written`.
  void acknowledge(int member, MonoTime written) {
    const Lsn end = pg.flushed.next();
    pg.flushed = end;
    state.wal_seen = end;
    state.wal_seen_at = now;
    state.wal_marks[state.wal_marked++ % kWalMarks] = {end, written};
    for (Sender& it : pg.senders) {
      if (it.standby == who(member)) it.flushed = end;
    }
  }

  /// A controller shows the agent a store read of its record, for the heartbeat it sent last.
  void prove(bool lease = false) { step(StoreProof{state.heartbeat, record().key, lease}); }

  template <class Action>
  [[nodiscard]] const Action* find() const {
    for (const AgentAction& action : out.actions) {
      if (const auto* it = std::get_if<Action>(&action)) return it;
    }
    return nullptr;
  }
  /// The command of the last step, or one that does nothing in particular.
  [[nodiscard]] PgCommand command() const {
    const auto* it = find<PgCommand>();
    return it == nullptr ? PgCommand{} : *it;
  }
  /// The verb of the command of the last step, or "" if it gave none.
  [[nodiscard]] std::string verb() const {
    const auto* command = find<PgCommand>();
    return command == nullptr ? "" : pg_verb_name(command->verb);
  }
};

}  // namespace holdfast::core::testing
