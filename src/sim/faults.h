// Carries faults out in the world, and heals them.
//
// Faults overlap freely: everything is counted, and one heals only what it has done itself.
#pragma once

#include <cstdint>
#include <vector>

#include "core/policy.h"
#include "sim/fault.h"
#include "sim/kernel.h"

namespace holdfast::sim {

class World;

class Faults : public Handler {
 public:
  explicit Faults(World& world) : world_(world) {}

  void apply(const Fault& fault);
  void heal_all();
  /// Faults that have not healed yet, or wait for their time.
  [[nodiscard]] int active() const { return active_; }

  void on_event(std::uint32_t kind, std::uint64_t a, std::uint64_t b) override;

 private:
  enum Event : std::uint32_t { kBegin, kHeal, kRecover, kRestartAgent, kRestartController };
  struct Active {
    Fault fault;
    std::uint64_t life = 0;    ///< of the process that it struck
    std::uint64_t number = 0;  ///< 0: the slot is free
    bool begun = false;
  };

  void begin(Active& it);
  void heal(std::size_t slot);
  /// Does it, or with `on` false undoes it.
  void carry_out(Active& it, bool on);

  // faults_processes.cc
  void strike_postgres(const Fault& fault, bool on);
  void strike_agent(Active& it, bool on);
  void strike_controller(Active& it, bool on);
  void restart(bool controller, int index, std::uint64_t life);
  void old_site_file(const Fault& fault, bool on);
  void operate(const Fault& fault);

  // faults_site.cc
  void switch_power(const Fault& fault, bool on);
  void change_paths(const Fault& fault, bool on);
  void change_host(const Fault& fault, bool on);
  void strike_store(const Fault& fault, bool on);
  void recover_store();

  World& world_;
  std::vector<Active> list_;    ///< slots are used again
  std::vector<int> old_files_;  ///< by region: how many faults give it another site file
  std::vector<std::vector<core::ClusterPolicy>> old_policies_;  ///< by region
  std::uint64_t numbers_ = 0;
  int active_ = 0;
};

}  // namespace holdfast::sim
