// Steps one member's agent and carries its actions out, strictly in order.
//
// Nothing passes a Persist that is not durable yet, whichever step it came from: what the agent
// says or does is always on disk first. When the process dies, so does everything that still waits
// here.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "engine/ports.h"

namespace holdfast::engine {

class AgentDriver {
 public:
  /// `policy` and `ports` must outlive the driver.
  AgentDriver(const core::ClusterPolicy& policy, int self, AgentPorts& ports);

  /// One step of the core. Begins with AgentStarted; `fresh_life` is a random number.
  void handle(MonoTime now,
              const core::PgObservation& pg,
              std::uint32_t fresh_life,
              core::AgentEvent event);
  /// The write that was begun with this token is durable.
  void persisted(std::uint64_t token);
  /// The process is gone: a new one begins with AgentStarted.
  void crash();

  [[nodiscard]] const core::AgentState& state() const { return state_; }
  /// Actions that wait for a write.
  [[nodiscard]] std::size_t waiting() const { return queue_.size() - head_; }

 private:
  void perform(const core::AgentAction& action);
  void enqueue(core::AgentAction& action);
  [[nodiscard]] bool command_waits() const;

  const core::ClusterPolicy& policy_;
  AgentPorts& ports_;
  core::AgentState state_;
  core::AgentStep step_;
  std::vector<core::AgentAction> queue_;  ///< from head_ on; reused
  std::size_t head_ = 0;
  std::uint64_t in_flight_ = 0;  ///< token of the write under way, or 0
  std::uint64_t tokens_ = 0;
  core::PgObservation held_;  ///< the observation while a command waits here
};

}  // namespace holdfast::engine
