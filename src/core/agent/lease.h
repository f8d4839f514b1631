// How long a primary may go on, from what it has heard. Two kinds of permission, one question.
#pragma once

#include "core/agent/agent.h"

namespace holdfast::core {

/// The lease as its holder counts it: shortened by what two clocks may drift apart.
[[nodiscard]] Duration held_lease(const ClusterPolicy& policy);
/// The lease as its grantor counts it: lengthened likewise.
[[nodiscard]] Duration granted_lease(const ClusterPolicy& policy);

/// Remembers when the leader's WAL had not yet reached its present end.
///
/// When an acknowledgement is processed says nothing about when it was sent: it may have waited in
/// a server that hung, or on its way. That it covers WAL written after some moment does.
void mark_wal(const ClusterPolicy& policy,
              AgentState& state,
              const PgObservation& pg,
              MonoTime now);
/// A moment at which whoever has flushed up to `flushed` was not sealed yet; kLongAgo if unknown.
[[nodiscard]] MonoTime acknowledged_after(const AgentState& state, Lsn flushed);

/// Until when the leader of `pg.leads` may serve clients.
///
/// Without lossy takeover: one lease after the later of the writing of what its quorum has
/// acknowledged and the last proof of a store read of its epoch; both show that no successor
/// exists. With lossy takeover: until both the store lease and the promises of all candidates have
/// ended.
[[nodiscard]] MonoTime may_lead_until(const ClusterPolicy& policy,
                                      const AgentState& state,
                                      const PgObservation& pg);

/// True if this member, as a candidate, still owes silence to an older leader.
[[nodiscard]] bool promise_binds(const ClusterPolicy& policy,
                                 const AgentState& state,
                                 MonoTime now);

/// Time that is left of the promise, for the report.
[[nodiscard]] Duration promise_left(const ClusterPolicy& policy,
                                    const AgentState& state,
                                    MonoTime now);

}  // namespace holdfast::core
