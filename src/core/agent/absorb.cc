#include "base/defect.h"
#include "core/agent/internal.h"
#include "core/agent/lease.h"

namespace holdfast::core::agent {
namespace {

constexpr Duration kStartGrace = 500ms;

void absorb_start(AgentState& state, const AgentStarted& started, MonoTime now) {
  const int self = state.self;
  state = AgentState{};
  state.self = self;
  state.disk = started.disk;
  if (HF_DEFECT(kSealForgottenAtRestart)) state.disk = AgentDisk{};
  state.known = state.disk.record;
  state.boot = started.boot;
  state.booted_at = started.booted_at;
  state.started = true;
  state.unclean_boot = started.fresh_boot && started.unclean;
  state.started_at = now;
  state.stepped_at = now;
  state.awake_since = now;
  // A leader that has just come up needs a moment to read the store and start: that is no crash.
  state.restart_deadline = now + kStartGrace;
}

void absorb_record(AgentState& state, const RecordPtr& record) {
  if (record == nullptr) return;
  if (state.known != nullptr && !HF_DEFECT(kLateRevisionAccepted)) {
    const bool older_epoch = record->key.epoch < state.known->key.epoch;
    if (HF_DEFECT(kOlderEpochAccepted) && older_epoch) {
      state.known = record;
      return;
    }
    if (record->key <= state.known->key) return;
  }
  state.known = record;
}

void absorb_proof(AgentState& state, const StoreProof& proof) {
  const std::uint64_t age = state.heartbeat - proof.heartbeat;
  if (proof.heartbeat == 0 || proof.heartbeat > state.heartbeat || age >= kHeartbeatsRemembered)
    return;
  const MonoTime sent = state.heartbeat_sent[proof.heartbeat % kHeartbeatsRemembered];
  if (proof.key.epoch >= state.proof_epoch) {
    state.proof_at = proof.key.epoch > state.proof_epoch ? sent : std::max(state.proof_at, sent);
    state.proof_epoch = proof.key.epoch;
  }
  if (!proof.lease || proof.key.epoch < state.lease_epoch) return;
  state.lease_from = proof.key.epoch > state.lease_epoch ? sent : std::max(state.lease_from, sent);
  state.lease_epoch = proof.key.epoch;
}

/// A candidate promises only to the leader of the epoch it knows, and nothing once it knows of a
/// higher one.
void absorb_promise_request(const ClusterPolicy& policy,
                            AgentState& state,
                            const PgObservation& pg,
                            const PromiseRequest& request,
                            MonoTime now,
                            AgentStep& out) {
  if (state.known == nullptr || pg.life == 0) return;
  const Record& record = *state.known;
  const Incarnation self{static_cast<std::uint8_t>(state.self), pg.life};
  const bool recorded =
      record.candidates.contains(self) || record.candidates_pending.contains(self);
  if (record.key.epoch != request.epoch || record.leader() != request.from || !recorded) return;
  if (state.disk.sealed > request.epoch || record.leader() == self) return;
  state.disk.promise = {request.epoch, request.from, now + granted_lease(policy), state.boot};
  state.disk.boot = state.boot;
  out.actions.emplace_back(Persist{state.disk});
  out.actions.emplace_back(
      SendPromiseGrant{request.from.member, {request.epoch, self, request.from, request.seq}});
}

void absorb_promise_grant(AgentState& state, const PgObservation& pg, const PromiseGrant& grant) {
  const Incarnation self{static_cast<std::uint8_t>(state.self), pg.life};
  if (grant.to != self || grant.seq > state.promise_seq) return;
  if (state.promise_seq - grant.seq >= kHeartbeatsRemembered) return;
  if (grant.epoch != state.granted_epoch) {
    if (grant.epoch < state.granted_epoch) return;
    state.granted.clear();
    state.granted_epoch = grant.epoch;
  }
  const MonoTime asked = state.promise_asked[grant.seq % kHeartbeatsRemembered];
  for (AgentState::Granted& it : state.granted) {
    if (it.from != grant.from) continue;
    it.from_time = std::max(it.from_time, asked);
    return;
  }
  if (!state.granted.full()) state.granted.push_back({grant.from, asked});
}

}  // namespace

void absorb(const ClusterPolicy& policy,
            AgentState& state,
            const AgentInput& input,
            AgentStep& out) {
  if (const auto* started = std::get_if<AgentStarted>(&input.event)) {
    absorb_start(state, *started, input.now);
  } else if (const auto* seen = std::get_if<RecordSeen>(&input.event)) {
    absorb_record(state, seen->record);
  } else if (const auto* proof = std::get_if<StoreProof>(&input.event)) {
    absorb_proof(state, *proof);
  } else if (const auto* request = std::get_if<PromiseRequest>(&input.event)) {
    absorb_promise_request(policy, state, input.pg, *request, input.now, out);
  } else if (const auto* grant = std::get_if<PromiseGrant>(&input.event)) {
    absorb_promise_grant(state, input.pg, *grant);
  }
}

void update_disk(View& view, AgentStep& out) {
  AgentState& state = view.state;
  if (!view.knows()) return;
  const Record& record = view.record();
  bool changed = state.disk.record == nullptr || state.disk.record->key != record.key;
  // A primary that still runs while others seal has not sealed itself: it may turn out to be the
  // one to go on.
  const bool goes_on = view.was_leading() && !record.depose && view.running_primary();
  if (!goes_on && state.disk.sealed < record.key.epoch) {
    state.disk.sealed = record.key.epoch;
    changed = true;
  }
  if (!changed) return;
  state.disk.record = state.known;
  state.disk.boot = state.boot;
  out.actions.emplace_back(Persist{state.disk});
}

}  // namespace holdfast::core::agent
