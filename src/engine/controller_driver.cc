#include "engine/controller_driver.h"

#include <algorithm>
#include <utility>

#include "base/defect.h"
#include "core/agent/lease.h"

namespace holdfast::engine {
namespace {

/// An answer that takes longer counts as lost; the outcome is unknown.
constexpr Duration kStoreTimeout = 1s;

core::WriteResult write_result(StoreOutcome outcome) {
  switch (outcome) {
    case StoreOutcome::kDone: return core::WriteResult::kWritten;
    case StoreOutcome::kConflict: return core::WriteResult::kConflict;
    case StoreOutcome::kUnknown: return core::WriteResult::kUnknown;
  }
  return core::WriteResult::kUnknown;
}

}  // namespace

ControllerDriver::ControllerDriver(const core::ClusterPolicy& policy,
                                   ControllerPorts& ports,
                                   int rank)
    : policy_(&policy), ports_(ports), rank_(rank) {}

core::RecordKey ControllerDriver::key() const {
  return state_.record == nullptr ? core::RecordKey{} : state_.record->key;
}

void ControllerDriver::start(const Moment& at) {
  state_ = core::ControllerState{};
  pending_.clear();
  op_begun_ = kLongAgo;
  proof_begun_ = kLongAgo;
  proof_for_ = core::RecordKey{};
  begin_read(at.now);
  tick(at);
}

void ControllerDriver::tick(const Moment& at) {
  step(at, core::ControllerTick{});
  attend(at);
  set_timer(at.now);
}

void ControllerDriver::report(const Moment& at,
                              int member,
                              std::uint64_t heartbeat,
                              const core::MemberReport& report) {
  step(at, core::ReportReceived{member, &report});
  const bool differs = HF_DEFECT(kOlderEpochAccepted) && report.record.epoch > key().epoch;
  if (report.record < key() || (differs && state_.record != nullptr))
    ports_.push_record(member, state_.record);
  begin_proof(at.now, member, heartbeat, report);
  attend(at);
  set_timer(at.now);
}

void ControllerDriver::seen(const Moment& at, const core::RecordPtr& record) {
  step(at, core::RecordRead{record});
  set_timer(at.now);
}

void ControllerDriver::operate(const Moment& at, const core::OperatorCommand& command) {
  step(at, command);
  set_timer(at.now);
}

void ControllerDriver::store_done(const Moment& at,
                                  std::uint64_t token,
                                  const StoreAnswer& answer) {
  Pending done;
  for (const Pending& it : pending_) {
    if (it.token == token) done = it;
  }
  pending_.remove_if([&](const Pending& it) { return it.token == token; });
  if (done.token != 0 && done.verb == StoreVerb::kCas) {
    step(at, core::WriteDone{write_result(answer.outcome), answer.record});
    if (answer.outcome == StoreOutcome::kUnknown) begin_read(at.now);
  } else if (answer.record != nullptr) {
    // An answer that was given up on still shows what the store held.
    step(at, core::RecordRead{answer.record, done.begun});
    const bool proves = done.member >= 0 && answer.outcome == StoreOutcome::kDone;
    if (proves) {
      ports_.send_proof(done.member, {done.heartbeat, answer.record->key, answer.renewed});
    }
  }
  set_timer(at.now);
}

void ControllerDriver::step(const Moment& at, core::ControllerEvent event) {
  const core::RecordKey before = key();
  core::step_controller(*policy_, state_, {at.now, at.wall, at.hint, std::move(event)}, step_);
  for (const core::Event& it : step_.events) ports_.event(it);
  deadline_ = step_.next_deadline;
  const Duration read_pace = policy_->timing.detection / 2;
  if (step_.read_store && since(op_begun_, at.now) >= read_pace) begin_read(at.now);
  if (step_.write) {
    StoreOp op;
    op.verb = StoreVerb::kCas;
    op.expected = step_.write->expected;
    op.next = std::move(step_.write->next);
    op.lease_must_be_absent = step_.write->lease_must_be_absent;
    op.holder = op.next->target;
    op.lease = core::granted_lease(*policy_);
    if (HF_DEFECT(kActBeforeRecord)) push_to_all(op.next);
    begin(at.now, op, -1, 0);
  }
  if (key() != before) push_to_all(state_.record);
}

void ControllerDriver::push_to_all(const core::RecordPtr& record) {
  for (int member = 0; member < policy_->count(); ++member) ports_.push_record(member, record);
}

void ControllerDriver::begin(MonoTime now, const StoreOp& op, int member, std::uint64_t heartbeat) {
  if (pending_.full()) {
    // Reads are given up on early; a write waits for its own time.
    const auto oldest = std::find_if(pending_.begin(), pending_.end(), [](const Pending& it) {
      return it.verb != StoreVerb::kCas;
    });
    if (oldest == pending_.end()) return;
    pending_.erase_at(static_cast<std::size_t>(oldest - pending_.begin()));
  }
  const std::uint64_t token = ++tokens_;
  pending_.push_back({token, op.verb, member, heartbeat, now});
  op_begun_ = now;
  ports_.begin_store_op(op, token);
}

void ControllerDriver::begin_read(MonoTime now) { begin(now, StoreOp{}, -1, 0); }

void ControllerDriver::begin_proof(MonoTime now,
                                   int member,
                                   std::uint64_t heartbeat,
                                   const core::MemberReport& report) {
  if (state_.record == nullptr || !report.self.is_set()) return;
  const core::Record& record = *state_.record;
  const core::Incarnation leader = record.leader();
  const bool leads = report.self == leader;
  if (!leads && (leader.is_set() || report.self != record.primary)) return;
  const Duration pace = policy_->timing.lease_renewal / 2;
  // Half a pace is what an answer may take: an earlier controller's is under way until then.
  const bool stale = rank_ == 0 || report.proof_age >= pace * (rank_ + 1) + pace / 2;
  const bool due = since(proof_begun_, now) >= pace && stale;
  const bool known = proof_for_.store == record.key.store && proof_for_.epoch == record.key.epoch;
  if (!due && known) return;
  proof_begun_ = now;
  proof_for_ = record.key;
  StoreOp op;
  if (policy_->lossy_takeover && leads) {
    op.verb = StoreVerb::kRenewLease;
    op.expected = record.key;
    op.holder = leader;
    op.lease = core::granted_lease(*policy_);
  }
  begin(now, op, member, heartbeat);
}

void ControllerDriver::attend(const Moment& at) {
  for (std::size_t i = 0; i < pending_.size();) {
    const Pending it = pending_[i];
    if (since(it.begun, at.now) < kStoreTimeout) {
      ++i;
      continue;
    }
    pending_.erase_at(i);
    if (it.verb != StoreVerb::kCas) continue;
    step(at, core::WriteDone{core::WriteResult::kUnknown, nullptr});
    begin_read(at.now);
  }
  // A watch may have been missed: nothing is older than one renewal.
  const bool stale = since(op_begun_, at.now) >= policy_->timing.lease_renewal;
  if (stale) begin_read(at.now);
}

void ControllerDriver::set_timer(MonoTime now) {
  MonoTime next = std::min(deadline_, after(op_begun_, policy_->timing.lease_renewal));
  for (const Pending& it : pending_) next = std::min(next, it.begun + kStoreTimeout);
  ports_.set_timer(std::max(next, now + 1us));
}

}  // namespace holdfast::engine
