// One step of one agent, from cells to cells.

#include <algorithm>
#include <utility>

#include "base/assert.h"
#include "sim/explore/pg.h"
#include "sim/explore/stage.h"
#include "sim/explore/units.h"

namespace holdfast::sim::explore {

using core::PgState;

namespace {

constexpr std::uint64_t kSomeHeartbeat = 8;
constexpr int kRoom = 5;  ///< one step queues at most so many actions

AgentCell& agent_of(World& world, int member) {
  return world.member[static_cast<std::size_t>(member)].agent;
}

}  // namespace

bool Stage::has_room(const World& world, int member) const {
  return world.member[static_cast<std::size_t>(member)].agent.fifo_size + kRoom <= kFifoMax;
}

void Stage::unpack_agent(const World& world, int member, bool tick) {
  const AgentCell& cell = world.member[static_cast<std::size_t>(member)].agent;
  core::AgentState& s = agent_;
  s.self = member;
  s.disk.record = tables_.record(cell.disk_record);
  s.disk.sealed = Epoch{cell.disk_sealed};
  s.disk.boot = BootId{cell.disk_boot + 1U};
  s.known = tables_.record(cell.known);
  s.boot = BootId{cell.boot + 1U};
  s.started = cell.started != 0;
  s.unclean_boot = cell.unclean != 0;
  // It was last stepped half a quantum ago, or at this very instant.
  s.stepped_at = tick ? kNow - kUnit : kNow;
  s.heartbeat_due = tick ? kNow : kNow + policy_.timing.heartbeat;
  s.heartbeat = kSomeHeartbeat;
  s.started_at = to_time(cell.started_at);
  s.awake_since = s.started_at;
  s.proof_at = to_time(cell.proof_at);
  s.proof_epoch = Epoch{cell.proof_epoch};
  s.crashed_at = to_time(cell.crashed_at);
  s.restart_deadline = to_time(cell.restart_deadline);
  s.restarted_at = to_time(cell.restarted_at);
  s.restarts = cell.restarts;
  s.retry_at = to_time(cell.retry_at);
  s.prove_at = to_time(cell.prove_at);
  s.failures = cell.failures;
  s.follow_at = to_time(cell.follow_at);
  s.leading_since = to_time(cell.leading_since);
  s.guardian = to_time(cell.guardian);
  s.said = tables_.report(cell.said);
}

/// Left out: the heartbeat's number and send times (a proof is handed in with the time of its
/// heartbeat), when it was last stepped and when the next heartbeat is due (both follow from where
/// in the quantum we are), promises and leases (no lossy takeover here), `commanded` (nothing reads
/// it), booted_at (only promises). Past deadlines and old ages are cut off where nothing tells them
/// apart any more.
void Stage::pack_agent(World& world, int member) {
  AgentCell& cell = agent_of(world, member);
  const core::AgentState& s = agent_;
  if (s.known != tables_.record(cell.known)) {
    HF_ASSERT(s.known == tables_.record(shown_record_) ||
              s.known == tables_.record(cell.stored_record));
    cell.known = s.known == tables_.record(shown_record_) ? shown_record_ : cell.stored_record;
  }
  if (s.disk.record != tables_.record(cell.disk_record)) {
    HF_ASSERT(s.disk.record == s.known);
    cell.disk_record = cell.known;
  }
  cell.disk_sealed = static_cast<Byte>(s.disk.sealed.value);
  cell.disk_boot = static_cast<Byte>(s.disk.boot.value == 0 ? 0 : s.disk.boot.value - 1);
  cell.started = s.started ? 1 : 0;
  cell.unclean = s.unclean_boot ? 1 : 0;
  cell.started_at = to_rel(s.started_at);
  cell.proof_at = to_rel(s.proof_at);
  cell.proof_epoch = static_cast<Byte>(s.proof_epoch.value);
  cell.crashed_at = to_rel(s.crashed_at);
  if (s.said.state != PgState::kCrashed && seen_.state != PgState::kCrashed)
    cell.crashed_at = kRelLongAgo;
  cell.restart_deadline = to_deadline(s.restart_deadline);
  cell.restarted_at = s.restarted_at == kLongAgo ? kRelLongAgo : to_rel(s.restarted_at, 1);
  cell.restarts = static_cast<Byte>(std::min(s.restarts, 8));
  cell.retry_at = to_deadline(s.retry_at);
  cell.prove_at = to_deadline(s.prove_at);
  cell.failures = static_cast<Byte>(s.failures > 8 ? 6 + s.failures % 3 : s.failures);
  cell.follow_at = to_rel(s.follow_at);
  cell.leading_since = to_rel(s.leading_since);
  cell.guardian = to_rel(s.guardian, 1);
}

void Stage::queue_actions(World& world, int member) {
  AgentCell& cell = agent_of(world, member);
  for (const core::AgentAction& action : agent_step_.actions) {
    FifoItem item;
    if (const auto* persist = std::get_if<core::Persist>(&action)) {
      HF_ASSERT(persist->disk.record == tables_.record(cell.disk_record));
      item.kind = Item::kPersist;
      item.value = cell.disk_record;
      item.sealed = static_cast<Byte>(persist->disk.sealed.value);
      item.boot = cell.disk_boot;
    } else if (const auto* command = std::get_if<core::PgCommand>(&action)) {
      item.kind = Item::kCommand;
      const bool ended = tables_.record(world.store)->key.epoch > command->epoch;
      if (command->verb == core::PgVerb::kStartPrimary && ended &&
          at_least_old(world.epoch_since, kLeaseEnded))
        blame(world, Violation::kStartsStale);
      item.value = tables_.number(*command);
      Byte& next_life = world.next_life[static_cast<std::size_t>(member)];
      if (command->life == next_life) ++next_life;
      if (next_life > 30) world.beyond = 1;
    } else if (const auto* report = std::get_if<core::SendReport>(&action)) {
      item.kind = Item::kReport;
      item.value = tables_.number(report->report);
      cell.said = item.value;
      const bool follows_one =
          cell.fifo_size > 0 && cell.fifo[cell.fifo_size - 1U].kind == Item::kReport;
      if (follows_one) --cell.fifo_size;  // latest wins
    } else if (const auto* guardian = std::get_if<core::ArmGuardian>(&action)) {
      item.kind = Item::kGuardian;
      item.when = guardian->deadline == kNever ? kRelNever : to_deadline(guardian->deadline);
    } else {
      continue;
    }
    HF_ASSERT(cell.fifo_size < kFifoMax);
    cell.fifo[cell.fifo_size++] = item;
  }
}

void Stage::drain_fifo(World& world, int member) {
  AgentCell& cell = agent_of(world, member);
  std::size_t taken = 0;
  while (taken < cell.fifo_size && cell.fifo[taken].kind != Item::kPersist) {
    const FifoItem item = cell.fifo[taken++];
    if (item.kind == Item::kCommand) {
      begin_command(world, tables_, member, item.value);
    } else if (item.kind == Item::kReport) {
      cell.sent = item.value;
      cell.sent_at = 0;
      for (ControllerCell& it : world.controller)
        it.unheard = static_cast<Byte>(it.unheard | 1U << member);
    } else if (item.kind == Item::kGuardian) {
      cell.guardian_armed = item.when;
    }
  }
  if (taken == 0) return;
  std::move(cell.fifo.begin() + static_cast<std::ptrdiff_t>(taken),
            cell.fifo.begin() + cell.fifo_size,
            cell.fifo.begin());
  std::fill(cell.fifo.begin() + static_cast<std::ptrdiff_t>(cell.fifo_size - taken),
            cell.fifo.end(),
            FifoItem{});
  cell.fifo_size = static_cast<Byte>(cell.fifo_size - taken);
}

void Stage::finish_persist(World& world, int member) {
  AgentCell& cell = agent_of(world, member);
  HF_ASSERT(cell.fifo_size > 0 && cell.fifo[0].kind == Item::kPersist);
  cell.stored_record = cell.fifo[0].value;
  cell.stored_sealed = cell.fifo[0].sealed;
  cell.stored_boot = cell.fifo[0].boot;
  cell.fifo[0].kind = Item::kNone;
  cell.fifo[0].value = 0;
  drain_fifo(world, member);
}

/// Here replies are as old as what they acknowledge: each is a mark of its own.
void Stage::unpack_marks() {
  agent_.wal_marked = 0;
  agent_.wal_seen = seen_.flushed;
  agent_.wal_seen_at = kNow;
  if (seen_.state != core::PgState::kPrimary) return;
  InlineVec<core::WalMark, core::kMembersMax> marks;
  for (const core::Sender& it : seen_.senders) marks.push_back({it.flushed, it.reply_at});
  std::sort(marks.begin(), marks.end(), [](const core::WalMark& a, const core::WalMark& b) {
    return a.end < b.end || (a.end == b.end && a.before < b.before);
  });
  for (const core::WalMark& it : marks) agent_.wal_marks[agent_.wal_marked++] = it;
}

void Stage::step(World& world, int member, core::AgentEvent event, bool tick) {
  AgentCell& cell = agent_of(world, member);
  observe(world, member, recovery_, seen_);
  unpack_agent(world, member, tick);
  unpack_marks();
  agent_.heartbeat_sent[kSomeHeartbeat] = to_time(proof_sent_);
  const core::AgentInput input{
      kNow, seen_, world.next_life[static_cast<std::size_t>(member)], std::move(event)};
  core::step_agent(policy_, agent_, input, agent_step_);
  pack_agent(world, member);
  cell.dirty = 0;
  queue_actions(world, member);
  drain_fifo(world, member);
  if (listener_ == nullptr) return;
  const std::string name = "agent " + std::to_string(member);
  for (const core::Event& it : agent_step_.events) listener_->said(name, it);
}

void Stage::tick_agent(World& world, int member) { step(world, member, core::Tick{}, true); }

void Stage::look(World& world, int member) { step(world, member, core::PgChanged{}, false); }

void Stage::show_record(World& world, int member, std::uint32_t record) {
  shown_record_ = record;
  step(world, member, core::RecordSeen{tables_.record(record)}, false);
  shown_record_ = 0;
}

void Stage::show_proof(World& world, int member, Rel sent, const core::RecordKey& key) {
  core::StoreProof proof;
  proof.heartbeat = kSomeHeartbeat;
  proof.key = key;
  proof_sent_ = sent;
  step(world, member, proof, false);
}

void Stage::start_agent(World& world, int member) {
  AgentCell& cell = agent_of(world, member);
  cell.alive = 1;
  cell.said = 0;
  core::AgentStarted started;
  started.disk.record = tables_.record(cell.stored_record);
  started.disk.sealed = Epoch{cell.stored_sealed};
  started.disk.boot = BootId{cell.stored_boot + 1U};
  started.boot = BootId{cell.boot + 1U};
  started.booted_at = kNow;
  started.fresh_boot = cell.stored_boot != cell.boot;
  started.unclean = started.fresh_boot;
  cell.known = cell.stored_record;
  cell.disk_record = cell.stored_record;
  step(world, member, started, false);
}

}  // namespace holdfast::sim::explore
