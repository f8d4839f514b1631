// What breaks, and how it is mended.

#include <algorithm>

#include "sim/explore/event.h"
#include "sim/explore/pg.h"
#include "sim/explore/units.h"

namespace holdfast::sim::explore {
namespace {

MemberCell& cell_of(World& world, int member) {
  return world.member[static_cast<std::size_t>(member)];
}
const MemberCell& cell_of(const World& world, int member) {
  return world.member[static_cast<std::size_t>(member)];
}

bool is_up(const World& world, int member) { return (world.host_down >> member & 1U) == 0; }

void add(Events& out, EventKind kind, int a, int b = 0) {
  out.push_back({kind, static_cast<Byte>(a), static_cast<Byte>(b)});
}

bool cut_already(const World& world, int from, int to) {
  return (world.cut[static_cast<std::size_t>(from)] >> to & 1U) != 0;
}

void cut(World& world, int from, int to) {
  Byte& bits = world.cut[static_cast<std::size_t>(from)];
  bits = static_cast<Byte>(bits | 1U << to);
}

void member_faults(
    const World& world, const Stage& stage, const FaultChoice& choice, int m, Events& out) {
  const MemberCell& cell = cell_of(world, m);
  if (!is_up(world, m)) return;
  const bool writes = cell.agent.fifo_size > 0;
  if (choice.postgres && is_running(cell.pg)) add(out, EventKind::kCrashPostgres, m);
  if (choice.agents && cell.agent.alive != 0) {
    add(out, EventKind::kCrashAgent, m, static_cast<int>(Loss::kUnsynced));
    if (writes) add(out, EventKind::kCrashAgent, m, static_cast<int>(Loss::kNothing));
    // A promotion that has begun goes on without the agent.
    const bool dies_with_it =
        cell.agent.command != 0 && !is_state(cell.pg, core::PgState::kPromoting);
    if (dies_with_it) add(out, EventKind::kCrashAgent, m, static_cast<int>(Loss::kCommand));
  }
  if (choice.hosts) {
    add(out, EventKind::kCrashHost, m, static_cast<int>(Loss::kUnsynced));
    if (writes) add(out, EventKind::kCrashHost, m, static_cast<int>(Loss::kNothing));
    if (choice.lying_disks && cell.pg.wal.size > 0) {
      add(out, EventKind::kCrashHost, m, static_cast<int>(Loss::kLastRecord));
    }
  }
  const bool listens = cell.agent.alive != 0 && cell.agent.started != 0 && stage.has_room(world, m);
  if (!choice.messages || !listens) return;
  if (world.previous != world.store) add(out, EventKind::kOldRecord, m, 0);
  if (world.former != 0 && world.former != world.previous) add(out, EventKind::kOldRecord, m, 1);
}

void cut_faults(const World& world, Events& out) {
  for (int a = 0; a < kParties; ++a) {
    for (int b = a + 1; b < kParties; ++b) {
      const bool matters = a < kMembers ? b < kStoreParty : b == kStoreParty;
      if (!matters || (cut_already(world, a, b) && cut_already(world, b, a))) continue;
      add(out, EventKind::kCut, a, b);
    }
  }
  for (int a = 0; a < kMembers; ++a) {
    for (int b = 0; b < kMembers; ++b) {
      if (a != b && !cut_already(world, a, b)) add(out, EventKind::kCutOneWay, a, b);
    }
    add(out, EventKind::kIsolate, a);
  }
}

void lose_agent(World& world, int m, Loss loss) {
  AgentCell& cell = cell_of(world, m).agent;
  if (loss == Loss::kNothing && cell.fifo_size > 0) {
    cell.stored_record = cell.fifo[0].value;
    cell.stored_sealed = cell.fifo[0].sealed;
    cell.stored_boot = cell.fifo[0].boot;
  }
  AgentCell next;
  next.command = loss == Loss::kCommand ? 0 : cell.command;
  next.stored_record = next.disk_record = next.known = cell.stored_record;
  next.stored_sealed = next.disk_sealed = cell.stored_sealed;
  next.stored_boot = next.disk_boot = cell.stored_boot;
  next.boot = cell.boot;
  next.committed = cell.committed;
  next.guardian = kRelNever;
  next.guardian_armed = cell.guardian_armed;
  next.sent = cell.sent;
  next.sent_at = cell.sent_at;
  cell = next;
  // Heartbeats are numbered by the process: old ones prove nothing to a new one.
  for (ControllerCell& it : world.controller)
    it.heartbeat[static_cast<std::size_t>(m)] = kRelLongAgo;
}

void crash_agent(World& world, Stage& stage, int m, Loss loss) {
  const bool copies = is_state(cell_of(world, m).pg, core::PgState::kRewinding) ||
                      is_state(cell_of(world, m).pg, core::PgState::kRebuilding);
  lose_agent(world, m, loss);
  if (loss == Loss::kCommand && copies) {
    end_postgres(world, stage.tables(), m, core::PgState::kAbsent);
  }
  if (loss == Loss::kCommand) cell_of(world, m).pg.phase = 0;
}

void crash_host(World& world, Stage& stage, int m, Loss loss) {
  lose_agent(world, m, loss);
  MemberCell& cell = cell_of(world, m);
  const bool ran = is_running(cell.pg) || is_state(cell.pg, core::PgState::kRewinding) ||
                   is_state(cell.pg, core::PgState::kRebuilding);
  if (ran) end_postgres(world, stage.tables(), m, core::PgState::kCrashed);
  if (loss == Loss::kLastRecord) cut_wal(cell.pg.wal, static_cast<Byte>(wal_end(cell.pg.wal) - 1));
  cell.agent.command = 0;
  cell.agent.sent = 0;
  cell.agent.sent_at = 0;
  cell.agent.guardian_armed = kRelNever;
  cell.agent.boot = static_cast<Byte>(cell.agent.boot + 1);
  cell.pg.phase = 0;
  cell.pg.fenced = 0;
  world.host_down = static_cast<Byte>(world.host_down | 1U << m);
  for (ControllerCell& it : world.controller)
    it.unheard = static_cast<Byte>(it.unheard & ~(1U << m));
}

void isolate(World& world, int m) {
  for (int other = 0; other < kStoreParty; ++other) {
    if (other == m) continue;
    cut(world, m, other);
    cut(world, other, m);
  }
}

void lose_request(World& world, Stage& stage, const Event& event) {
  ControllerCell& cell = world.controller[event.a];
  if (event.kind == EventKind::kDelayRequest) {
    cell.late_next = cell.cas_next;
    cell.late_base = cell.cas_base;
  }
  stage.finish_write(world, event.a, core::WriteResult::kUnknown, 0);
}

}  // namespace

void repairs(const World& world, Events& out) {
  const bool cut_somewhere =
      std::any_of(world.cut.begin(), world.cut.end(), [](Byte it) { return it != 0; });
  if (cut_somewhere) add(out, EventKind::kHeal, 0);
  for (int m = 0; m < kMembers; ++m) {
    if (!is_up(world, m)) add(out, EventKind::kBoot, m);
  }
}

void faults(const World& world, const Stage& stage, const FaultChoice& choice, Events& out) {
  for (int m = 0; m < kMembers; ++m) {
    const MemberCell& cell = cell_of(world, m);
    const bool follows = is_state(cell.pg, core::PgState::kStandby);
    if (world.switchovers_left > 0 && follows) add(out, EventKind::kSwitchover, m);
  }
  if (world.faults_left == 0) return;
  for (int m = 0; m < kMembers; ++m) member_faults(world, stage, choice, m, out);
  if (choice.cuts) cut_faults(world, out);
  for (int c = 0; c < kControllers; ++c) {
    const Cas cas = world.controller[static_cast<std::size_t>(c)].cas;
    if (choice.messages && cas == Cas::kSent) add(out, EventKind::kDelayRequest, c);
    if (choice.messages && (cas == Cas::kWritten || cas == Cas::kConflict))
      add(out, EventKind::kLoseAnswer, c);
    if (choice.controllers) add(out, EventKind::kRestartController, c);
  }
}

void apply_fault(World& world, Stage& stage, const Event& event) {
  const int a = event.a;
  if (event.kind == EventKind::kHeal) return world.cut.fill(0);
  if (event.kind == EventKind::kBoot) {
    world.host_down = static_cast<Byte>(world.host_down & ~(1U << a));
    return;
  }
  if (event.kind == EventKind::kSwitchover) {
    --world.switchovers_left;
    return stage.order_switchover(world, 0, a);
  }
  --world.faults_left;
  const auto loss = static_cast<Loss>(event.b);
  if (event.kind == EventKind::kCrashPostgres) {
    end_postgres(world, stage.tables(), a, core::PgState::kCrashed);
  } else if (event.kind == EventKind::kCrashAgent) {
    crash_agent(world, stage, a, loss);
  } else if (event.kind == EventKind::kCrashHost) {
    crash_host(world, stage, a, loss);
  } else if (event.kind == EventKind::kCut) {
    cut(world, a, event.b);
    cut(world, event.b, a);
  } else if (event.kind == EventKind::kCutOneWay) {
    cut(world, a, event.b);
  } else if (event.kind == EventKind::kIsolate) {
    isolate(world, a);
  } else if (event.kind == EventKind::kOldRecord) {
    stage.show_record(world, a, event.b == 0 ? world.previous : world.former);
  } else if (event.kind == EventKind::kRestartController) {
    stage.restart_controller(world, a);
  } else {
    lose_request(world, stage, event);
  }
}

}  // namespace holdfast::sim::explore
