// Commits that wait, and the copies of synchronous_standby_names that decide who releases them.
//
// Whether a backend waits at all is the checkpointer's flag; each WAL sender releases waiters by
// its own copy of the setting. Both follow a reload in their own time.

#include <algorithm>

#include "base/defect.h"
#include "sim/explore/pg.h"

namespace holdfast::sim::explore {

namespace {

PgCell& pg_of(World& world, int member) {
  return world.member[static_cast<std::size_t>(member)].pg;
}

AgentCell& agent_of(World& world, int member) {
  return world.member[static_cast<std::size_t>(member)].agent;
}

}  // namespace

/// Of any two such commits one must be in the history that showed the other.
void acknowledge(World& world, const PgCell& pg, std::size_t index) {
  const Byte id = pg.wal.entry[index];
  Byte before = 0;
  for (std::size_t i = 0; i <= index; ++i) {
    if (is_commit(pg.wal.entry[i]))
      before = static_cast<Byte>(before | commit_bit(pg.wal.entry[i]));
  }
  for (Byte other = 1; other <= kCommitsMax; ++other) {
    if ((world.acked & commit_bit(other)) == 0 || (before & commit_bit(other)) != 0) continue;
    if ((world.acked_after[other - 1U] & commit_bit(id)) == 0) blame(world, Violation::kForkedAck);
  }
  world.acked = static_cast<Byte>(world.acked | commit_bit(id));
  world.acked_after[id - 1U] = before;
  world.acked_epoch[id - 1U] = pg.leads;
}

namespace {

void write_barrier(World& world, int primary) {
  PgCell& pg = pg_of(world, primary);
  const Byte end = append(pg.wal, static_cast<Byte>(kBarrierEntry | (pg.prove_pair & 0x3fU)));
  if (end == 0) {
    world.beyond = 1;
    return;
  }
  pg.prove = Prove::kBarrier;
  pg.prove_barrier = end;
  release_flushed(world, primary);
}

}  // namespace

bool may_commit(const World& world, int member) {
  const PgCell& pg = world.member[static_cast<std::size_t>(member)].pg;
  return is_primary(pg) && pg.open != 0 && world.commits_left > 0 &&
         world.next_commit <= kCommitsMax && (world.host_down >> member & 1U) == 0;
}

void commit(World& world, int primary) {
  PgCell& pg = pg_of(world, primary);
  const Byte id = world.next_commit;
  if (append(pg.wal, id) == 0) {
    world.beyond = 1;
    return;
  }
  ++world.next_commit;
  --world.commits_left;
  pg.waiting = static_cast<Byte>(pg.waiting | commit_bit(id));
  release_flushed(world, primary);
}

/// Their clients will never know.
void end_sessions(PgCell& pg) { pg.waiting = 0; }

void release_flushed(World& world, int primary) {
  PgCell& pg = pg_of(world, primary);
  const Byte until = pg.flag.waits() ? pg.released : wal_end(pg.wal);
  for (std::size_t i = 0; i < pg.wal.size && i + 2 <= until; ++i) {
    const Byte entry = pg.wal.entry[i];
    if (!is_commit(entry) || (pg.waiting & commit_bit(entry)) == 0) continue;
    pg.waiting = static_cast<Byte>(pg.waiting & ~commit_bit(entry));
    acknowledge(world, pg, i);
  }
  if (pg.prove != Prove::kBarrier || pg.prove_barrier > until) return;
  pg.prove = Prove::kNone;
  pg.proven = pg.prove_pair;
  pg.barrier = pg.prove_barrier;
  pg.prove_pair = 0;
  pg.prove_barrier = 0;
  agent_of(world, primary).dirty = 1;
}

void release_by(World& world, int primary, int standby) {
  PgCell& pg = pg_of(world, primary);
  const SenderCell& sender = pg.senders[static_cast<std::size_t>(standby)];
  const auto counts = [](const SenderCell& it) {
    return it.standby != 0 && it.sync.id != 0 && it.sync.w > 0 && it.sync.counts(it.standby);
  };
  if (!is_primary(pg) || !counts(sender)) return;
  std::array<Byte, kMembers> flushed{};
  std::size_t count = 0;
  for (const SenderCell& it : pg.senders) {
    if (counts(it) && it.flushed != 0) flushed[count++] = it.flushed;
  }
  const std::size_t needed = sender.sync.w;
  if (count < needed) return;
  std::sort(flushed.begin(), flushed.end(), [](Byte x, Byte y) { return x > y; });
  const Byte reached = flushed[needed - 1];
  if (reached <= pg.released) return;
  pg.released = std::min(reached, Byte{kWalMax + 1});
  release_flushed(world, primary);
}

bool may_reload_flag(const PgCell& pg) { return is_running(pg) && pg.flag != pg.file; }

void reload_flag(World& world, int primary) {
  PgCell& pg = pg_of(world, primary);
  pg.flag = pg.file;
  if (is_primary(pg)) release_flushed(world, primary);
  check_prove(world, primary);
}

bool may_reload_sender(const PgCell& pg, int standby) {
  const SenderCell& sender = pg.senders[static_cast<std::size_t>(standby)];
  return sender.standby != 0 && sender.sync != pg.file;
}

void reload_sender(World& world, int primary, int standby) {
  PgCell& pg = pg_of(world, primary);
  pg.senders[static_cast<std::size_t>(standby)].sync = pg.file;
  check_prove(world, primary);
}

bool may_end_old_senders(const PgCell& pg) {
  if (pg.prove != Prove::kSettle || pg.flag != pg.file) return false;
  return std::any_of(pg.senders.begin(), pg.senders.end(), [&](const SenderCell& it) {
    return it.standby != 0 && it.sync != pg.file;
  });
}

void end_old_senders(World& world, int primary) {
  for (int i = 0; i < kMembers; ++i) {
    const PgCell& pg = pg_of(world, primary);
    const SenderCell& sender = pg.senders[static_cast<std::size_t>(i)];
    if (sender.standby != 0 && sender.sync != pg.file) close_sender(world, primary, i);
  }
}

void begin_prove(World& world, int primary, Byte pair) {
  PgCell& pg = pg_of(world, primary);
  if (pg.prove != Prove::kNone && pg.prove_pair == pair) return;
  pg.prove = Prove::kSettle;
  pg.prove_pair = pair;
  check_prove(world, primary);
}

void check_prove(World& world, int primary) {
  const PgCell& pg = pg_of(world, primary);
  if (pg.prove != Prove::kSettle) return;
  if (!HF_DEFECT(kProvenWithoutSenders)) {
    if (pg.flag != pg.file) return;
    for (const SenderCell& it : pg.senders) {
      if (it.standby != 0 && it.sync != pg.file) return;
    }
  }
  write_barrier(world, primary);
}

void check_drain(World& world, int primary) {
  PgCell& pg = pg_of(world, primary);
  if (pg.drain_member >= kMembers || pg.drained != 0 || !is_primary(pg)) return;
  const SenderCell& sender = pg.senders[pg.drain_member];
  if (sender.standby == 0 || sender.flushed < pg.drain_target) return;
  pg.drained = 1;
  agent_of(world, primary).dirty = 1;
}

}  // namespace holdfast::sim::explore
