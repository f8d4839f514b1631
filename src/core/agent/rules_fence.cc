// Rows that stop what must not run.

#include "base/defect.h"
#include "core/agent/lease.h"
#include "core/agent/rules.h"

namespace holdfast::core::agent {
namespace {

bool serves(const View& v) {
  return v.pg.state == PgState::kPrimary || v.pg.state == PgState::kPromoting;
}

bool wrong_timeline(const View& v) {
  return v.running_primary() && v.leads() && v.pg.leads == v.record().key.epoch &&
         v.pg.timeline != v.record().timeline();
}

/// Another leads, or is being made the leader, in an epoch above the one that runs here.
bool superseded(const View& v) {
  if (!serves(v) || !v.knows() || v.leads() || HF_DEFECT(kAckWhileSealing)) return false;
  if (v.was_leading()) return v.record().depose && !v.pg.drained;
  return v.record().key.epoch > v.pg.leads || v.record().phase != Phase::kSealing;
}

bool drained_and_released(const View& v) {
  return v.running_primary() && v.was_leading() && v.record().depose && v.pg.drained;
}

bool permission_over(const View& v) {
  return v.running_primary() && v.pg.open && v.now >= may_lead_until(v.policy, v.state, v.pg) &&
         v.now >= after(v.state.started_at, v.policy.timing.lease);
}

bool copy_gone(const View& v) { return v.pg.life == 0 && serves(v); }

void stop_at_once(View& v, AgentStep& out) { command(v, out, {.verb = PgVerb::kStopImmediate}); }

void stop_cleanly(View& v, AgentStep& out) {
  if (!v.pg.busy) command(v, out, {.verb = PgVerb::kStopFast});
}

constexpr Row kRows[] = {
    {{"A100", "It runs as primary without a known incarnation: it is stopped at once."},
     copy_gone,
     stop_at_once},
    {{"A110",
      "It was promoted onto another timeline than the reserved one: it is stopped at once."},
     wrong_timeline,
     stop_at_once},
    {{"A120", "It has handed over and everything is flushed on its successor: it stops cleanly."},
     drained_and_released,
     stop_cleanly},
    {{"A130",
      "Another member leads a newer epoch, or the primary is deposed: it is stopped at once."},
     superseded,
     stop_at_once},
    {{"A140", "Its leases, acknowledgements and store reads are all too old: it fences itself."},
     permission_over,
     stop_at_once},
};

}  // namespace

std::span<const Row> fence_rows() { return kRows; }

}  // namespace holdfast::core::agent
