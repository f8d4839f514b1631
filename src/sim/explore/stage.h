// Runs the real core over the cells of a world: unpacks a process's state, steps it, packs it
// again.
//
// What is not packed does not influence what the core does; pack_agent and pack_controller say why,
// field by field. A stage holds no state of the world, only scratch space.
#pragma once

#include <string>
#include <vector>

#include "core/agent/agent.h"
#include "core/controller/controller.h"
#include "sim/explore/tables.h"
#include "sim/explore/world.h"

namespace holdfast::sim::explore {

/// Receives what the core says while a path is told.
class Listener {
 public:
  virtual ~Listener() = default;
  virtual void said(const std::string& who, const core::Event& event) = 0;
};

class Stage {
 public:
  Stage(core::ClusterPolicy policy, Duration recovery);

  [[nodiscard]] const core::ClusterPolicy& policy() const { return policy_; }
  [[nodiscard]] Tables& tables() { return tables_; }
  [[nodiscard]] const Tables& tables() const { return tables_; }
  void listen(Listener* listener) { listener_ = listener; }

  // stage_agent.cc
  void tick_agent(World& world, int member);
  void look(World& world, int member);  ///< PostgreSQL changed
  void start_agent(World& world, int member);
  void show_record(World& world, int member, std::uint32_t record);
  /// A store read that saw `key`, begun when the heartbeat sent at `sent` had arrived.
  void show_proof(World& world, int member, Rel sent, const core::RecordKey& key);
  /// Its oldest waiting write is durable; what waited behind it goes on.
  void finish_persist(World& world, int member);
  [[nodiscard]] bool has_room(const World& world, int member) const;

  // stage_controller.cc
  void tick_controller(World& world, int controller);
  void hear(World& world, int controller, int member);
  void read_record(World& world, int controller, std::uint32_t record);
  void finish_write(World& world, int controller, core::WriteResult result, std::uint32_t record);
  void restart_controller(World& world, int controller);
  void order_switchover(World& world, int controller, int member);

  /// The first record, with everybody told of it and following.
  [[nodiscard]] World first_world();

 private:
  void step(World& world, int member, core::AgentEvent event, bool tick);
  void unpack_agent(const World& world, int member, bool tick);
  void unpack_marks();
  void pack_agent(World& world, int member);
  void queue_actions(World& world, int member);
  void drain_fifo(World& world, int member);
  void step(World& world, int controller, core::ControllerEvent event, bool tick);
  void unpack_controller(const World& world, int controller, bool tick);
  void pack_controller(World& world, int controller);

  core::ClusterPolicy policy_;
  Duration recovery_;
  Tables tables_;
  Listener* listener_ = nullptr;
  core::PgObservation seen_;
  core::AgentState agent_;
  core::AgentStep agent_step_;
  core::ControllerState controller_;
  core::ControllerStep controller_step_;
  std::uint32_t shown_record_ = 0;  ///< the record that the present event carries
  Rel proof_sent_ = -128;           ///< when the heartbeat left that a proof answers
};

/// Three members in three zones of one region, durability zone, with times that fit the explorer's
/// clock.
[[nodiscard]] core::ClusterPolicy small_policy(bool power_loss_protection);

}  // namespace holdfast::sim::explore
