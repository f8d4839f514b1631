#include "core/readiness/dry_run.h"

#include <algorithm>
#include <string_view>
#include <variant>

#include "core/detection/evidence.h"
#include "core/readiness/rehearsed_member.h"

namespace holdfast::core {
namespace {

/// Long enough that leases, promises and store reads are what they are on a running system.
constexpr Duration kWarmUp = 1200ms;
constexpr Duration kStoreTimeout = 1s;
constexpr Duration kGrain = 100us;  ///< nothing happens twice within it
constexpr int kController = -1;

struct Reported {
  std::uint64_t heartbeat = 0;
  MemberReport report;
};

struct Message {
  MonoTime when;
  int from = kController;
  int to = kController;
  std::variant<Reported, RecordSeen, StoreProof, PromiseRequest, PromiseGrant> what;
};

/// When the steps of the outage came to pass; kNever for those that did not.
struct Marks {
  MonoTime decided = kNever;
  MonoTime recorded = kNever;
  MonoTime chosen = kNever;
  MonoTime leading = kNever;
  MonoTime serving = kNever;
};

void set_once(MonoTime& mark, MonoTime now) {
  if (mark == kNever) mark = now;
}

Phases phases_between(MonoTime struck, const Marks& marks) {
  Phases phases;
  MonoTime before = struck;
  const auto upto = [&](MonoTime mark) {
    if (mark == kNever || mark < before || mark > marks.serving) return Duration::zero();
    const Duration took = mark - before;
    before = mark;
    return took;
  };
  phases.detect = upto(marks.decided);
  phases.decide = upto(marks.recorded);
  phases.seal = upto(marks.chosen);
  phases.promote = upto(marks.leading);
  phases.reprotect = upto(marks.serving);
  return phases;
}

class Rehearsal {
 public:
  explicit Rehearsal(const DryRunInput& input)
      : in_(input), now_(input.now), stored_(input.state.record), controller_(input.state) {
    controller_.writing = false;  // a write under way is decided again if it is still called for
    for (int i = 0; i < in_.policy.count(); ++i) {
      const MemberView& view = in_.state.members[static_cast<std::size_t>(i)];
      members_.push_back(rehearse_member(in_.policy, *stored_, view.report, i, now_));
      members_.back().up = members_.back().up && is_fresh(in_.policy, in_.state, i, now_);
    }
  }

  DryRunResult run() {
    const MonoTime struck = in_.now + kWarmUp;
    while (now_ < struck) advance(struck);
    strike();
    while (!finished()) advance(now_ + 100ms);
    return result();
  }

 private:
  void advance(MonoTime limit) {
    MonoTime next = std::min(limit, write_at_);
    if (in_.controllers_up || !struck()) next = std::min(next, controller_due_);
    for (const RehearsedMember& it : members_) {
      if (it.up) next = std::min(next, it.next());
    }
    for (const Message& it : wire_) next = std::min(next, it.when);
    now_ = std::max(next, now_ + kGrain);
    rehearse_progress(members_, in_.latencies, now_);
    deliver();
    for (RehearsedMember& it : members_) attend_agent(it);
    if (write_at_ <= now_) finish_write();
    if (controller_due_ <= now_) step(ControllerTick{});
    observe();
  }

  [[nodiscard]] bool struck() const { return struck_at_ != kNever; }

  void strike() {
    struck_at_ = now_;
    // What was measured on the real system, not the stand-in for it that replies at once.
    controller_.exposure = std::max(controller_.exposure, in_.state.exposure);
    const Incarnation leader = stored_->leader();
    for (RehearsedMember& it : members_) {
      const bool lost = (in_.lost_members >> it.agent.self & 1U) != 0;
      it.up = it.up && !lost;
      if (in_.crash && it.up && it.who() == leader) rehearse_crash(it, in_.latencies);
    }
    std::erase_if(wire_, [&](const Message& it) {
      return it.from != kController && !members_[static_cast<std::size_t>(it.from)].up;
    });
    observe();
  }

  // The controller and its store.

  [[nodiscard]] bool deciding() const { return in_.controllers_up || !struck(); }
  [[nodiscard]] bool storing() const { return in_.store_up || !struck(); }

  void step(const ControllerEvent& event) {
    controller_due_ = now_ + in_.policy.timing.heartbeat;
    if (!deciding()) return;
    const bool lasted = struck() && now_ - struck_at_ >= in_.policy.timing.detection;
    const SiteHint hint = lasted ? in_.hint : SiteHint{};
    if (storing()) controller_.store_answered_at = now_;
    step_controller(in_.policy, controller_, {now_, wall(), hint, event}, out_);
    controller_due_ = out_.next_deadline;
    if (out_.write) submit(*out_.write, out_.rule);
    if (!struck() || !std::holds_alternative<ControllerTick>(event) || out_.rule == nullptr) return;
    if (std::string_view(out_.rule->id) != "C110") waiting_ = out_.rule;
    if (in_.approve) answer_for_a_person(out_.rule->id);
  }

  void answer_for_a_person(std::string_view rule) {
    if (rule == "C240" || rule == "C420") step(OperatorCommand{OperatorVerb::kApprove, -1, false});
    if (rule == "C260" || rule == "C450")
      step(OperatorCommand{OperatorVerb::kAcceptLoss, -1, true});
  }

  void submit(const WriteRecord& write, const Rule* rule) {
    writing_ = write;
    writing_rule_ = rule;
    write_at_ = now_ + (storing() ? in_.latencies.store_write : kStoreTimeout);
  }

  void finish_write() {
    write_at_ = kNever;
    if (!storing()) return step(WriteDone{WriteResult::kUnknown, nullptr});
    const bool leased = writing_.lease_must_be_absent && lease_until_ > now_;
    if (writing_.expected != stored_->key || leased)
      return step(WriteDone{WriteResult::kConflict, stored_});
    stored_ = writing_.next;
    store_read_at_ = kLongAgo;
    if (writing_.lease_must_be_absent && stored_->target.is_set())
      lease_until_ = now_ + in_.policy.timing.lease;
    if (struck()) note_decision();
    for (const RehearsedMember& it : members_)
      send(kController, it.agent.self, RecordSeen{stored_});
    step(WriteDone{WriteResult::kWritten, stored_});
  }

  void note_decision() {
    if (writing_rule_ != nullptr) fired_.push_back(writing_rule_);
    set_once(marks_.decided, now_ - in_.latencies.store_write);
    if (stored_->phase != Phase::kPromoting) set_once(marks_.recorded, now_);
    if (stored_->phase == Phase::kPromoting)
      set_once(marks_.chosen, now_ - in_.latencies.store_write);
    lossy_ = lossy_ || stored_->lossy;
  }

  void take_report(int from, const Reported& it) {
    if (!deciding()) return;
    const Incarnation leader =
        stored_->phase == Phase::kSealing ? stored_->primary : stored_->leader();
    const bool due = since(store_read_at_, now_) >= in_.policy.timing.lease_renewal / 2;
    if (it.report.self == leader && due && storing()) prove(from, it);
    if (it.report.record < stored_->key) send(kController, from, RecordSeen{stored_});
    step(ReportReceived{from, &it.report});
  }

  void prove(int to, const Reported& it) {
    store_read_at_ = now_;
    const bool lease = in_.policy.lossy_takeover && stored_->leader() == it.report.self;
    if (lease) lease_until_ = now_ + in_.latencies.store_write + in_.policy.timing.lease;
    send(kController, to, StoreProof{it.heartbeat, stored_->key, lease}, in_.latencies.store_write);
  }

  // Members and messages.

  void attend_agent(RehearsedMember& it) {
    if (it.up && (it.changed || it.due <= now_)) step(it, Tick{});
  }

  void step(RehearsedMember& it, const AgentEvent& event) {
    it.changed = false;
    step_agent(in_.policy, it.agent, {now_, it.pg, 1, event}, agent_out_);
    it.due = agent_out_.next_deadline;
    const Rule* rule = agent_out_.events.empty() ? nullptr : agent_out_.events.back().rule;
    for (const AgentAction& action : agent_out_.actions) {
      if (const auto* report = std::get_if<SendReport>(&action)) {
        send(it.agent.self, kController, Reported{report->heartbeat, report->report});
      } else if (const auto* ask = std::get_if<SendPromiseRequest>(&action)) {
        send(it.agent.self, ask->to, ask->request);
      } else if (const auto* grant = std::get_if<SendPromiseGrant>(&action)) {
        send(it.agent.self, grant->to, grant->grant);
      } else if (const auto* command = std::get_if<PgCommand>(&action)) {
        rehearse_command(it, *command, in_.latencies, now_);
        note_command(it, *command, rule);
      }
    }
  }

  void note_command(const RehearsedMember& it, const PgCommand& command, const Rule* rule) {
    if (!struck() || rule == nullptr) return;
    if (command.verb == PgVerb::kStartPrimary) {
      fired_.push_back(rule);
      set_once(marks_.decided, now_);
    }
    const bool still_leads = stored_->leader() == it.who();
    if (command.verb == PgVerb::kStopImmediate && still_leads && fenced_ == nullptr) {
      fired_.push_back(rule);
      fenced_ = rule;
    }
  }

  [[nodiscard]] std::uint16_t region_of(int place) const {
    return place == kController ? in_.controller_region
                                : members_[static_cast<std::size_t>(place)].region;
  }

  template <class What>
  void send(int from, int to, const What& what, Duration later = {}) {
    const Duration way = round_trip(in_.latencies, region_of(from), region_of(to)) / 2;
    wire_.push_back({now_ + way + later, from, to, what});
  }

  void deliver() {
    for (std::size_t i = 0; i < wire_.size();) {
      if (wire_[i].when > now_) {
        ++i;
        continue;
      }
      const Message it = wire_[i];
      wire_.erase(wire_.begin() + static_cast<std::ptrdiff_t>(i));
      if (const auto* report = std::get_if<Reported>(&it.what)) {
        take_report(it.from, *report);
      } else {
        RehearsedMember& to = members_[static_cast<std::size_t>(it.to)];
        if (!to.up) continue;
        if (const auto* record = std::get_if<RecordSeen>(&it.what)) step(to, *record);
        if (const auto* proof = std::get_if<StoreProof>(&it.what)) step(to, *proof);
        if (const auto* ask = std::get_if<PromiseRequest>(&it.what)) step(to, *ask);
        if (const auto* grant = std::get_if<PromiseGrant>(&it.what)) step(to, *grant);
      }
    }
  }

  // What clients see.

  void observe() {
    if (!struck()) return;
    bool serves = false;
    for (const RehearsedMember& it : members_) {
      serves = serves || serves_clients(members_, it);
      if (interrupted_ && it.leads(stored_->key.epoch) && stored_->leader() == it.who())
        set_once(marks_.leading, now_);
    }
    if (!serves) {
      interrupted_ = true;
      marks_.serving = kNever;
    } else {
      set_once(marks_.serving, now_);
    }
  }

  [[nodiscard]] bool finished() const {
    const model::Timing& timing = in_.policy.timing;
    const bool whole = in_.store_up && in_.controllers_up;
    const Duration watched = now_ - struck_at_;
    if (watched >= 4 * timing.lease + 2 * timing.sick + in_.policy.promote_limit) return true;
    const bool settled = marks_.serving != kNever && stored_->phase == Phase::kSteady &&
                         stored_->pairs.size() == 1 && write_at_ == kNever;
    return settled && watched >= 4 * timing.detection + (whole ? 500ms : 2 * timing.lease);
  }

  [[nodiscard]] WallTime wall() const { return in_.wall + (now_ - in_.now); }

  DryRunResult result() {
    DryRunResult result;
    result.interrupted = interrupted_;
    result.serves = marks_.serving != kNever;
    result.lossy = lossy_;
    if (result.serves) result.leader = stored_->leader();
    if (interrupted_ && result.serves) result.phases = phases_between(struck_at_, marks_);
    result.fired = fired_;
    result.waiting = waiting_;
    result.fenced = fenced_;
    result.after = controller_;
    return result;
  }

  const DryRunInput& in_;
  MonoTime now_;
  MonoTime struck_at_ = kNever;
  RecordPtr stored_;
  ControllerState controller_;
  ControllerStep out_;
  MonoTime controller_due_ = kLongAgo;
  WriteRecord writing_;
  const Rule* writing_rule_ = nullptr;
  MonoTime write_at_ = kNever;
  MonoTime store_read_at_ = kLongAgo;
  MonoTime lease_until_ = kLongAgo;
  RehearsedMembers members_;
  AgentStep agent_out_;
  std::vector<Message> wire_;
  Marks marks_;
  bool interrupted_ = false;
  bool lossy_ = false;
  std::vector<const Rule*> fired_;
  const Rule* waiting_ = nullptr;
  const Rule* fenced_ = nullptr;
};

}  // namespace

DryRunResult dry_run(const DryRunInput& input) { return Rehearsal(input).run(); }

}  // namespace holdfast::core
