#include <algorithm>

#include "core/agent/internal.h"
#include "core/agent/lease.h"

namespace holdfast::core::agent {
namespace {

void report_stream(const View& view, MemberReport& report) {
  const PgObservation& pg = view.pg;
  const Duration limit = view.policy.timing.detection;
  const MonoTime base = std::max({pg.last_byte_at, view.state.follow_at, view.state.awake_since});
  const Duration silence = since(base, view.now);
  report.wal_silence = silence;
  // A server that has just stopped answering receives nothing either: that says nothing of others.
  const bool ill =
      !pg.probes_ok && since(pg.probes_failing_since, view.now) < view.policy.timing.sick;
  switch (pg.receiver) {
    case ReceiverState::kStreaming:
      report.following = pg.receiver_epoch;
      report.wal = silence < limit ? WalSeen::kFlowing : ill ? WalSeen::kUnknown : WalSeen::kSilent;
      return;
    case ReceiverState::kRefused:
      report.wal = silence >= limit ? WalSeen::kRefused : WalSeen::kUnknown;
      return;
    case ReceiverState::kNone:
    case ReceiverState::kConnecting:
      // One that reconnects is unknown, not silent, until it has failed for long.
      report.wal = pg.source.is_set() && silence >= view.policy.timing.sick ? WalSeen::kSilent
                                                                            : WalSeen::kUnknown;
      return;
  }
}

/// How old the newest moment is of which the standby surely has everything.
Duration behind(const View& view, const Sender& sender) {
  if (sender.flushed.is_set() && sender.flushed >= view.pg.flushed) return Duration::zero();
  const MonoTime had_all = acknowledged_after(view.state, sender.flushed);
  return had_all == kLongAgo ? Duration::max() : since(had_all, view.now);
}

void report_primary(const View& view, MemberReport& report) {
  const PgObservation& pg = view.pg;
  report.open = pg.open;
  report.leads = pg.leads;
  report.proven = pg.proven;
  report.barrier = pg.barrier;
  report.drained = pg.drained;
  for (const Sender& sender : pg.senders) {
    report.senders.push_back(
        {sender.standby,
         sender.flushed,
         since(sender.reply_at, view.now),
         behind(view, sender),
         sender.streaming_since == kNever ? Duration::zero() : view.now - sender.streaming_since});
  }
}

/// Of what keeps it leading: under a lossy policy the lease, else the proof.
Duration proof_age(const View& view) {
  const AgentState& state = view.state;
  if (!view.knows()) return Duration::max();
  const Epoch epoch = view.record().key.epoch;
  if (view.policy.lossy_takeover)
    return state.lease_epoch == epoch ? since(state.lease_from, view.now) : Duration::max();
  return state.proof_epoch == epoch ? since(state.proof_at, view.now) : Duration::max();
}

/// News travels at once; the rest waits for the next heartbeat.
bool is_news(const MemberReport& a, const MemberReport& b) {
  const auto stream = [](WalSeen seen) {
    return seen == WalSeen::kSilent || seen == WalSeen::kRefused;
  };
  return a.self != b.self || a.record != b.record || a.state != b.state || a.open != b.open ||
         a.sealed != b.sealed || a.sealed_final != b.sealed_final || a.proven != b.proven ||
         a.drained != b.drained || a.sick != b.sick || a.fenced != b.fenced || a.leads != b.leads ||
         a.following != b.following || stream(a.wal) != stream(b.wal) ||
         a.restarting != b.restarting || a.senders.size() != b.senders.size() ||
         (a.promise_left > Duration::zero()) != (b.promise_left > Duration::zero());
}

}  // namespace

MemberReport make_report(const View& view) {
  const PgObservation& pg = view.pg;
  const AgentState& state = view.state;
  MemberReport report;
  report.self = pg.life == 0 ? Incarnation{} : view.self();
  report.boot = state.boot;
  report.agent_started = state.started_at;
  if (state.disk.record != nullptr) report.record = state.disk.record->key;
  report.state = pg.state;
  report.fenced = pg.fenced;
  report.restarting = view.now < state.restart_deadline && !view.running_primary();
  report.sick =
      pg.probes_failing_since != kNever &&
      view.now - std::max(pg.probes_failing_since, state.awake_since) >= view.policy.timing.sick;
  report.sealed = state.disk.sealed;
  report.sealed_final = pg.state == PgState::kStandby && pg.position_final && !pg.source.is_set() &&
                        pg.receiver == ReceiverState::kNone;
  report.able_to_seal = pg.state == PgState::kStandby && !state.unclean_boot;
  report.position = view.position();
  report.replay_lag = pg.replay_lag;
  report.timeline = pg.timeline;
  if (pg.state == PgState::kStandby) {
    report_stream(view, report);
    if (report.following.is_set()) report.timeline = pg.received_timeline;
  }
  if (pg.state == PgState::kPrimary) report_primary(view, report);
  report.promise_left = promise_left(view.policy, state, view.now);
  report.proof_age = proof_age(view);
  report.reboot_hold =
      view.policy.lossy_takeover && view.now < after(state.booted_at, granted_lease(view.policy));
  return report;
}

void attend_report(View& view, AgentStep& out) {
  AgentState& state = view.state;
  MemberReport report = make_report(view);
  const bool news = is_news(report, state.said);
  if (view.now < state.heartbeat_due && !news) return;
  state.heartbeat += 1;
  state.heartbeat_sent[state.heartbeat % kHeartbeatsRemembered] = view.now;
  if (view.now >= state.heartbeat_due) {
    const MonoTime next = after(state.heartbeat_due, view.policy.timing.heartbeat);
    state.heartbeat_due = next > view.now ? next : view.now + view.policy.timing.heartbeat;
  }
  report.heartbeat = state.heartbeat;
  state.said = report;
  out.actions.emplace_back(SendReport{state.heartbeat, news, report});
}

}  // namespace holdfast::core::agent
