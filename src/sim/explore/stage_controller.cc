// One step of one controller, from cells to cells, and the world in which everything begins.

#include <algorithm>
#include <array>
#include <utility>

#include "base/assert.h"
#include "sim/explore/pg.h"
#include "sim/explore/stage.h"
#include "sim/explore/units.h"

namespace holdfast::sim::explore {

using core::PgState;

namespace {

ControllerCell& cell_of(World& world, int controller) {
  return world.controller[static_cast<std::size_t>(controller)];
}

}  // namespace

void Stage::unpack_controller(const World& world, int controller, bool tick) {
  const ControllerCell& cell = world.controller[static_cast<std::size_t>(controller)];
  core::ControllerState& s = controller_;
  s.record = tables_.record(cell.record);
  while (s.members.count() < kMembers) s.members.push_back({});
  for (std::size_t i = 0; i < kMembers; ++i) {
    core::MemberView& view = s.members[i];
    view.heard = to_time(cell.heard[i]);
    view.well_since = to_time(cell.well_since[i]);
    view.report = tables_.report(cell.heard_report[i]);
    view.report.regressed = (cell.regressed >> i & 1U) != 0;
    view.reached = {Timeline{cell.reached_timeline[i]}, Lsn{cell.reached_lsn[i]}};
    view.sender_alive_at = to_time(cell.sender_alive_at[i]);
  }
  s.stepped_at = tick ? kNow - kUnit : kNow;
  s.awake_since = to_time(cell.awake_since);
  s.writing = cell.writing != 0;
  s.ahead = {StoreId{cell.ahead_epoch != 0 ? 1U : 0U},
             Epoch{cell.ahead_epoch},
             Revision{cell.ahead_revision}};
  s.record_since = to_time(cell.record_since);
  s.leading_seen_at = to_time(cell.leading_seen_at);
  s.store_answered_at = connected(world, kMembers + controller, kStoreParty) ? kNow : kLongAgo;
  s.open_seen_at = to_time(cell.open_seen_at);
  s.leading_seen = Epoch{cell.leading_seen};
}

/// Left out: `told` and `told_for` (they only keep events from being repeated), approvals and
/// exposure (nobody approves, nothing is lossy here), leader_heard_since (as if always),
/// writing_since (nothing reads it; the engine's timeout is `write_at`), when it was last stepped
/// (it follows from where in the quantum we are).
void Stage::pack_controller(World& world, int controller) {
  ControllerCell& cell = cell_of(world, controller);
  const core::ControllerState& s = controller_;
  if (s.record != tables_.record(cell.record)) {
    HF_ASSERT(s.record == tables_.record(shown_record_));
    cell.record = shown_record_;
  }
  for (std::size_t i = 0; i < kMembers; ++i) {
    const core::MemberView& view = s.members[i];
    cell.heard[i] = to_rel(view.heard);
    cell.well_since[i] = to_rel(view.well_since);
    const auto bit = static_cast<Byte>(1U << i);
    cell.regressed =
        static_cast<Byte>(view.report.regressed ? cell.regressed | bit : cell.regressed & ~bit);
    cell.reached_timeline[i] = static_cast<Byte>(view.reached.timeline.value);
    cell.reached_lsn[i] = static_cast<Byte>(view.reached.lsn.value);
    cell.sender_alive_at[i] = to_rel(view.sender_alive_at);
  }
  cell.awake_since = to_rel(s.awake_since);
  if (s.writing && cell.writing == 0) cell.write_at = 0;
  cell.writing = s.writing ? 1 : 0;
  if (!s.writing) cell.write_at = 0;
  cell.ahead_epoch = static_cast<Byte>(s.ahead.epoch.value);
  cell.ahead_revision = static_cast<Byte>(s.ahead.revision.value);
  cell.record_since = to_rel(s.record_since);
  cell.leading_seen_at = to_rel(s.leading_seen_at);
  cell.open_seen_at = to_rel(s.open_seen_at);
  cell.leading_seen = static_cast<Byte>(s.leading_seen.value);
}

void Stage::step(World& world, int controller, core::ControllerEvent event, bool tick) {
  ControllerCell& cell = cell_of(world, controller);
  unpack_controller(world, controller, tick);
  const core::ControllerInput input{kNow, WallTime{}, {}, std::move(event)};
  core::step_controller(policy_, controller_, input, controller_step_);
  pack_controller(world, controller);
  if (controller_step_.write) {
    const core::Record& next = *controller_step_.write->next;
    HF_ASSERT(tables_.record(cell.record)->key == controller_step_.write->expected);
    cell.cas_base = cell.record;
    cell.cas_next = tables_.number(next);
    cell.cas = Cas::kSent;
  }
  if (listener_ == nullptr) return;
  const std::string name = "controller " + std::to_string(controller);
  for (const core::Event& it : controller_step_.events) listener_->said(name, it);
}

void Stage::tick_controller(World& world, int controller) {
  step(world, controller, core::ControllerTick{}, true);
}

void Stage::hear(World& world, int controller, int member) {
  ControllerCell& cell = cell_of(world, controller);
  const AgentCell& agent = world.member[static_cast<std::size_t>(member)].agent;
  const auto i = static_cast<std::size_t>(member);
  cell.unheard = static_cast<Byte>(cell.unheard & ~(1U << member));
  cell.heartbeat[i] = agent.sent_at;
  core::ReportReceived received{member, &tables_.report(agent.sent)};
  step(world, controller, received, false);
  cell.heard_report[i] = agent.sent;
}

void Stage::read_record(World& world, int controller, std::uint32_t record) {
  shown_record_ = record;
  step(world, controller, core::RecordRead{tables_.record(record)}, false);
  shown_record_ = 0;
}

void Stage::finish_write(World& world,
                         int controller,
                         core::WriteResult result,
                         std::uint32_t record) {
  ControllerCell& cell = cell_of(world, controller);
  cell.cas = Cas::kNone;
  cell.cas_next = 0;
  cell.cas_base = 0;
  shown_record_ = record;
  step(world, controller, core::WriteDone{result, tables_.record(record)}, false);
  shown_record_ = 0;
}

void Stage::order_switchover(World& world, int controller, int member) {
  core::OperatorCommand command;
  command.verb = core::OperatorVerb::kSwitchover;
  command.member = member;
  step(world, controller, command, false);
}

/// It forgets what it heard and what it was waiting for; a request under way may still reach the
/// store.
void Stage::restart_controller(World& world, int controller) {
  ControllerCell& cell = cell_of(world, controller);
  const bool under_way = cell.cas == Cas::kSent;
  const std::uint32_t late_next = under_way ? cell.cas_next : cell.late_next;
  const std::uint32_t late_base = under_way ? cell.cas_base : cell.late_base;
  cell = ControllerCell{};
  cell.late_next = late_next;
  cell.late_base = late_base;
  cell.heard.fill(kRelLongAgo);
  cell.well_since.fill(kRelLongAgo);
  cell.sender_alive_at.fill(kRelLongAgo);
  cell.heartbeat.fill(kRelLongAgo);
  cell.record_since = kRelLongAgo;
  cell.leading_seen_at = kRelLongAgo;
  cell.open_seen_at = kRelLongAgo;
}

World Stage::first_world() {
  World world{};
  const std::array<std::uint32_t, kMembers> lives{1, 1, 1};
  const core::Record record = core::bootstrap_record(policy_, lives, WallTime{});
  world.store = tables_.number(record);
  world.previous = world.store;
  world.next_commit = 1;
  for (int i = 0; i < kMembers; ++i) {
    MemberCell& cell = world.member[static_cast<std::size_t>(i)];
    AgentCell& agent = cell.agent;
    agent.disk_record = agent.stored_record = agent.known = world.store;
    agent.disk_sealed = agent.stored_sealed = i == 0 ? 0 : 1;
    agent.guardian = agent.guardian_armed = kRelNever;
    PgCell& pg = cell.pg;
    pg.self = to_who({static_cast<std::uint8_t>(i), 1});
    pg.state = static_cast<Byte>(PgState::kStopped);
    pg.wal.forks = 1;
    pg.wal.fork[0] = {1, 1, 1};
    pg.wal.highest_known = 1;
    if (i == 0) pg.file = to_cell(record.pairs[0]);
    pg.last_byte = -kOldest;
    world.next_life[static_cast<std::size_t>(i)] = 2;
  }
  world.timeline_owner[1] = world.member[0].pg.self;
  for (int i = 0; i < kControllers; ++i) {
    restart_controller(world, i);
    cell_of(world, i).awake_since = -kOldest;
  }
  return world;
}

core::ClusterPolicy small_policy(bool power_loss_protection) {
  core::ClusterPolicy policy;
  policy.durability = model::Durability::kZone;
  policy.zone_automatic = true;
  policy.promote_limit = 1s;
  // Reports come once a quantum: the one before the last is still fresh, and leaves no gap.
  policy.timing.heartbeat = 350ms;
  policy.timing.detection = kQuantum;
  policy.timing.sick = 2 * kQuantum;
  // The holder counts one millisecond less, for the drift: exactly two quanta.
  policy.timing.lease = 2 * kQuantum + 1ms;
  policy.timing.clock_drift_percent = 0;
  policy.timing.crash_restart = 250ms;
  // The wall clock stands still; a second failover must not be held back.
  policy.timing.failover_window = 0s;
  for (std::uint16_t i = 0; i < kMembers; ++i) {
    core::MemberPolicy member;
    member.host = i;
    member.zone = i;
    member.power_loss_protection = power_loss_protection;
    policy.members.push_back(member);
  }
  return policy;
}

Stage::Stage(core::ClusterPolicy policy, Duration recovery)
    : policy_(std::move(policy)), recovery_(recovery) {}

}  // namespace holdfast::sim::explore
