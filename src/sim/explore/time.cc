// One quantum passes: clocks, guardians, timeouts, ticks, heartbeats.

#include "sim/explore/event.h"
#include "sim/explore/pg.h"
#include "sim/explore/units.h"

namespace holdfast::sim::explore {
namespace {

constexpr int kWriteTimeout = 2;  ///< half-quanta until the outcome of a request counts as unknown

Rel deadline_passes(Rel rel) {
  if (rel == kRelLongAgo || rel == kRelNever) return rel;
  return rel <= 1 ? kRelLongAgo : static_cast<Rel>(rel - 1);
}

void age(AgentCell& cell) {
  for (Rel* it : {&cell.sent_at,
                  &cell.started_at,
                  &cell.proof_at,
                  &cell.crashed_at,
                  &cell.follow_at,
                  &cell.leading_since}) {
    *it = older(*it);
  }
  cell.restarted_at = older(cell.restarted_at, 1);
  cell.guardian = older(cell.guardian, 1);
  for (Rel* it : {&cell.restart_deadline, &cell.retry_at, &cell.prove_at, &cell.guardian_armed}) {
    *it = deadline_passes(*it);
  }
  for (FifoItem& item : cell.fifo) {
    if (item.kind == Item::kGuardian) item.when = deadline_passes(item.when);
  }
}

void age(PgCell& pg) {
  pg.last_byte = older(pg.last_byte);
  // How long it has been like this matters only to one that streams.
  if (is_state(pg, core::PgState::kStandby)) pg.receiver_since = older(pg.receiver_since);
  for (SenderCell& sender : pg.senders) {
    if (sender.standby == 0) continue;
    sender.reply_at = older(sender.reply_at);
    sender.since = older(sender.since, 1);
  }
}

void age(ControllerCell& cell) {
  for (Rel* it : {&cell.leading_seen_at, &cell.open_seen_at, &cell.awake_since, &cell.record_since})
    *it = older(*it);
  if (cell.writing != 0) cell.write_at = older(cell.write_at);
  for (std::size_t i = 0; i < kMembers; ++i) {
    cell.heard[i] = older(cell.heard[i]);
    cell.well_since[i] = older(cell.well_since[i]);
    cell.sender_alive_at[i] = older(cell.sender_alive_at[i]);
    cell.heartbeat[i] = older(cell.heartbeat[i]);
  }
}

/// It acts on its own, whatever the agent does.
void attend_guardian(World& world, const Stage& stage, int member) {
  MemberCell& cell = world.member[static_cast<std::size_t>(member)];
  if (cell.agent.guardian_armed != kRelLongAgo) return;
  cell.agent.guardian_armed = kRelNever;
  if (!is_running(cell.pg)) return;
  end_postgres(world, stage.tables(), member, core::PgState::kStopped);
  cell.pg.fenced = 1;
}

/// Transactions that wait have written more than their commit records, and others go on.
void keep_writing(World& world, int member) {
  PgCell& pg = world.member[static_cast<std::size_t>(member)].pg;
  if (is_primary(pg) && pg.waiting != 0 && append(pg.wal, kOtherEntry) == 0) world.beyond = 1;
}

void half(World& world, Stage& stage) {
  for (MemberCell& cell : world.member) {
    age(cell.agent);
    age(cell.pg);
  }
  for (ControllerCell& cell : world.controller) age(cell);
  world.open_since = older(world.open_since, kLeaseEnded);
  world.epoch_since = older(world.epoch_since, kLeaseEnded);
  for (int m = 0; m < kMembers; ++m) keep_writing(world, m);
  for (int m = 0; m < kMembers; ++m) attend_guardian(world, stage, m);
  pass_stream_time(world);
  for (int m = 0; m < kMembers; ++m) {
    const AgentCell& agent = world.member[static_cast<std::size_t>(m)].agent;
    if (agent.alive != 0 && stage.has_room(world, m)) stage.tick_agent(world, m);
  }
}

void give_up_writing(World& world, Stage& stage, int controller) {
  ControllerCell& cell = world.controller[static_cast<std::size_t>(controller)];
  if (cell.writing == 0 || !at_least_old(cell.write_at, kWriteTimeout)) return;
  if (cell.cas == Cas::kSent) {
    cell.late_next = cell.cas_next;
    cell.late_base = cell.cas_base;
  }
  stage.finish_write(world, controller, core::WriteResult::kUnknown, 0);
}

}  // namespace

bool may_prove(const World& world, const Stage& stage, int controller, int member) {
  const ControllerCell& cell = world.controller[static_cast<std::size_t>(controller)];
  const int party = kMembers + controller;
  const Rel heartbeat = cell.heartbeat[static_cast<std::size_t>(member)];
  if (cell.record == 0 || heartbeat == kRelLongAgo) return false;
  if (!connected(world, party, member) || !connected(world, party, kStoreParty)) return false;
  const core::Record& record = *stage.tables().record(cell.record);
  const core::Incarnation leader =
      record.phase == core::Phase::kSealing ? record.primary : record.leader();
  if (leader.member != member) return false;
  // A proof that shows nothing new changes nothing.
  const AgentCell& agent = world.member[static_cast<std::size_t>(member)].agent;
  const auto epoch = static_cast<Byte>(stage.tables().record(world.store)->key.epoch.value);
  return epoch > agent.proof_epoch || (epoch == agent.proof_epoch && heartbeat > agent.proof_at);
}

void give_proof(World& world, Stage& stage, int controller, int member) {
  const ControllerCell& cell = world.controller[static_cast<std::size_t>(controller)];
  stage.show_proof(world,
                   member,
                   cell.heartbeat[static_cast<std::size_t>(member)],
                   stage.tables().record(world.store)->key);
}

void pass_time(World& world, Stage& stage, const Held& held) {
  --world.quanta_left;
  half(world, stage);
  for (int c = 0; c < kControllers; ++c) stage.tick_controller(world, c);
  half(world, stage);
  for (int c = 0; c < kControllers; ++c) {
    for (int m = 0; m < kMembers; ++m) {
      const Event hears{EventKind::kHear, static_cast<Byte>(c), static_cast<Byte>(m)};
      const bool sent = (world.controller[static_cast<std::size_t>(c)].unheard >> m & 1U) != 0;
      if (sent && reaches(world, m, kMembers + c) && !holds(held, hears)) stage.hear(world, c, m);
    }
    stage.tick_controller(world, c);
    give_up_writing(world, stage, c);
  }
  for (int c = 0; c < kControllers; ++c) {
    for (int m = 0; m < kMembers; ++m) {
      const AgentCell& agent = world.member[static_cast<std::size_t>(m)].agent;
      const Event proof{EventKind::kProof, static_cast<Byte>(c), static_cast<Byte>(m)};
      const bool listens = agent.alive != 0 && agent.started != 0 && stage.has_room(world, m);
      if (listens && may_prove(world, stage, c, m) && !holds(held, proof))
        give_proof(world, stage, c, m);
    }
  }
  for (MemberCell& cell : world.member) cell.agent.committed = 0;
}

}  // namespace holdfast::sim::explore
