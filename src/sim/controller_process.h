// The controller at one place: one driver per cluster, and the view of all hosts that they share.
#pragma once

#include <memory>
#include <vector>

#include "engine/controller_driver.h"
#include "engine/site_view.h"
#include "sim/clock.h"
#include "sim/host.h"
#include "sim/packets.h"
#include "sim/pool.h"
#include "sim/process.h"

namespace holdfast::sim {

class World;

class ControllerProcess : public Process, public Handler {
 public:
  ControllerProcess(World& world, int place, Host& host);

  // What reaches it. Each may find it frozen or dead.
  void report_arrived(std::uint64_t slot);
  void store_answered(int cluster,
                      std::uint64_t caller,
                      std::uint64_t token,
                      const engine::StoreAnswer& answer);
  void watched(int cluster, const core::RecordPtr& record);
  void operate(int cluster, const core::OperatorCommand& command);
  void clock_changed();
  /// Runs with these policies, one per cluster, from now on and after restarts.
  void use_policies(const std::vector<core::ClusterPolicy>& policies);

  [[nodiscard]] const engine::ControllerDriver& driver(int cluster) const;
  [[nodiscard]] Host& host() { return host_; }

  void on_event(std::uint32_t kind, std::uint64_t a, std::uint64_t b) override;

 protected:
  void on_start() override;
  void on_kill() override;
  void run(const Work& work) override;
  void forget(const Work& work) override;

 private:
  enum WorkKind : std::uint32_t {
    kReport,  ///< a: slot of a ToController
    kNews,    ///< a: slot of a News
    kTick,    ///< a: cluster
  };
  enum Kind : std::uint32_t { kTimer = 0x380 };

  /// A store answer, a watched record or an operator's command that has reached the process.
  struct News {
    enum class Kind : std::uint8_t { kAnswer, kWatch, kOperator } kind = Kind::kAnswer;
    int cluster = 0;
    std::uint64_t token = 0;
    engine::StoreAnswer answer;
    core::OperatorCommand command;
  };

  /// One cluster's ports.
  class Seat : public engine::ControllerPorts {
   public:
    Seat(ControllerProcess& process, int cluster, const core::ClusterPolicy& policy)
        : process_(process), cluster_(cluster), driver(policy, *this, process.place_) {}

    void begin_store_op(const engine::StoreOp& op, std::uint64_t token) override;
    void push_record(int member, const core::RecordPtr& record) override;
    void send_proof(int member, const core::StoreProof& proof) override;
    void event(const core::Event& event) override;
    void set_timer(MonoTime deadline) override;

   private:
    ControllerProcess& process_;
    int cluster_;

   public:
    engine::ControllerDriver driver;
    LazyTimer timer;
    bool steady = true;   ///< the last record seen
    Duration exposure{};  ///< last told
  };

  [[nodiscard]] engine::Moment moment();
  Seat& seat(int cluster) { return *seats_[static_cast<std::size_t>(cluster)]; }
  void handle_news(const News& news);
  /// After every step: what the others of this process and the observers should know.
  void stepped(int cluster);

  World& world_;
  int place_;
  Host& host_;
  engine::SiteView site_view_;
  std::vector<std::unique_ptr<Seat>> seats_;
  Pool<News> news_;
  int under_way_ = 0;
};

}  // namespace holdfast::sim
