// Commands of the explorer's PostgreSQL, and its sudden ends.

#include <algorithm>

#include "base/assert.h"
#include "base/defect.h"
#include "sim/explore/pg.h"
#include "sim/explore/units.h"

namespace holdfast::sim::explore {

using core::PgCommand;
using core::PgState;
using core::PgVerb;
using core::ReceiverState;

namespace {

bool is_stop(PgVerb verb) { return verb == PgVerb::kStopFast || verb == PgVerb::kStopImmediate; }

void set_state(PgCell& pg, PgState state) { pg.state = static_cast<Byte>(state); }

bool is_down(const PgCell& pg) {
  return is_state(pg, PgState::kAbsent) || is_state(pg, PgState::kStopped) ||
         is_state(pg, PgState::kCrashed);
}

bool is_copying(const PgCell& pg) {
  return is_state(pg, PgState::kRewinding) || is_state(pg, PgState::kRebuilding);
}

/// An empty directory under the same name.
void wipe(PgCell& pg) {
  pg = PgCell{};
  pg.drain_member = 0xff;
  pg.last_byte = -kOldest;
  set_state(pg, PgState::kAbsent);
}

/// Every step runs with the world at hand; `ok` ends the command.
struct Step {
  World& world;
  const Tables& tables;
  const PgCommand& command;
  int member;
  bool done = false;
  bool failed = false;

  [[nodiscard]] PgCell& pg() const { return world.member[static_cast<std::size_t>(member)].pg; }
  void finish(bool ok) {
    done = true;
    failed = !ok;
  }
};

/// Two incarnations that lead one epoch, or one timeline begun twice, are errors whatever comes of
/// them.
void note_leader(World& world, Byte epoch, Who who) {
  if (epoch >= kEpochsMax) {
    world.beyond = 1;
    return;
  }
  Who& leader = world.epoch_leader[epoch];
  if (leader != 0 && leader != who) blame(world, Violation::kTwoLeaders);
  leader = who;
}

void note_timeline(World& world, Byte timeline, Who who) {
  if (timeline >= kEpochsMax) {
    world.beyond = 1;
    return;
  }
  Who& owner = world.timeline_owner[timeline];
  if (owner != 0) blame(world, Violation::kTimelineTwice);
  owner = who;
}

/// What a later epoch's leader acknowledged may be missing: it is open for no longer than its
/// lease.
void note_open(World& world, const PgCell& pg) {
  const Byte held = commits_in(pg.wal);
  for (Byte id = 1; id <= kCommitsMax; ++id) {
    const bool missing = (world.acked & ~held & commit_bit(id)) != 0;
    if (missing && world.acked_epoch[id - 1U] <= pg.leads) blame(world, Violation::kOpenedWithout);
  }
  // From now on clients read what it holds.
  for (std::size_t i = 0; i < pg.wal.size; ++i) {
    const Byte entry = pg.wal.entry[i];
    if (is_commit(entry) && (world.acked & commit_bit(entry)) == 0) acknowledge(world, pg, i);
  }
  if (pg.leads <= world.open_epoch) return;
  world.open_epoch = pg.leads;
  world.open_since = 0;
}

void start_standby(Step& step) {
  PgCell& pg = step.pg();
  if (!is_down(pg) || pg.self == 0) return step.finish(false);
  if (pg.credential < step.command.epoch.value) pg.credential = 0;
  pg.source = 0;
  pg.source_epoch = 0;
  pg.stale_source = 0;
  pg.fenced = 0;
  pg.replayed = 0;
  pg.flag = pg.file;
  pg.receiver = static_cast<Byte>(ReceiverState::kNone);
  set_state(pg, PgState::kStandby);
  step.finish(true);
}

void start_primary(Step& step) {
  PgCell& pg = step.pg();
  if (!is_down(pg) || pg.self == 0) return step.finish(false);
  pg.leads = static_cast<Byte>(step.command.epoch.value);
  pg.source = 0;
  pg.source_epoch = 0;
  pg.stale_source = 0;
  pg.fenced = 0;
  pg.flag = pg.file;
  pg.released = 0;
  drop_unreached(pg.wal);
  pg.recovery_end = wal_end(pg.wal);
  pg.proven = 0;
  set_state(pg, PgState::kPrimary);
  note_leader(step.world, pg.leads, pg.self);
  step.finish(true);
}

/// A clean stop: connected standbys receive everything first.
void stop_fast(Step& step) {
  PgCell& pg = step.pg();
  if (is_primary(pg)) {
    end_sessions(pg);
    for (int i = 0; i < kMembers; ++i) {
      if (may_copy(step.world, i) &&
          member_of(step.world.member[static_cast<std::size_t>(i)].pg.receiver_peer) ==
              step.member) {
        copy_wal(step.world, i);
      }
    }
  }
  if (is_running(pg) || is_state(pg, PgState::kCrashed)) {
    end_postgres(step.world, step.tables, step.member, PgState::kStopped);
  }
  step.finish(true);
}

void stop_immediate(Step& step) {
  PgCell& pg = step.pg();
  if (is_running(pg) || is_state(pg, PgState::kCrashed)) {
    end_postgres(step.world, step.tables, step.member, PgState::kStopped);
  }
  step.finish(true);
}

/// First the credential, so that no receiver started later can log in; then the source; then every
/// receiver is ended and seen gone.
void seal(Step& step) {
  PgCell& pg = step.pg();
  const bool one_look = HF_DEFECT(kSealByOneLook);
  if (pg.phase == 0) {
    if (pg.self == 0) return step.finish(false);
    if (pg.credential < step.command.epoch.value && !one_look) pg.credential = 0;
    // Without a credential a receiver that starts late cannot log in: it need not be remembered.
    pg.stale_source = pg.credential != 0 ? pg.source : Who{0};
    pg.source = 0;
    pg.source_epoch = 0;
    if (!is_state(pg, PgState::kStandby)) return step.finish(true);
    pg.phase = 1;
    return;
  }
  if (is_state(pg, PgState::kStandby)) {
    end_receiver(step.world, step.member);
    pg.receiver = static_cast<Byte>(ReceiverState::kNone);
    pg.receiver_since = 0;
    if (!one_look) pg.stale_source = 0;
  }
  step.finish(true);
}

void follow(Step& step) {
  PgCell& pg = step.pg();
  if (pg.self == 0 || is_primary(pg) || is_state(pg, PgState::kPromoting))
    return step.finish(false);
  pg.source = to_who(step.command.peer);
  pg.source_epoch = static_cast<Byte>(step.command.epoch.value);
  pg.credential = pg.source_epoch;
  pg.stale_source = 0;
  if (is_state(pg, PgState::kStandby)) {
    end_receiver(step.world, step.member);
    pg.receiver = static_cast<Byte>(ReceiverState::kConnecting);
    pg.receiver_since = 0;
  }
  step.finish(true);
}

/// The placeholder first; then the promotion, which takes the number after the highest that is
/// known here or reserved for others.
void promote(Step& step) {
  PgCell& pg = step.pg();
  if (pg.phase == 0) {
    if (!is_state(pg, PgState::kStandby)) return step.finish(false);
    pg.file = PairCell{};
    end_receiver(step.world, step.member);
    pg.receiver = static_cast<Byte>(ReceiverState::kNone);
    set_state(pg, PgState::kPromoting);
    pg.phase = 1;
    return;
  }
  if (!is_state(pg, PgState::kPromoting)) return step.finish(false);
  WalCell& wal = pg.wal;
  const Byte fork = wal_end(wal);
  drop_unreached(wal);
  const int reserved = static_cast<int>(step.command.timeline.value) - 1;
  const auto timeline = static_cast<Byte>(std::max<int>(wal.highest_known, reserved) + 1);
  const auto epoch = static_cast<Byte>(step.command.epoch.value);
  if (!add_fork(wal, {timeline, fork, epoch})) step.world.beyond = 1;
  const Byte end = append(wal, static_cast<Byte>(kRecoveryEntry | (timeline & 0x1fU)));
  if (end == 0) step.world.beyond = 1;
  pg.leads = epoch;
  pg.source = 0;
  pg.source_epoch = 0;
  pg.stale_source = 0;
  pg.recovery_end = end;
  pg.last_byte = -kOldest;
  pg.released = 0;
  pg.proven = 0;
  pg.prove = Prove::kNone;
  set_state(pg, PgState::kPrimary);
  note_timeline(step.world, timeline, pg.self);
  note_leader(step.world, epoch, pg.self);
  step.finish(true);
}

/// Commands to a running primary that need one write or one statement.
void simple(Step& step) {
  PgCell& pg = step.pg();
  const PgVerb verb = step.command.verb;
  if (verb == PgVerb::kSetSync && pg.self != 0) {
    const PairCell pair = to_cell(step.command.pair);
    if (pg.file == pair) return step.finish(true);
    pg.file = pair;
    pg.prove = Prove::kNone;
    pg.prove_pair = 0;
    pg.prove_barrier = 0;
    if (!is_running(pg)) pg.flag = pg.file;
    return step.finish(true);
  }
  if (!is_primary(pg)) return step.finish(false);
  if (verb == PgVerb::kAdopt) {
    pg.leads = static_cast<Byte>(step.command.epoch.value);
    note_leader(step.world, pg.leads, pg.self);
  } else if (verb == PgVerb::kOpen) {
    pg.drain_member = 0xff;
    pg.drain_target = 0;
    pg.drained = 0;
    pg.open = 1;
    note_open(step.world, pg);
  } else if (verb == PgVerb::kProve) {
    const auto id = static_cast<Byte>(step.command.pair.id.value);
    if (id != pg.file.id) return step.finish(false);
    begin_prove(step.world, step.member, id);
  } else {
    pg.open = 0;
    end_sessions(pg);
    if (verb == PgVerb::kDrain) {
      pg.drain_member = step.command.peer.member;
      pg.drain_target = wal_end(pg.wal);
      pg.drained = 0;
      check_drain(step.world, step.member);
    }
  }
  step.finish(true);
}

const PgCell* copy_source(const Step& step) {
  const int peer = step.command.peer.member;
  if (peer >= kMembers || peer == step.member || !connected(step.world, step.member, peer))
    return nullptr;
  const PgCell& source = step.world.member[static_cast<std::size_t>(peer)].pg;
  if (!is_primary(source) || source.self != to_who(step.command.peer)) return nullptr;
  return &source;
}

void copy(Step& step) {
  PgCell& pg = step.pg();
  const bool rewinds = step.command.verb == PgVerb::kRewind;
  const PgCell* source = copy_source(step);
  if (pg.phase == 0) {
    const bool stoppable = is_down(pg) || is_state(pg, PgState::kStandby);
    if (!stoppable || source == nullptr || (rewinds && pg.self == 0)) return step.finish(false);
    if (is_running(pg)) end_postgres(step.world, step.tables, step.member, PgState::kStopped);
    wipe(pg);
    pg.self = to_who({static_cast<std::uint8_t>(step.member), step.command.life});
    set_state(pg, rewinds ? PgState::kRewinding : PgState::kRebuilding);
    pg.phase = 1;
    return;
  }
  if (!is_copying(pg)) return step.finish(false);
  if (source == nullptr || pg.copy_broken != 0) {
    wipe(pg);
    return step.finish(false);
  }
  pg.wal = source->wal;
  set_state(pg, PgState::kStopped);
  step.finish(true);
}

void run_step(Step& step) {
  switch (step.command.verb) {
    case PgVerb::kNewLife: {
      PgCell& pg = step.pg();
      if (!is_down(pg) || pg.self == 0) return step.finish(false);
      pg.self = to_who({static_cast<std::uint8_t>(step.member), step.command.life});
      return step.finish(true);
    }
    case PgVerb::kStartStandby: return start_standby(step);
    case PgVerb::kStartPrimary: return start_primary(step);
    case PgVerb::kStopFast: return stop_fast(step);
    case PgVerb::kStopImmediate: return stop_immediate(step);
    case PgVerb::kSeal: return seal(step);
    case PgVerb::kFollow: return follow(step);
    case PgVerb::kPromote: return promote(step);
    case PgVerb::kAdopt:
    case PgVerb::kSetSync:
    case PgVerb::kProve:
    case PgVerb::kOpen:
    case PgVerb::kClose:
    case PgVerb::kDrain: return simple(step);
    case PgVerb::kRewind:
    case PgVerb::kRebuild: return copy(step);
  }
}

}  // namespace

void begin_command(World& world, const Tables& tables, int member, std::uint32_t command) {
  MemberCell& cell = world.member[static_cast<std::size_t>(member)];
  if (cell.agent.command != 0) {
    const PgVerb next = tables.command(command).verb;
    const PgVerb now = tables.command(cell.agent.command).verb;
    if (!is_stop(next) || next == now || now == PgVerb::kStopImmediate) return;
    if (is_copying(cell.pg)) wipe(cell.pg);
  }
  cell.agent.command = command;
  cell.pg.phase = 0;
  cell.pg.failed = 0;
}

bool may_step(const World& world, const Tables& tables, int member) {
  const MemberCell& cell = world.member[static_cast<std::size_t>(member)];
  if (cell.agent.command == 0) return false;
  // A promotion begins when replay has reached the end of local WAL.
  const bool promotes = tables.command(cell.agent.command).verb == PgVerb::kPromote;
  return !promotes || cell.pg.replayed != 0 || !is_state(cell.pg, PgState::kStandby);
}

void step_command(World& world, const Tables& tables, int member) {
  MemberCell& cell = world.member[static_cast<std::size_t>(member)];
  HF_ASSERT(cell.agent.command != 0);
  Step step{world, tables, tables.command(cell.agent.command), member};
  run_step(step);
  cell.agent.dirty = 1;
  if (!step.done) return;
  cell.pg.failed = step.failed ? 1 : 0;
  cell.pg.phase = 0;
  cell.agent.command = 0;
}

void end_postgres(World& world, const Tables& tables, int member, PgState next) {
  MemberCell& cell = world.member[static_cast<std::size_t>(member)];
  PgCell& pg = cell.pg;
  if (is_copying(pg)) {
    wipe(pg);
    cell.agent.dirty = 1;
    return;
  }
  end_sessions(pg);
  end_receiver(world, member);
  pg.open = 0;
  pg.waiting = 0;
  pg.released = 0;
  pg.proven = 0;
  pg.prove = Prove::kNone;
  pg.prove_pair = 0;
  pg.prove_barrier = 0;
  pg.drain_member = 0xff;
  pg.drain_target = 0;
  pg.drained = 0;
  pg.replayed = 0;
  pg.receiver = static_cast<Byte>(ReceiverState::kNone);
  pg.receiver_since = 0;
  pg.last_byte = -kOldest;
  pg.stale_source = 0;
  pg.senders.fill(SenderCell{});
  set_state(pg, next);
  cell.agent.dirty = 1;
  for (MemberCell& other : world.member) {
    const std::uint32_t command = other.agent.command;
    if (command == 0 || !is_copying(other.pg)) continue;
    if (tables.command(command).peer.member == member) other.pg.copy_broken = 1;
  }
}

}  // namespace holdfast::sim::explore
