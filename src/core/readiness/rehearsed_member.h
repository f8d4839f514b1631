// One member of a dry run: the real agent over a PostgreSQL that obeys and takes its stated time.
#pragma once

#include <optional>
#include <span>

#include "core/agent/agent.h"
#include "core/readiness/readiness.h"

namespace holdfast::core {

struct RehearsedMember {
  bool up = false;  ///< its host
  std::uint16_t region = 0;
  AgentState agent;
  PgObservation pg;
  Pair sync;  ///< what synchronous_standby_names spells
  std::optional<PgCommand> running;
  MonoTime done_at = kNever;
  MonoTime connect_at = kNever;  ///< when a connecting receiver will stream
  MonoTime due = kLongAgo;       ///< the agent's next step
  bool changed = false;          ///< the agent should look

  [[nodiscard]] Incarnation who() const { return {static_cast<std::uint8_t>(agent.self), pg.life}; }
  [[nodiscard]] bool leads(Epoch epoch) const {
    return up && pg.state == PgState::kPrimary && pg.leads == epoch;
  }
  /// When something happens here by time alone.
  [[nodiscard]] MonoTime next() const { return std::min({done_at, connect_at, due}); }
};

using RehearsedMembers = InlineVec<RehearsedMember, kMembersMax>;

[[nodiscard]] Duration round_trip(const Latencies& latencies, std::uint16_t a, std::uint16_t b);

/// A member in the state its last report tells of, with an agent that knows `record`.
[[nodiscard]] RehearsedMember rehearse_member(const ClusterPolicy& policy,
                                              const Record& record,
                                              const MemberReport& report,
                                              int member,
                                              MonoTime now);

/// PostgreSQL receives a command. A stop interrupts what is under way.
void rehearse_command(RehearsedMember& member,
                      const PgCommand& command,
                      const Latencies& latencies,
                      MonoTime now);

/// Streams connect, flow, break; commands come to their end. Everything that is due at `now`.
void rehearse_progress(RehearsedMembers& members, const Latencies& latencies, MonoTime now);

/// PostgreSQL exits without being told to.
void rehearse_crash(RehearsedMember& member, const Latencies& latencies);

/// Can clients commit here? It is open, and enough of its sync set streams.
[[nodiscard]] bool serves_clients(const RehearsedMembers& members, const RehearsedMember& member);

}  // namespace holdfast::core
