#include "node/refusal.h"

#include "core/detection/evidence.h"
#include "node/record_text.h"

namespace holdfast::node {
namespace {

std::string of_switchover(const ControllerSeat& seat, int member, MonoTime now) {
  const core::ControllerState& state = seat.driver.state();
  const core::Record& record = *state.record;
  const std::string& name = seat.host_of(member);
  const core::MemberReport& report = state.members[static_cast<std::size_t>(member)].report;
  if (report.self == record.primary) return name + " leads already.";
  if (!seat.policy.members[static_cast<std::size_t>(member)].may_lead)
    return name + " may not lead: the site file says so.";
  if (!core::is_fresh(seat.policy, state, member, now))
    return name + " is not heard by this controller.";
  return name + " does not follow the leader of epoch " + std::to_string(record.key.epoch.value) +
         " on its timeline; it must first, see `holdfast status`.";
}

}  // namespace

std::string refusal(const model::Site& site,
                    const ControllerSeat& seat,
                    const core::OperatorCommand& command,
                    MonoTime now) {
  const core::Record& record = *seat.driver.record();
  if (const core::Rule* rule = seat.driver.rule()) return rule->sentence;
  const bool moves = command.verb == core::OperatorVerb::kSwitchover ||
                     command.verb == core::OperatorVerb::kFailover;
  if (moves && record.phase != core::Phase::kSteady)
    return "The leadership is changing already (" + std::string(core::phase_name(record.phase)) +
           "); wait for its end.";
  if (command.verb == core::OperatorVerb::kSwitchover) {
    if (record.handover) {
      return "A handover to " + member_text(site, seat.config(), record.handover->to) +
             " is under way.";
    }
    return of_switchover(seat, command.member, now);
  }
  if (command.verb == core::OperatorVerb::kFailover)
    return "Too few members are heard that could be sealed: a failover could not finish.";
  return "The command does not fit the cluster's state; see `holdfast status`.";
}

}  // namespace holdfast::node
