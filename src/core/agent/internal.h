// What the parts of the agent share among themselves.
#pragma once

#include "core/agent/agent.h"

namespace holdfast::core::agent {

/// Everything a rule may look at, gathered once per step.
struct View {
  const ClusterPolicy& policy;
  AgentState& state;
  const PgObservation& pg;
  MonoTime now;
  std::uint32_t fresh_life;
  bool opening = false;  ///< this step lets clients in

  [[nodiscard]] bool knows() const { return state.known != nullptr; }
  [[nodiscard]] const Record& record() const { return *state.known; }
  [[nodiscard]] Incarnation self() const {
    return {static_cast<std::uint8_t>(state.self), pg.life};
  }
  [[nodiscard]] Incarnation leader() const { return knows() ? record().leader() : Incarnation{}; }
  [[nodiscard]] bool leads() const { return pg.life != 0 && leader() == self(); }
  [[nodiscard]] bool sealing() const { return knows() && record().phase == Phase::kSealing; }
  /// The leader of the last epoch, while the next one is being prepared.
  [[nodiscard]] bool was_leading() const {
    return sealing() && pg.life != 0 && record().primary == self();
  }
  [[nodiscard]] bool running_primary() const { return pg.state == PgState::kPrimary; }
  [[nodiscard]] bool down() const {
    return pg.state == PgState::kStopped || pg.state == PgState::kCrashed;
  }
  [[nodiscard]] Position position() const { return {pg.timeline, pg.flushed}; }
};

/// Takes an event into the state: newer records, proofs, promises. Never acts on PostgreSQL.
void absorb(const ClusterPolicy& policy,
            AgentState& state,
            const AgentInput& input,
            AgentStep& out);

/// Brings AgentDisk up to what the record asks of it; a change is persisted before anything else
/// happens.
void update_disk(View& view, AgentStep& out);

/// The first matching row of the agent's table, carried out.
void apply_rules(View& view, AgentStep& out);

/// Keeps the guardian's deadline, asks for promises, sends heartbeats, sets the next deadline.
void attend_guardian(View& view, AgentStep& out);
void attend_promises(View& view, AgentStep& out);
void attend_report(View& view, AgentStep& out);

[[nodiscard]] MemberReport make_report(const View& view);

}  // namespace holdfast::core::agent
