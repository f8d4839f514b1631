#include <algorithm>
#include <tuple>

#include "core/routing/routing.h"

namespace holdfast::core {
namespace routing {
namespace {

/// Networks reorder: what was said earlier adds nothing.
bool is_late(const HeardMember& known, const MemberReport& report) {
  const MemberReport& last = known.report;
  if (known.heard == kLongAgo || report.boot != last.boot) return false;
  return std::tie(report.agent_started, report.heartbeat) <
         std::tie(last.agent_started, last.heartbeat);
}

void take_report(RoutingState& state, const ReportReceived& received, MonoTime now) {
  const bool known =
      received.report != nullptr && received.member >= 0 && received.member < state.members.count();
  if (!known) return;
  HeardMember& it = state.members[static_cast<std::size_t>(received.member)];
  const MemberReport& report = *received.report;
  if (is_late(it, report)) return;
  it.heard = now;
  it.report = report;
  Epoch& newest = state.memory.newest;
  newest = std::max({newest, report.record.epoch, report.leads});
}

}  // namespace

Epoch View::opened_epoch() const {
  return opened == kNobody ? Epoch{} : state.members[static_cast<std::size_t>(opened)].report.leads;
}

const HeardMember& View::writer() const {
  return state.members[static_cast<std::size_t>(state.memory.writer)];
}

View look(const ClusterPolicy& policy, RoutingState& state, MonoTime now) {
  View view{policy, state, now, kNobody};
  for (int i = 0; i < state.members.count(); ++i) {
    const MemberReport& report = state.members[static_cast<std::size_t>(i)].report;
    const bool open = report.open && report.state == PgState::kPrimary && report.leads.is_set();
    if (!open || report.leads < state.memory.newest) continue;
    // Of two that claim the same epoch, which cannot be, the one that has the clients keeps them.
    const bool keeps = report.leads == view.opened_epoch() && i == state.memory.writer;
    if (report.leads > view.opened_epoch() || keeps) view.opened = i;
  }
  return view;
}

}  // namespace routing

RoutingState routing_state(const ClusterPolicy& policy, const RoutingMemory& memory, MonoTime now) {
  RoutingState state;
  state.memory = memory;
  if (memory.writer < 0 || memory.writer >= policy.count()) state.memory.writer = kNobody;
  state.since = now;
  for (int i = 0; i < policy.count(); ++i) state.members.push_back({});
  return state;
}

void step_routing(const ClusterPolicy& policy,
                  RoutingState& state,
                  const RoutingInput& input,
                  RoutingStep& out) {
  out.clear();
  if (const auto* received = std::get_if<ReportReceived>(&input.event))
    routing::take_report(state, *received, input.now);
  routing::View view = routing::look(policy, state, input.now);
  for (const routing::Row& row : routing::rows()) {
    if (!row.matches(view)) continue;
    row.act(view, out);
    out.rule = &row.rule;
    break;
  }
  if (out.rule != state.rule || out.moved) {
    const int subject =
        out.former != kNobody && state.memory.writer == kNobody ? out.former : state.memory.writer;
    const Incarnation who = subject == kNobody
                                ? Incarnation{}
                                : state.members[static_cast<std::size_t>(subject)].report.self;
    out.events.push_back({out.rule, who, state.memory.epoch, {}});
  }
  state.rule = out.rule;
  // From then on the writer is silent, unless it is heard before.
  if (view.has_writer()) {
    const MonoTime silence = after(view.writer().heard, routing::silence_limit(policy));
    if (silence > input.now) out.next_deadline = silence;
  }
}

}  // namespace holdfast::core
