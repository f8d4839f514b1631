#include "sim/explore/event.h"

#include "base/assert.h"
#include "sim/explore/pg.h"
#include "sim/explore/units.h"

namespace holdfast::sim::explore {
namespace {

constexpr std::uint64_t kRevisionsMax = 30;
constexpr int kStride = 9;  ///< bits per kind: members × members is the most

std::size_t bit_of(const Event& event) {
  return static_cast<std::size_t>(event.kind) * kStride + event.a * kMembers + event.b;
}

const MemberCell& cell_of(const World& world, int member) {
  return world.member[static_cast<std::size_t>(member)];
}

bool is_up(const World& world, int member) { return (world.host_down >> member & 1U) == 0; }

bool listens(const World& world, const Stage& stage, int member) {
  const AgentCell& agent = cell_of(world, member).agent;
  return is_up(world, member) && agent.alive != 0 && agent.started != 0 &&
         stage.has_room(world, member);
}

core::RecordKey key_of(const Stage& stage, std::uint32_t record) {
  return record == 0 ? core::RecordKey{} : stage.tables().record(record)->key;
}

bool may_replay(const PgCell& pg) {
  return is_state(pg, core::PgState::kStandby) && pg.replayed == 0;
}

void add(Events& out, EventKind kind, int a, int b = 0) {
  out.push_back({kind, static_cast<Byte>(a), static_cast<Byte>(b)});
}

bool may_persist(const World& world, int m) {
  const AgentCell& agent = cell_of(world, m).agent;
  return agent.alive != 0 && agent.fifo_size > 0;
}

bool may_start_agent(const World& world, int m) {
  return is_up(world, m) && cell_of(world, m).agent.alive == 0;
}

bool may_look(const World& world, const Stage& stage, int m) {
  return cell_of(world, m).agent.dirty != 0 && listens(world, stage, m);
}

void local_events(const World& world, const Stage& stage, Events& out) {
  for (int m = 0; m < kMembers; ++m) {
    if (may_persist(world, m)) add(out, EventKind::kPersist, m);
  }
  for (int m = 0; m < kMembers; ++m) {
    if (is_up(world, m) && may_step(world, stage.tables(), m)) add(out, EventKind::kStep, m);
  }
  for (int m = 0; m < kMembers; ++m) {
    if (may_look(world, stage, m)) add(out, EventKind::kLook, m);
  }
  for (int m = 0; m < kMembers; ++m) {
    if (may_start_agent(world, m)) add(out, EventKind::kStartAgent, m);
  }
  for (int m = 0; m < kMembers; ++m) {
    if (may_replay(cell_of(world, m).pg)) add(out, EventKind::kReplay, m);
  }
}

void stream_events(const World& world, Events& out) {
  for (int m = 0; m < kMembers; ++m) {
    if (may_connect(world, m)) add(out, EventKind::kConnect, m);
  }
  for (int m = 0; m < kMembers; ++m) {
    if (may_connect_stale(world, m)) add(out, EventKind::kConnectStale, m);
  }
  for (int m = 0; m < kMembers; ++m) {
    if (may_copy(world, m)) add(out, EventKind::kCopy, m);
  }
  for (int p = 0; p < kMembers; ++p) {
    for (int m = 0; m < kMembers; ++m) {
      if (may_hear(world, p, m)) add(out, EventKind::kHearReply, p, m);
    }
  }
  for (int p = 0; p < kMembers; ++p) {
    for (int m = 0; m < kMembers; ++m) {
      if (may_notice_close(world, p, m)) add(out, EventKind::kCloseSender, p, m);
    }
  }
  for (int p = 0; p < kMembers; ++p) {
    const PgCell& pg = cell_of(world, p).pg;
    if (may_reload_flag(pg)) add(out, EventKind::kReloadFlag, p);
    for (int m = 0; m < kMembers; ++m) {
      if (may_reload_sender(pg, m)) add(out, EventKind::kReloadSender, p, m);
    }
    if (may_end_old_senders(pg)) add(out, EventKind::kEndOldSenders, p);
  }
}

void store_events(const World& world, const Stage& stage, Events& out) {
  for (int c = 0; c < kControllers; ++c) {
    const ControllerCell& cell = world.controller[static_cast<std::size_t>(c)];
    if (!connected(world, kMembers + c, kStoreParty)) continue;
    if (cell.cas == Cas::kSent) add(out, EventKind::kApply, c);
    if (cell.cas == Cas::kWritten || cell.cas == Cas::kConflict) add(out, EventKind::kAnswer, c);
    if (cell.late_next != 0) add(out, EventKind::kLateApply, c);
    if (key_of(stage, world.store) > key_of(stage, cell.record)) add(out, EventKind::kLearn, c);
  }
}

void message_events(const World& world, const Stage& stage, Events& out) {
  for (int c = 0; c < kControllers; ++c) {
    const ControllerCell& cell = world.controller[static_cast<std::size_t>(c)];
    for (int m = 0; m < kMembers; ++m) {
      const std::uint32_t known = cell_of(world, m).agent.known;
      if (cell.record == 0 || !reaches(world, kMembers + c, m) || !listens(world, stage, m))
        continue;
      if (key_of(stage, cell.record) > key_of(stage, known)) add(out, EventKind::kPush, c, m);
    }
  }
  for (int c = 0; c < kControllers; ++c) {
    const ControllerCell& cell = world.controller[static_cast<std::size_t>(c)];
    for (int m = 0; m < kMembers; ++m) {
      if ((cell.unheard >> m & 1U) != 0 && reaches(world, m, kMembers + c))
        add(out, EventKind::kHear, c, m);
    }
  }
  for (int c = 0; c < kControllers; ++c) {
    for (int m = 0; m < kMembers; ++m) {
      if (listens(world, stage, m) && may_prove(world, stage, c, m))
        add(out, EventKind::kProof, c, m);
    }
  }
}

/// A compare-and-swap at the store. True if it was written.
bool swap_record(World& world, const Stage& stage, std::uint32_t base, std::uint32_t next) {
  if (key_of(stage, world.store) != key_of(stage, base)) return false;
  const core::Record& record = *stage.tables().record(next);
  if (record.key.epoch > key_of(stage, world.store).epoch) {
    world.former = world.store;
    world.epoch_since = 0;
  }
  world.previous = world.store;
  world.store = next;
  if (record.key.revision.value > kRevisionsMax || record.pairs.full()) world.beyond = 1;
  return true;
}

void store_event(World& world, Stage& stage, const Event& event) {
  ControllerCell& cell = world.controller[event.a];
  if (event.kind == EventKind::kApply) {
    const bool written = swap_record(world, stage, cell.cas_base, cell.cas_next);
    cell.cas = written ? Cas::kWritten : Cas::kConflict;
  } else if (event.kind == EventKind::kAnswer) {
    if (cell.cas == Cas::kWritten) {
      stage.finish_write(world, event.a, core::WriteResult::kWritten, cell.cas_next);
    } else {
      stage.finish_write(world, event.a, core::WriteResult::kConflict, world.store);
    }
  } else if (event.kind == EventKind::kLateApply) {
    swap_record(world, stage, cell.late_base, cell.late_next);
    cell.late_base = 0;
    cell.late_next = 0;
  } else {
    stage.read_record(world, event.a, world.store);
  }
}

/// A request whose expected record is gone for good will never be applied: revisions only grow.
void forget_late_requests(World& world, const Stage& stage) {
  for (ControllerCell& cell : world.controller) {
    if (cell.late_next == 0 || key_of(stage, cell.late_base) == key_of(stage, world.store))
      continue;
    cell.late_base = 0;
    cell.late_next = 0;
  }
}

void apply_natural(World& world, Stage& stage, const Event& event) {
  const int a = event.a;
  MemberCell& cell = world.member[static_cast<std::size_t>(a < kMembers ? a : 0)];
  switch (event.kind) {
    case EventKind::kPersist: return stage.finish_persist(world, a);
    case EventKind::kStep: return step_command(world, stage.tables(), a);
    case EventKind::kLook: return stage.look(world, a);
    case EventKind::kStartAgent: return stage.start_agent(world, a);
    case EventKind::kReplay:
      cell.pg.replayed = 1;
      cell.agent.dirty = 1;
      return;
    case EventKind::kConnect: return connect(world, a);
    case EventKind::kConnectStale: return connect_stale(world, a);
    case EventKind::kCopy: return copy_wal(world, a);
    case EventKind::kHearReply: return hear_reply(world, a, event.b);
    case EventKind::kCloseSender: return close_sender(world, a, event.b);
    case EventKind::kReloadFlag: return reload_flag(world, a);
    case EventKind::kReloadSender: return reload_sender(world, a, event.b);
    case EventKind::kEndOldSenders: return end_old_senders(world, a);
    case EventKind::kPush:
      return stage.show_record(world, event.b, world.controller[event.a].record);
    case EventKind::kHear: return stage.hear(world, a, event.b);
    case EventKind::kProof: return give_proof(world, stage, a, event.b);
    case EventKind::kCommit: cell.agent.committed = 1; return commit(world, a);
    case EventKind::kApply:
    case EventKind::kAnswer:
    case EventKind::kLateApply:
    case EventKind::kLearn: return store_event(world, stage, event);
    case EventKind::kTime:
    case EventKind::kHeal:
    case EventKind::kBoot:
    case EventKind::kCrashPostgres:
    case EventKind::kCrashAgent:
    case EventKind::kCrashHost:
    case EventKind::kCut:
    case EventKind::kCutOneWay:
    case EventKind::kIsolate:
    case EventKind::kOldRecord:
    case EventKind::kLoseAnswer:
    case EventKind::kDelayRequest:
    case EventKind::kRestartController:
    case EventKind::kSwitchover:
    case EventKind::kCount: HF_ASSERT(false);
  }
}

}  // namespace

bool holds(const Held& held, const Event& event) {
  const std::size_t bit = bit_of(event);
  return (held.words[bit / 32] >> (bit % 32) & 1U) != 0;
}

void hold(Held& held, const Event& event) {
  const std::size_t bit = bit_of(event);
  static_assert((static_cast<int>(EventKind::kCommit) + 1) * kStride <= 192);
  held.words[bit / 32] |= std::uint32_t{1} << (bit % 32);
}

void natural_events(const World& world, const Stage& stage, bool thrifty, Events& out) {
  out.clear();
  local_events(world, stage, out);
  stream_events(world, out);
  store_events(world, stage, out);
  message_events(world, stage, out);
  for (int m = 0; m < kMembers; ++m) {
    if (!may_commit(world, m)) continue;
    if (!thrifty || cell_of(world, m).agent.committed == 0) add(out, EventKind::kCommit, m);
  }
}

bool may_pass(const World& world, const Stage& stage) {
  if (world.quanta_left == 0) return false;
  for (int m = 0; m < kMembers; ++m) {
    if (cell_of(world, m).agent.alive != 0 && !stage.has_room(world, m)) return false;
  }
  return true;
}

void apply(World& world, Stage& stage, const Event& event, const Held& held) {
  if (event.kind == EventKind::kTime) {
    pass_time(world, stage, held);
  } else if (event.kind > EventKind::kTime) {
    apply_fault(world, stage, event);
  } else {
    apply_natural(world, stage, event);
  }
  settle_connections(world);
  forget_late_requests(world, stage);
}

}  // namespace holdfast::sim::explore
