#include "core/agent/lease.h"

#include <algorithm>

#include "base/defect.h"

namespace holdfast::core {
namespace {

Duration drift(const ClusterPolicy& policy) {
  const double share = policy.timing.clock_drift_percent / 100.0;
  return Duration(
             static_cast<std::int64_t>(static_cast<double>(policy.timing.lease.count()) * share)) +
         1ms;
}

/// A moment at which W members of the pair were not sealed yet, by what they have acknowledged.
MonoTime quorum_heard_at(const Pair& pair, const AgentState& state, const PgObservation& pg) {
  if (pair.w <= 0 || pair.w > pair.s.count()) return kLongAgo;
  InlineVec<MonoTime, kMembersMax> replies;
  for (const Sender& sender : pg.senders) {
    if (pair.s.contains(sender.standby))
      replies.push_back(acknowledged_after(state, sender.flushed));
  }
  if (replies.count() < pair.w) return kLongAgo;
  std::sort(replies.begin(), replies.end(), [](MonoTime a, MonoTime b) { return a > b; });
  return replies[static_cast<std::size_t>(pair.w - 1)];
}

MonoTime promises_hold_until(const ClusterPolicy& policy,
                             const AgentState& state,
                             const PgObservation& pg) {
  const Record& record = *state.known;
  if (state.granted_epoch != pg.leads) return kLongAgo;
  MonoTime earliest = kNever;
  const auto consider = [&](const Incarnation& candidate) {
    MonoTime granted = kLongAgo;
    for (const AgentState::Granted& it : state.granted) {
      if (it.from == candidate) granted = it.from_time;
    }
    earliest = std::min(earliest, granted);
  };
  for (const Incarnation& candidate : record.candidates) consider(candidate);
  for (const Incarnation& candidate : record.candidates_pending) consider(candidate);
  return earliest == kNever ? kLongAgo : after(earliest, held_lease(policy));
}

}  // namespace

Duration held_lease(const ClusterPolicy& policy) { return policy.timing.lease - drift(policy); }

Duration granted_lease(const ClusterPolicy& policy) { return policy.timing.lease + drift(policy); }

void mark_wal(const ClusterPolicy& policy,
              AgentState& state,
              const PgObservation& pg,
              MonoTime now) {
  if (pg.state != PgState::kPrimary) {
    state.wal_marked = 0;
    state.wal_seen = Lsn{};
    return;
  }
  if (state.wal_seen.is_set() && pg.flushed > state.wal_seen) {
    // Far enough apart that the ring reaches back further than the lease.
    const std::uint32_t newest = state.wal_marked - 1;
    const bool far =
        state.wal_marked == 0 || state.wal_seen_at - state.wal_marks[newest % kWalMarks].before >=
                                     policy.timing.lease * 3 / (2 * kWalMarks);
    if (far) state.wal_marks[state.wal_marked++ % kWalMarks] = {pg.flushed, state.wal_seen_at};
  }
  state.wal_seen = pg.flushed;
  state.wal_seen_at = now;
}

MonoTime acknowledged_after(const AgentState& state, Lsn flushed) {
  const std::uint32_t kept = std::min<std::uint32_t>(state.wal_marked, kWalMarks);
  for (std::uint32_t back = 1; back <= kept; ++back) {
    const WalMark& mark = state.wal_marks[(state.wal_marked - back) % kWalMarks];
    if (mark.end <= flushed) return mark.before;
  }
  return kLongAgo;
}

MonoTime may_lead_until(const ClusterPolicy& policy,
                        const AgentState& state,
                        const PgObservation& pg) {
  if (state.known == nullptr || HF_DEFECT(kLeaseIgnored)) return kNever;
  if (policy.lossy_takeover) {
    const MonoTime store =
        state.lease_epoch == pg.leads ? after(state.lease_from, held_lease(policy)) : kLongAgo;
    return std::max(store, promises_hold_until(policy, state, pg));
  }
  MonoTime latest = state.proof_epoch == pg.leads ? state.proof_at : kLongAgo;
  for (const Pair& pair : state.known->pairs) {
    if (pair.epoch == pg.leads) latest = std::max(latest, quorum_heard_at(pair, state, pg));
  }
  return after(std::max(latest, state.leading_since), held_lease(policy));
}

bool promise_binds(const ClusterPolicy& policy, const AgentState& state, MonoTime now) {
  return promise_left(policy, state, now) > Duration::zero();
}

Duration promise_left(const ClusterPolicy& policy, const AgentState& state, MonoTime now) {
  if (!policy.lossy_takeover || HF_DEFECT(kPromiseForgottenAtReboot)) return Duration::zero();
  const MonoTime hold = after(state.booted_at, granted_lease(policy));
  MonoTime until = hold;
  if (state.disk.promise.boot == state.boot) until = std::max(until, state.disk.promise.until);
  return std::max(Duration::zero(), until - now);
}

}  // namespace holdfast::core
