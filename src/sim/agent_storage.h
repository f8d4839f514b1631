// The durability of one agent's disk: a write takes time, may be torn away by a crash, and a drive
// that lies about fsync may give back an older state after a power cut.
#pragma once

#include <array>
#include <cstdint>

#include "base/prng.h"
#include "core/agent/agent.h"
#include "sim/kernel.h"

namespace holdfast::sim {

class AgentStorage {
 public:
  /// What a process that starts now finds.
  [[nodiscard]] const core::AgentDisk& disk() const { return disk_; }
  /// As installed: durable at once.
  void install(const core::AgentDisk& disk) { disk_ = disk; }

  /// A write is under way. Pre: no other is.
  void begin(const core::AgentDisk& disk, std::uint64_t token);
  /// The write is durable. False if there is no such write any more.
  bool finish(SimTime now, std::uint64_t token);
  /// Who wrote is gone: what was under way is durable or not, at random.
  void interrupt(SimTime now, Prng& prng);
  /// Power fails; with `lose_unsynced` also what had been confirmed within the last second may be
  /// gone.
  void power_loss(SimTime now, bool lose_unsynced, Prng& prng);
  void wipe();

 private:
  struct Former {
    SimTime until = kLongAgo;  ///< replaced at this time
    core::AgentDisk disk;
  };
  static constexpr std::size_t kFormer = 4;

  core::AgentDisk disk_;
  core::AgentDisk pending_;
  std::uint64_t token_ = 0;             ///< of the write under way, or 0
  std::array<Former, kFormer> former_;  ///< a ring of what was there before
  std::size_t formers_ = 0;
};

}  // namespace holdfast::sim
