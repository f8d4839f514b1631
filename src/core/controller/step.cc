#include <algorithm>
#include <tuple>

#include "base/defect.h"
#include "core/controller/internal.h"

namespace holdfast::core {
namespace controller {
namespace {

constexpr Rule kNoRecord{"C100", "There is no record yet: nothing is decided."};
constexpr Rule kWriting{"C110", "A write of the record is under way: its outcome comes first."};
constexpr Rule kAhead{"C120",
                      "An agent has seen a newer record than this controller can read: the store "
                      "may be old, nothing is decided."};
constexpr Rule kRegressed{
    "C130", "A member came back with less than it had confirmed: it counts as absent."};
constexpr Rule kRefused{"C140",
                        "The operator's command does not fit the cluster's state: it is refused."};

void take_record(ControllerState& state, const RecordPtr& record, MonoTime now) {
  if (record == nullptr) return;
  if (state.record != nullptr && record->key <= state.record->key) return;
  state.record = record;
  state.record_since = now;
}

/// The most advanced position this incarnation ever reported; less than that means lost writes.
bool regressed(const MemberView& view, const MemberReport& report) {
  return report.sealed_final && report.self == view.report.self && report.self.is_set() &&
         report.position < view.reached;
}

/// What a lossy takeover could lose, as time: how far the nearest candidate is behind at the
/// leader's last word, and what a leader that is cut off may still acknowledge until its leases
/// end.
void measure_exposure(const ClusterPolicy& policy,
                      ControllerState& state,
                      const MemberReport& leader,
                      MonoTime now) {
  if (!policy.lossy_takeover) return;
  for (const SenderReport& sender : leader.senders) {
    if (!state.record->candidates.contains(sender.standby) || sender.behind > 24h) continue;
    state.candidate_synced_at = std::max(state.candidate_synced_at, now - sender.behind);
  }
  if (state.candidate_synced_at == kLongAgo) return;
  state.exposure =
      (now - state.candidate_synced_at) + policy.timing.lease + policy.timing.heartbeat;
}

/// A leader that is not heard here may be acknowledging writes all the same.
void grow_exposure(ControllerState& state, MonoTime now) {
  if (state.candidate_synced_at == kLongAgo) return;
  state.exposure = std::max(state.exposure, since(state.candidate_synced_at, now));
}

void note_leader(const ClusterPolicy& policy,
                 ControllerState& state,
                 const MemberReport& report,
                 bool heard_before,
                 MonoTime now) {
  if (state.record == nullptr || report.self != state.record->leader()) return;
  if (!heard_before) state.leader_heard_since = now;
  if (report.state != PgState::kPrimary || report.leads != state.record->key.epoch) {
    state.leading_seen = Epoch{};
    return;
  }
  if (state.leading_seen != report.leads) {
    state.leading_seen = report.leads;
    state.leading_seen_at = now;
  }
  for (const SenderReport& sender : report.senders) {
    MemberView& view = state.members[sender.standby.member];
    const MonoTime alive =
        sender.reply_age >= since(kLongAgo, now) ? kLongAgo : now - sender.reply_age;
    const bool same = !view.report.self.is_set() || view.report.self == sender.standby;
    if (same) view.sender_alive_at = std::max(view.sender_alive_at, alive);
  }
  if (report.open) state.open_seen_at = now;
  measure_exposure(policy, state, report, now);
}

/// Networks reorder: what was said earlier adds nothing.
bool is_late(const MemberView& view, const MemberReport& report) {
  const MemberReport& last = view.report;
  if (view.heard == kLongAgo || report.boot != last.boot) return false;
  return std::tie(report.agent_started, report.heartbeat) <
         std::tie(last.agent_started, last.heartbeat);
}

void take_report(const ClusterPolicy& policy,
                 ControllerState& state,
                 const ReportReceived& received,
                 MonoTime now,
                 ControllerStep& out) {
  MemberView& view = state.members[static_cast<std::size_t>(received.member)];
  const MemberReport& report = *received.report;
  if (is_late(view, report)) return;
  const bool lost_writes = regressed(view, report);
  const bool was = view.report.regressed && report.self == view.report.self;
  if (report.self != view.report.self) {
    view.reached = Position{};
    view.sender_alive_at = kLongAgo;
  }
  const bool well = report.state == PgState::kStandby && !report.sick;
  const bool heard_before =
      report.self == view.report.self && is_fresh(policy, state, received.member, now);
  if (!well || !heard_before) view.well_since = now;
  view.heard = now;
  view.report = report;
  view.report.regressed = report.regressed || lost_writes || was;
  if (lost_writes && !was) out.events.push_back({&kRegressed, report.self, {}, {}});
  const bool reliable = report.state == PgState::kStandby || report.state == PgState::kPrimary;
  if (reliable && report.self.is_set()) view.reached = std::max(view.reached, report.position);
  state.ahead = std::max(state.ahead, report.record);
  note_leader(policy, state, view.report, heard_before, now);
}

/// After a silence of the store this controller was cut off itself, or could have been.
void note_answer(const ClusterPolicy& policy,
                 ControllerState& state,
                 MonoTime asked,
                 MonoTime now) {
  if (asked == kLongAgo) return;  // a watch showed it
  const MonoTime unanswered = std::max(state.store_wanted_since, state.store_answered_at);
  if (state.store_wanted_since != kNever && asked - unanswered >= policy.timing.detection)
    state.store_back_at = now;
  state.store_answered_at = std::max(state.store_answered_at, asked);
}

void take_write(ControllerState& state, const WriteDone& done, MonoTime now) {
  take_record(state, done.record, now);
  state.writing = false;
}

void operate(View& v, const OperatorCommand& command, ControllerStep& out) {
  const Record& record = v.record();
  const bool steady = record.phase == Phase::kSteady;
  switch (command.verb) {
    case OperatorVerb::kApprove: v.state.approved = record.key; return;
    case OperatorVerb::kAcceptLoss:
      if (!command.powered_off) return tell(v, out, kRefused);
      v.state.accept_loss_for = record.key.epoch;
      return;
    case OperatorVerb::kResume: {
      Record next = record;
      next.key.revision = next.key.revision.next();
      next.halted = false;
      next.same_cause = 0;
      next.failovers.clear();
      return propose(v, out, next);
    }
    case OperatorVerb::kFailover:
      if (!steady || !v.evidence.can_seal) return tell(v, out, kRefused);
      return propose(v, out, draft_sealing(v, Cause::kOperator, true, false));
    case OperatorVerb::kSwitchover: {
      if (!steady || record.handover || command.member < 0 || command.member >= v.policy.count()) {
        return tell(v, out, kRefused);
      }
      const MemberReport& report = v.state.members[static_cast<std::size_t>(command.member)].report;
      const bool fit = v.fresh(command.member) && report.following == record.key.epoch &&
                       report.timeline == record.timeline() && report.self != record.primary &&
                       v.policy.members[static_cast<std::size_t>(command.member)].may_lead;
      if (!fit) return tell(v, out, kRefused);
      Record next = record;
      next.key.revision = next.key.revision.next();
      next.handover = Handover{report.self};
      return propose(v, out, next);
    }
  }
}

std::span<const Row> rows_for(Phase phase) {
  switch (phase) {
    case Phase::kSteady: return steady_rows();
    case Phase::kSealing: return sealing_rows();
    case Phase::kPromoting: return promoting_rows();
  }
  return steady_rows();
}

const Rule* guard(const ControllerState& state) {
  if (state.record == nullptr) return &kNoRecord;
  if (state.writing) return &kWriting;
  if (state.ahead > state.record->key && !HF_DEFECT(kStoreRestoredUnnoticed)) return &kAhead;
  return nullptr;
}

void decide(View& view, ControllerStep& out) {
  for (const Row& row : rows_for(view.record().phase)) {
    if (!row.matches(view)) continue;
    out.rule = &row.rule;
    row.act(view, out);
    if (row.rule.id[2] != '9' || row.rule.id[3] != '9')
      tell(view, out, row.rule, view.record().leader());
    return;
  }
}

void note_stall(const ClusterPolicy& policy, ControllerState& state, MonoTime now) {
  const Duration limit =
      std::max<Duration>(2 * policy.timing.heartbeat, policy.timing.detection / 2);
  if (since(state.stepped_at, now) > limit) state.awake_since = now;
  state.stepped_at = now;
}

}  // namespace

std::span<const Rule* const> guard_rules() {
  static constexpr const Rule* kGuards[] = {&kNoRecord, &kWriting, &kAhead, &kRegressed, &kRefused};
  return kGuards;
}

void propose(View& view, ControllerStep& out, Record next, bool lease_must_be_absent) {
  const RecordKey expected = view.record().key;
  // What was approved for this record holds for the failover that it leads to.
  if (view.state.approved == expected && next.phase == Phase::kSealing)
    view.state.approved = next.key;
  out.write = WriteRecord{expected,
                          std::make_shared<const Record>(std::move(next)),
                          lease_must_be_absent && !HF_DEFECT(kLeaseGrantedTwice)};
  view.state.writing = true;
  view.state.writing_since = view.now;
}

void tell(View& view, ControllerStep& out, const Rule& rule, Incarnation subject, Duration amount) {
  ControllerState& state = view.state;
  if (state.told_for != view.record().key) {
    state.told_for = view.record().key;
    state.told = 0;
  }
  // The number in a rule's identifier picks its bit; two rows of one phase never share one.
  const int number = (rule.id[1] - '0') * 100 + (rule.id[2] - '0') * 10 + (rule.id[3] - '0');
  const auto bit = static_cast<std::uint64_t>(number % 64);
  if ((state.told >> bit & 1U) != 0) return;
  state.told |= std::uint64_t{1} << bit;
  out.events.push_back({&rule, subject, view.record().key.epoch, amount});
}

}  // namespace controller

void step_controller(const ClusterPolicy& policy,
                     ControllerState& state,
                     const ControllerInput& input,
                     ControllerStep& out) {
  out.clear();
  while (state.members.count() < policy.count()) state.members.push_back({});
  controller::note_stall(policy, state, input.now);
  if (const auto* report = std::get_if<ReportReceived>(&input.event)) {
    controller::take_report(policy, state, *report, input.now, out);
  } else if (const auto* read = std::get_if<RecordRead>(&input.event)) {
    controller::take_record(state, read->record, input.now);
    controller::note_answer(policy, state, read->asked, input.now);
  } else if (const auto* done = std::get_if<WriteDone>(&input.event)) {
    controller::take_write(state, *done, input.now);
  }
  controller::grow_exposure(state, input.now);
  out.next_deadline = input.now + policy.timing.heartbeat / 2;
  if (const Rule* rule = controller::guard(state)) {
    out.rule = rule;
    return;
  }
  controller::View view{
      policy, state, input.now, input.wall, input.hint, weigh(policy, state, input.now)};
  if (view.evidence.next != kNever)
    out.next_deadline = std::min(out.next_deadline, view.evidence.next + 1us);
  out.read_store = view.evidence.silence >= 2 * policy.timing.heartbeat;
  if (!out.read_store) state.store_wanted_since = kNever;
  if (out.read_store && state.store_wanted_since == kNever) state.store_wanted_since = input.now;
  if (const auto* command = std::get_if<OperatorCommand>(&input.event)) {
    return controller::operate(view, *command, out);
  }
  controller::decide(view, out);
}

}  // namespace holdfast::core
