// Faults of processes: PostgreSQL, agents, controllers, and the people who give them commands.

#include <algorithm>

#include "sim/world.h"

namespace holdfast::sim {
namespace {

/// A supervisor needs at least this long to start a process again.
constexpr Duration kRestartMin = 10ms;

Duration restart_delay(const Fault& fault) { return std::max(Duration(fault.amount), kRestartMin); }

/// How another site file differs: a controller that is in more of a hurry, or in less.
core::ClusterPolicy with_other_timing(core::ClusterPolicy policy, std::int64_t percent) {
  constexpr std::int64_t kDefaultPercent = 60;
  const std::int64_t share = percent > 0 ? percent : kDefaultPercent;
  const auto scale = [share](Duration& it) { it = Duration(it.count() * share / 100); };
  model::Timing& timing = policy.timing;
  scale(timing.detection);
  scale(timing.sick);
  scale(timing.crash_restart);
  scale(timing.failover_window);
  timing.detection = std::max<Duration>(timing.detection, timing.heartbeat);
  return policy;
}

}  // namespace

void Faults::strike_postgres(const Fault& fault, bool on) {
  const bool one_host = fault.kind != FaultKind::kPoison;
  const int cluster = one_host ? fault.b : fault.a;
  for (int i = 0; i < world_.instances(); ++i) {
    Instance& it = world_.instance(i);
    if (it.ref().cluster != cluster) continue;
    if (one_host && it.host().index != fault.a) continue;
    if (fault.kind == FaultKind::kPoison) it.poison(on);
    if (fault.kind == FaultKind::kHangPostgres) it.hang(on);
    if (fault.kind == FaultKind::kSlowPostgres) it.slow((on ? 1 : -1) * Duration(fault.amount));
    if (!on || !it.host().running()) continue;
    if (fault.kind == FaultKind::kKillPostgres) it.postgres().kill(false);
    if (fault.kind == FaultKind::kCancelWaits) it.postgres().cancel_waits();
  }
}

void Faults::strike_agent(Active& it, bool on) {
  AgentProcess* const agent = world_.agent(it.fault.a);
  if (agent == nullptr) return;
  if (it.fault.kind == FaultKind::kFreezeAgent) {
    if (on && agent->alive()) {
      it.life = agent->life();
      agent->freeze();
    } else if (!on && agent->life() == it.life) {
      agent->thaw();
    }
    return;
  }
  if (!on) return;
  agent->kill();
  world_.kernel().in(restart_delay(it.fault),
                     *this,
                     kRestartAgent,
                     static_cast<std::uint64_t>(it.fault.a),
                     agent->life());
}

void Faults::strike_controller(Active& it, bool on) {
  ControllerProcess& controller = world_.controller(it.fault.a);
  if (it.fault.kind == FaultKind::kFreezeController) {
    if (on && controller.alive()) {
      it.life = controller.life();
      controller.freeze();
    } else if (!on && controller.life() == it.life) {
      controller.thaw();
    }
    return;
  }
  if (!on) return;
  controller.kill();
  world_.kernel().in(restart_delay(it.fault),
                     *this,
                     kRestartController,
                     static_cast<std::uint64_t>(it.fault.a),
                     controller.life());
}

/// The supervisor of a killed process starts it again, unless a boot of the host has done so
/// meanwhile.
void Faults::restart(bool controller, int index, std::uint64_t life) {
  Process& process = controller ? static_cast<Process&>(world_.controller(index))
                                : static_cast<Process&>(*world_.agent(index));
  const Host& host = controller ? world_.controller(index).host() : world_.host(index);
  if (process.alive() || process.life() != life || !host.powered) return;
  process.start(host.suspends > 0 ? 1 : 0);
}

void Faults::old_site_file(const Fault& fault, bool on) {
  const auto place = static_cast<std::size_t>(fault.a);
  old_files_.resize(static_cast<std::size_t>(world_.controllers()));
  old_policies_.resize(static_cast<std::size_t>(world_.controllers()));
  old_files_[place] += on ? 1 : -1;
  if (old_files_[place] == 0) return world_.controller(fault.a).use_policies(world_.policies());
  if (!on) return;
  std::vector<core::ClusterPolicy>& other = old_policies_[place];
  other.clear();
  for (const core::ClusterPolicy& policy : world_.policies()) {
    other.push_back(with_other_timing(policy, fault.amount));
  }
  world_.controller(fault.a).use_policies(other);
}

void Faults::operate(const Fault& fault) {
  core::OperatorCommand command;
  command.verb = static_cast<core::OperatorVerb>(fault.b);
  command.member = fault.c;
  command.powered_off = fault.amount != 0;
  // A person turns to the first controller that answers.
  for (int place = 0; place < world_.controllers(); ++place) {
    ControllerProcess& it = world_.controller(place);
    if (!it.alive() || it.frozen() || !it.host().running()) continue;
    return it.operate(fault.a, command);
  }
}

}  // namespace holdfast::sim
