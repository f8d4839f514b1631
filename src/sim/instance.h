// One member on its host: PostgreSQL, its guardian, its agent's disk, and the agent's driver behind
// real ports.
#pragma once

#include "engine/agent_driver.h"
#include "sim/agent_storage.h"
#include "sim/clock.h"
#include "sim/guardian.h"
#include "sim/host.h"
#include "sim/postgres.h"
#include "sim/process.h"

namespace holdfast::sim {

class World;

class Instance : public PgEnvironment, public engine::AgentPorts, public Handler {
 public:
  /// Kinds of work for the host's agent process; a: instance.
  enum AgentWork : std::uint32_t {
    kMessage,  ///< b: slot of a ToAgent
    kTick,
    kPgChanged,
    kPersisted,  ///< b: token
  };

  Instance(World& world,
           int index,
           MemberRef ref,
           Host& host,
           Process& agent,
           const core::ClusterPolicy& policy,
           Prng prng);

  [[nodiscard]] Postgres& postgres() { return postgres_; }
  [[nodiscard]] const Postgres& postgres() const { return postgres_; }
  [[nodiscard]] MemberRef ref() const { return ref_; }
  [[nodiscard]] Host& host() { return host_; }
  [[nodiscard]] const engine::AgentDriver& driver() const { return driver_; }
  [[nodiscard]] AgentStorage& storage() { return storage_; }
  [[nodiscard]] Guardian& guardian() { return guardian_; }

  // The agent process's part for this member.
  void agent_started();
  void agent_killed();
  void agent_work(const Process::Work& work);

  // The host's power.
  void power_loss();
  void replace_disk();
  void suspend();
  void resume();
  void boot();
  void clock_changed();

  // Faults of PostgreSQL; counted.
  void hang(bool begins);
  void slow(Duration by);  ///< negative: heals
  void poison(bool begins);
  /// The host's wall clock goes by `by` more; nothing of ours counts on it.
  void wall_jumped(Duration by);

  // PgEnvironment.
  Kernel& kernel() override;
  Prng& prng() override { return prng_; }
  MonoTime host_now() override { return host_.now(kernel().now()); }
  MonoTime host_time_of(SimTime t) override { return host_.clock.host_time_of(t); }
  Duration extra_fsync() override { return host_.extra_fsync; }
  bool disk_full() override { return host_.powered && host_.disk_full > 0; }
  const PgTiming& timing() override;
  Observer& observer() override;
  MemberRef self() override { return ref_; }
  void send(int member, const PgMessage& message) override;
  Postgres* reachable_instance(int member) override;
  void changed() override;
  void client_done(WriteId write, ClientResult result) override;

  // engine::AgentPorts.
  void persist(const core::AgentDisk& disk, std::uint64_t token) override;
  void postgres(const core::PgCommand& command) override;
  void send_report(const core::SendReport& it) override;
  void send_promise_request(int to, const core::PromiseRequest& request) override;
  void send_promise_grant(int to, const core::PromiseGrant& grant) override;
  void arm_guardian(MonoTime deadline) override;
  void event(const core::Event& event) override;
  void set_timer(MonoTime deadline) override;

  void on_event(std::uint32_t kind, std::uint64_t a, std::uint64_t b) override;

 private:
  enum Kind : std::uint32_t { kTimer = 0x280, kPersistDone, kChangeSeen };

  void step(core::AgentEvent event);
  void persist_done(std::uint64_t token);
  void post(AgentWork work, std::uint64_t b = 0);

  World& world_;
  int index_;
  MemberRef ref_;
  Host& host_;
  Process& agent_;
  Prng prng_;
  Postgres postgres_;
  Guardian guardian_;
  AgentStorage storage_;
  engine::AgentDriver driver_;
  LazyTimer timer_;
  std::uint64_t held_ = 0;  ///< a write that would have ended while the host was suspended
  bool change_pending_ = false;
  int hangs_ = 0;
  Duration slow_by_{};
  int poisons_ = 0;
};

}  // namespace holdfast::sim
