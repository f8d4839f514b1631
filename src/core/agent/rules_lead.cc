// Rows of the member that leads, or is chosen to.

#include <algorithm>

#include "base/defect.h"
#include "core/agent/lease.h"
#include "core/agent/rules.h"

namespace holdfast::core::agent {
namespace {

/// The accepted timeline is the one its own WAL ends on: it goes on as it was, on the same
/// timeline.
bool in_place(const View& v) { return v.pg.timeline == v.record().timeline(); }

bool proof_within(const View& v, Duration limit) {
  if (HF_DEFECT(kStaleStart)) return true;
  return v.state.proof_epoch == v.record().key.epoch && since(v.state.proof_at, v.now) <= limit;
}

bool fresh_proof(const View& v) { return proof_within(v, held_lease(v.policy)); }

bool retry_later(const View& v) { return v.now < v.state.retry_at; }

bool must_wait_for_promise(const View& v) {
  return v.pg.state == PgState::kStandby && v.record().lossy &&
         promise_binds(v.policy, v.state, v.now);
}

bool to_promote(const View& v) {
  return v.pg.state == PgState::kStandby && !in_place(v) && v.pg.position_final;
}

bool not_sealed(const View& v) {
  return v.pg.state == PgState::kStandby &&
         (v.pg.source.is_set() || v.pg.receiver != ReceiverState::kNone);
}

bool standby_in_place(const View& v) { return v.pg.state == PgState::kStandby && in_place(v); }

bool down_before_promotion(const View& v) { return v.down() && !in_place(v); }

bool waits_for_controllers(const View& v) {
  return v.pg.state == PgState::kCrashed && !retry_later(v) &&
         v.now < after(v.state.crashed_at, 3 * v.policy.timing.detection) &&
         (v.pg.recovery_estimate > v.policy.timing.crash_restart || v.state.restarts >= 2);
}

/// One that was stopped for want of contact does not start again on the last word from before that.
bool to_start(const View& v) {
  const bool stopped =
      (v.pg.fenced || v.pg.state == PgState::kStopped) && !HF_DEFECT(kAckWhileSealing);
  const bool fresh = stopped ? proof_within(v, held_lease(v.policy) / 2) : fresh_proof(v);
  return v.down() && in_place(v) && !retry_later(v) && fresh;
}

bool is_down(const View& v) { return v.down(); }

bool leads_older_epoch(const View& v) {
  return v.running_primary() && v.pg.leads < v.record().key.epoch;
}

const Pair& newest(const View& v) { return *newest_pair(v.record()); }

bool other_sync_set(const View& v) { return v.running_primary() && v.pg.sync_pair != newest(v).id; }

bool draining(const View& v) {
  return v.running_primary() && v.record().handover.has_value() && v.pg.open;
}

bool drained(const View& v) { return v.running_primary() && v.record().handover.has_value(); }

bool may_open(const View& v) {
  if (!v.running_primary() || v.pg.open) return false;
  const bool acknowledged = v.pg.proven == newest(v).id && v.pg.barrier >= v.pg.recovery_end;
  const bool at_once = HF_DEFECT(kOpenBeforeBarrier) ||
                       (HF_DEFECT(kOpenBeforeBarrierAtRestart) && v.state.restarted_at != kLongAgo);
  if (!acknowledged && !at_once) return false;
  if (v.policy.lossy_takeover) return v.now < may_lead_until(v.policy, v.state, v.pg);
  // An acknowledgement may have been long under way: a late opener, and one that has slept since it
  // began to lead, ask the store first.
  const bool at_first = since(v.state.leading_since, v.now) < held_lease(v.policy) &&
                        v.state.awake_since <= v.state.leading_since;
  const bool asked = fresh_proof(v) && v.state.proof_at >= v.state.awake_since;
  return (newest(v).w > 0 && at_first) || asked;
}

bool unproven(const View& v) {
  return v.running_primary() && (v.pg.proven != newest(v).id || v.pg.barrier < v.pg.recovery_end);
}

void nothing(View&, AgentStep&) {}

void seal(View& v, AgentStep& out) {
  command(v, out, {.verb = PgVerb::kSeal, .epoch = v.record().key.epoch});
}

void promote(View& v, AgentStep& out) {
  Timeline timeline = v.record().timeline();
  if (HF_DEFECT(kTimelineReused)) timeline = Timeline{v.pg.timeline.value + 1};
  v.state.leading_since = v.now;
  command(v, out, {.verb = PgVerb::kPromote, .epoch = v.record().key.epoch, .timeline = timeline});
}

void stop(View& v, AgentStep& out) { command(v, out, {.verb = PgVerb::kStopFast}); }

void start_standby(View& v, AgentStep& out) {
  command(v, out, {.verb = PgVerb::kStartStandby, .epoch = v.record().key.epoch});
}

void start_primary(View& v, AgentStep& out) {
  AgentState& state = v.state;
  if (since(state.restarted_at, v.now) > v.policy.timing.failover_window) state.restarts = 0;
  state.restarts += 1;
  state.leading_since = v.now;
  state.prove_at = kLongAgo;
  state.restarted_at = v.now;
  state.restart_deadline =
      v.now + std::max(2 * v.pg.recovery_estimate, v.policy.timing.crash_restart) + 150ms;
  state.retry_at = v.now + 500ms * std::min(state.restarts, 8);
  command(
      v, out, {.verb = PgVerb::kStartPrimary, .epoch = v.record().key.epoch, .pair = newest(v)});
}

void adopt(View& v, AgentStep& out) {
  // Nobody else was given its leases: they go on counting, for the same leader in a newer epoch.
  const Epoch epoch = v.record().key.epoch;
  if (v.state.lease_epoch == v.pg.leads) v.state.lease_epoch = epoch;
  if (v.state.granted_epoch == v.pg.leads) v.state.granted_epoch = epoch;
  v.state.leading_since = v.now;
  command(v, out, {.verb = PgVerb::kAdopt, .epoch = v.record().key.epoch});
}

void set_sync(View& v, AgentStep& out) {
  v.state.prove_at = kLongAgo;
  command(v, out, {.verb = PgVerb::kSetSync, .epoch = v.record().key.epoch, .pair = newest(v)});
}

void prove(View& v, AgentStep& out) {
  if (v.now < v.state.prove_at) return;
  v.state.prove_at = v.now + 1s;
  command(v, out, {.verb = PgVerb::kProve, .epoch = v.record().key.epoch, .pair = newest(v)});
}

void drain(View& v, AgentStep& out) {
  command(v,
          out,
          {.verb = PgVerb::kDrain, .epoch = v.record().key.epoch, .peer = v.record().handover->to});
}

void open(View& v, AgentStep& out) {
  v.opening = true;
  attend_guardian(v, out);
  command(v, out, {.verb = PgVerb::kOpen});
}

bool always(const View&) { return true; }

constexpr Row kRows[] = {
    {{"A300", "Chosen by a lossy takeover: its promise to the old leader still binds it."},
     must_wait_for_promise,
     nothing},
    {{"A305", "Chosen while still connected to a source: it seals itself first."},
     not_sealed,
     seal},
    {{"A310",
      "Chosen: it promotes onto the reserved timeline, with a sync set that nobody can satisfy."},
     to_promote,
     promote},
    {{"A315",
      "Chosen to go on in place while it runs as a standby: it stops, to start as primary."},
     standby_in_place,
     stop},
    {{"A320", "Chosen while it was down: it starts sealed, to be promoted."},
     down_before_promotion,
     start_standby},
    {{"A330",
      "It crashed and recovery would take long, or it crashes often: the controllers get time to "
      "act."},
     waits_for_controllers,
     nothing},
    {{"A340",
      "It leads this epoch by a fresh read of the store: it starts in place, closed to clients."},
     to_start,
     start_primary},
    {{"A350", "It leads, but no fresh read of the store says so: it stays down."},
     is_down,
     nothing},
    {{"A360", "It goes on in a newer epoch: it demands that epoch's credential."},
     leads_older_epoch,
     adopt},
    {{"A370", "A newer sync set is recorded: it is applied."}, other_sync_set, set_sync},
    {{"A380", "A handover is recorded: clients are kept out and the successor catches up."},
     draining,
     drain},
    {{"A385", "Clients are out for the handover: the decision comes next."}, drained, nothing},
    {{"A390",
      "A barrier at or above the end of recovery is acknowledged under the recorded set: clients "
      "are let in."},
     may_open,
     open},
    {{"A395",
      "The recorded sync set is applied but not proven: senders are renewed and a barrier is "
      "passed."},
     unproven,
     prove},
    {{"A399", "It leads: nothing to do."}, always, nothing},
};

}  // namespace

std::span<const Row> lead_rows() { return kRows; }

}  // namespace holdfast::core::agent
