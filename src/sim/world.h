// The simulated site: hosts, network, store, PostgreSQL instances, agents and controllers, built
// from a Site.
//
// It owns the kernel and everything that runs under it. The same engine and core run here as on
// real hosts; only the ports differ. A seed and its options determine a run completely.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "core/policy.h"
#include "model/site.h"
#include "sim/agent_process.h"
#include "sim/checkers/truth.h"
#include "sim/controller_process.h"
#include "sim/faults.h"
#include "sim/gateway.h"
#include "sim/host.h"
#include "sim/instance.h"
#include "sim/kernel.h"
#include "sim/network.h"
#include "sim/observers.h"
#include "sim/packets.h"
#include "sim/pool.h"
#include "sim/routing.h"
#include "sim/store.h"

namespace holdfast::sim {

struct SimOptions {
  std::uint64_t seed = 1;
  PgTiming postgres;
  NetTiming net;
};

class World : public Truth, private PacketSink, private StoreSite {
 public:
  World(const model::Site& site, const SimOptions& options);
  World(const World&) = delete;
  World& operator=(const World&) = delete;
  ~World() override = default;

  /// Before start(): everyone who watches, in order. Must outlive the world's run.
  void add_observer(Observer& observer) { observers_.add(observer); }
  /// Installs the first record of every cluster, starts all processes and runs until every cluster
  /// is open, protected and followed by all its members. False if that takes longer than `limit`.
  bool start(Duration limit = 60s);
  void run_until(SimTime t) { kernel_.run_until(t); }
  void run_for(Duration d) { kernel_.run_until(kernel_.now() + d); }

  /// Now, or when its time comes. Heals by itself after `lasts`; if that is 0, only with
  /// heal_all().
  void apply(const Fault& fault) { faults_.apply(fault); }
  /// Ends all faults at once; those that have not begun yet never do.
  void heal_all() { faults_.heal_all(); }

  /// Every cluster has a steady record with one proven set, is open, and all its members stream.
  [[nodiscard]] bool settled() const;

  // The parts.
  [[nodiscard]] Kernel& kernel() { return kernel_; }
  [[nodiscard]] Network& network() { return network_; }
  [[nodiscard]] Store& store() { return *store_; }
  [[nodiscard]] Gateway& gateway() { return gateway_; }  ///< also the clients' port
  [[nodiscard]] Routing& routing() { return routing_; }
  [[nodiscard]] Observers& observers() { return observers_; }
  [[nodiscard]] const SimOptions& options() const { return options_; }
  [[nodiscard]] const model::Site& site() const { return site_; }

  [[nodiscard]] int hosts() const { return static_cast<int>(hosts_.size()); }
  [[nodiscard]] int controllers() const { return static_cast<int>(controllers_.size()); }
  [[nodiscard]] int instances() const { return static_cast<int>(instances_.size()); }
  [[nodiscard]] int members(int cluster) const { return policy(cluster).count(); }
  [[nodiscard]] Host& host(int index) { return hosts_[static_cast<std::size_t>(index)]; }
  [[nodiscard]] Host& host_of(MemberRef ref) { return instance(ref).host(); }
  [[nodiscard]] int index_of(MemberRef ref) const;
  [[nodiscard]] Instance& instance(int index) {
    return *instances_[static_cast<std::size_t>(index)];
  }
  [[nodiscard]] Instance& instance(MemberRef ref) { return instance(index_of(ref)); }
  /// Null on a host without members.
  [[nodiscard]] AgentProcess* agent(int host) {
    return agents_[static_cast<std::size_t>(host)].get();
  }
  [[nodiscard]] ControllerProcess& controller(int place) {
    return *controllers_[static_cast<std::size_t>(place)];
  }
  [[nodiscard]] Prng& prng() { return prng_; }

  // Truth.
  [[nodiscard]] int clusters() const override { return static_cast<int>(policies_.size()); }
  [[nodiscard]] const core::ClusterPolicy& policy(int cluster) const override {
    return policies_[static_cast<std::size_t>(cluster)];
  }
  [[nodiscard]] const std::vector<core::ClusterPolicy>& policies() const { return policies_; }
  [[nodiscard]] const std::vector<WalEntry>& wal(MemberRef member) const override;
  [[nodiscard]] Lsn flushed(MemberRef member) const override;
  [[nodiscard]] const core::PgObservation& observation(MemberRef member) const override;

  // Messages between processes.
  [[nodiscard]] Pool<ToAgent>& to_agent() { return to_agent_; }
  [[nodiscard]] Pool<ToController>& to_controller() { return to_controller_; }
  void send_to_agent(int from_host, MemberRef to, const core::AgentEvent& event);
  void send_report(Instance& from, std::uint64_t heartbeat, const core::MemberReport& report);
  void send_postgres(Instance& from, int to_member, const PgMessage& message);

  // Power; used by faults. `begins` or the end of one fault.
  void power(Host& host, bool begins);
  void suspend(Host& host, bool begins);
  void change_clock(Host& host, std::int64_t ppm);

  /// Messages, calls and store operations under way: bounded, whatever happens.
  [[nodiscard]] std::size_t under_way() const;

 private:
  void build_hosts();
  void set_latencies();
  void build_processes();
  void install(int cluster, std::vector<core::RecordPtr>& records);
  void start_processes(Host& host);
  void power_off(Host& host);
  void power_on(Host& host);
  /// Every member on this host has data on another host, too.
  bool has_other_copies(const Host& host);
  [[nodiscard]] bool settled(int cluster) const;

  // PacketSink.
  void on_packet(int from, int to, Packet packet) override;
  void retain(Packet packet) override;
  void release(Packet packet) override;

  // StoreSite.
  bool host_running(int host) override { return this->host(host).running(); }
  MonoTime host_now(int host) override { return this->host(host).now(kernel_.now()); }
  Duration extra_fsync(int host) override { return this->host(host).extra_fsync; }
  void store_answered(int place,
                      int cluster,
                      std::uint64_t caller,
                      std::uint64_t token,
                      const engine::StoreAnswer& answer) override;
  void store_watched(int place, int cluster, const core::RecordPtr& record) override;
  void record_changed(int cluster,
                      SimTime asked,
                      const core::RecordPtr& before,
                      const core::RecordPtr& after) override;

  const model::Site site_;
  const SimOptions options_;
  Kernel kernel_;
  Prng prng_;
  Observers observers_;
  std::vector<core::ClusterPolicy> policies_;
  std::vector<Host> hosts_;  ///< the site's, then one controller host per region
  Network network_;
  std::unique_ptr<Store> store_;
  Routing routing_;
  Gateway gateway_;
  Pool<ToAgent> to_agent_;
  Pool<ToController> to_controller_;
  Pool<ToPostgres> to_postgres_;
  std::vector<std::unique_ptr<AgentProcess>> agents_;  ///< by host
  std::vector<std::unique_ptr<Instance>> instances_;
  std::vector<int> first_instance_;                              ///< by cluster
  std::vector<std::unique_ptr<ControllerProcess>> controllers_;  ///< by region
  Faults faults_;
};

}  // namespace holdfast::sim
