#include <algorithm>

#include "base/defect.h"
#include "core/agent/internal.h"
#include "core/agent/lease.h"
#include "core/agent/rules.h"

namespace holdfast::core {
namespace agent {
namespace {

constexpr Rule kNewLife{"A050",
                        "The host lost power and cannot vouch for what it had flushed: the "
                        "directory becomes a new incarnation."};
constexpr Rule kCrashNoticed{"A060", "PostgreSQL exited without being told to."};

bool run(std::span<const Row> rows, View& view, AgentStep& out) {
  for (const Row& row : rows) {
    if (!row.matches(view)) continue;
    const std::size_t before = out.actions.size();
    row.act(view, out);
    if (out.actions.size() != before) tell(view, out, row.rule);
    return true;
  }
  return false;
}

/// Lost confirmed writes cannot be told from the directory alone, so the incarnation ends.
bool begin_new_life(View& view, AgentStep& out) {
  if (!view.state.unclean_boot || view.pg.busy) return false;
  const MemberPolicy& self = view.policy.members[static_cast<std::size_t>(view.state.self)];
  view.state.unclean_boot = false;
  if (self.power_loss_protection || view.pg.life == 0 || HF_DEFECT(kNewLifeSkipped)) return false;
  command(view, out, {.verb = PgVerb::kNewLife, .life = view.fresh_life});
  tell(view, out, kNewLife);
  return true;
}

void note_changes(View& view, AgentStep& out) {
  AgentState& state = view.state;
  if (view.pg.state == PgState::kCrashed && state.said.state != PgState::kCrashed) {
    if (since(state.crashed_at, view.now) > 100ms) tell(view, out, kCrashNoticed);
    state.crashed_at = view.now;
    state.restart_deadline = kLongAgo;
  }
  if (view.pg.state != PgState::kPrimary && view.pg.state != PgState::kPromoting &&
      view.pg.state != PgState::kStarting && !view.pg.busy) {
    state.leading_since = kLongAgo;
  }
}

/// Time in which this process did not run is not silence of others.
void note_stall(const ClusterPolicy& policy, AgentState& state, MonoTime now) {
  const Duration limit =
      std::max<Duration>(2 * policy.timing.heartbeat, policy.timing.detection / 2);
  if (since(state.stepped_at, now) > limit) state.awake_since = now;
  state.stepped_at = now;
}

void set_deadline(const View& view, AgentStep& out) {
  const AgentState& state = view.state;
  MonoTime next = std::min(state.heartbeat_due, view.now + view.policy.timing.heartbeat);
  if (view.pg.state == PgState::kStandby) {
    const MonoTime base = std::max({view.pg.last_byte_at, state.follow_at, state.awake_since});
    const MonoTime silent = after(base, view.policy.timing.detection);
    if (silent > view.now) next = std::min(next, silent);
  }
  if (view.pg.open) {
    const MonoTime until = may_lead_until(view.policy, state, view.pg);
    if (until > view.now) next = std::min(next, until);
  }
  if (state.retry_at > view.now) next = std::min(next, state.retry_at);
  out.next_deadline = std::max(next, view.now + 1ms);
}

}  // namespace

std::span<const Rule* const> noted_rules() {
  static constexpr const Rule* kNoted[] = {&kNewLife, &kCrashNoticed};
  return kNoted;
}

void command(View& view, AgentStep& out, PgCommand it) {
  view.state.commanded = true;
  out.actions.emplace_back(it);
}

void tell(View& view, AgentStep& out, const Rule& rule, Duration amount) {
  const Epoch epoch = view.knows() ? view.record().key.epoch : Epoch{};
  out.events.push_back({&rule, view.self(), epoch, amount});
}

void apply_rules(View& view, AgentStep& out) {
  if (run(fence_rows(), view, out)) return;
  if (view.pg.busy || !view.knows()) return;
  if (view.sealing()) {
    run(seal_rows(), view, out);
  } else if (view.leads()) {
    run(lead_rows(), view, out);
  } else {
    run(follow_rows(), view, out);
  }
}

void attend_guardian(View& view, AgentStep& out) {
  AgentState& state = view.state;
  // A primary that lets nobody in needs no deadline, and must live to catch its standbys up.
  if (!view.running_primary() || !(view.pg.open || view.opening)) {
    if (state.guardian == kNever || (view.running_primary() && view.pg.busy)) return;
    state.guardian = kNever;
    out.actions.emplace_back(ArmGuardian{kNever});
    return;
  }
  const MonoTime until = may_lead_until(view.policy, state, view.pg);
  if (until <= view.now || until == kNever || HF_DEFECT(kGuardianUnarmed)) return;
  if (state.guardian != kNever && until - state.guardian < 20ms) return;
  state.guardian = until;
  out.actions.emplace_back(ArmGuardian{until});
}

void attend_promises(View& view, AgentStep& out) {
  AgentState& state = view.state;
  if (!view.policy.lossy_takeover || !view.leads()) return;
  const Record& record = view.record();
  if (view.now < state.promises_due) return;
  state.promises_due = view.now + view.policy.timing.lease_renewal;
  state.promise_seq += 1;
  state.promise_asked[state.promise_seq % kHeartbeatsRemembered] = view.now;
  const PromiseRequest request{record.key.epoch, view.self(), state.promise_seq};
  for (const Incarnation& it : record.candidates)
    out.actions.emplace_back(SendPromiseRequest{it.member, request});
  for (const Incarnation& it : record.candidates_pending) {
    out.actions.emplace_back(SendPromiseRequest{it.member, request});
  }
}

}  // namespace agent

void step_agent(const ClusterPolicy& policy,
                AgentState& state,
                const AgentInput& input,
                AgentStep& out) {
  out.clear();
  agent::note_stall(policy, state, input.now);
  mark_wal(policy, state, input.pg, input.now);
  agent::absorb(policy, state, input, out);
  if (!state.started) return;
  agent::View view{policy, state, input.pg, input.now, input.fresh_life, false};
  agent::note_changes(view, out);
  if (!agent::begin_new_life(view, out) && !state.unclean_boot) {
    agent::update_disk(view, out);
    agent::apply_rules(view, out);
  }
  agent::attend_guardian(view, out);
  agent::attend_promises(view, out);
  agent::attend_report(view, out);
  agent::set_deadline(view, out);
}

}  // namespace holdfast::core
