// The explorer's PostgreSQL: what the agent sees, what its commands do, how WAL flows and commits
// are released.
//
// The same traps as the simulator's, without durations: each step is a transition of its own that
// may happen late or never. Positions count records, not bytes.
#pragma once

#include "core/agent/postgres.h"
#include "sim/explore/tables.h"
#include "sim/explore/wal.h"
#include "sim/explore/world.h"

namespace holdfast::sim::explore {

/// Can `from` send to `to`? Members by index; their hosts must be up.
[[nodiscard]] bool reaches(const World& world, int from, int to);
[[nodiscard]] inline bool connected(const World& world, int a, int b) {
  return reaches(world, a, b) && reaches(world, b, a);
}

[[nodiscard]] bool is_state(const PgCell& pg, core::PgState state);
[[nodiscard]] bool is_running(const PgCell& pg);
[[nodiscard]] bool is_primary(const PgCell& pg);

/// What the agent of the member sees. `probe` is where it is put.
void observe(const World& world, int member, Duration recovery, core::PgObservation& seen);

// pg_command.cc
/// A command is given; a stop interrupts any other, another one is ignored while one is carried
/// out.
void begin_command(World& world, const Tables& tables, int member, std::uint32_t command);
/// A command is under way and can go on.
[[nodiscard]] bool may_step(const World& world, const Tables& tables, int member);
/// The next step of the command under way.
void step_command(World& world, const Tables& tables, int member);
/// Every process is gone at once.
void end_postgres(World& world, const Tables& tables, int member, core::PgState next);

// pg_stream.cc
[[nodiscard]] bool may_connect(const World& world, int standby);
void connect(World& world, int standby);
[[nodiscard]] bool may_connect_stale(const World& world, int standby);
void connect_stale(World& world, int standby);
[[nodiscard]] bool may_copy(const World& world, int standby);
void copy_wal(World& world, int standby);
[[nodiscard]] bool may_hear(const World& world, int primary, int standby);
void hear_reply(World& world, int primary, int standby);
[[nodiscard]] bool may_notice_close(const World& world, int primary, int standby);
void close_sender(World& world, int primary, int standby);
void end_receiver(World& world, int standby);
/// Connections whose other end is gone, once the other end's host answers again.
void settle_connections(World& world);
/// Keepalives, refused attempts and timeouts, once every half-quantum.
void pass_stream_time(World& world);

// pg_sync.cc
void commit(World& world, int primary);
/// A client was told of the commit at this place of the WAL, or may read it: it must never be
/// missing again.
void acknowledge(World& world, const PgCell& pg, std::size_t index);
[[nodiscard]] bool may_commit(const World& world, int member);
void end_sessions(PgCell& pg);
void release_flushed(World& world, int primary);
void release_by(World& world, int primary, int standby);
[[nodiscard]] bool may_reload_flag(const PgCell& pg);
void reload_flag(World& world, int primary);
[[nodiscard]] bool may_reload_sender(const PgCell& pg, int standby);
void reload_sender(World& world, int primary, int standby);
[[nodiscard]] bool may_end_old_senders(const PgCell& pg);
void end_old_senders(World& world, int primary);
void begin_prove(World& world, int primary, Byte pair);
void check_prove(World& world, int primary);
void check_drain(World& world, int primary);

/// Remembers the first violation.
inline void blame(World& world, Violation what) {
  if (world.violation == Violation::kNone) world.violation = what;
}

}  // namespace holdfast::sim::explore
