// One simulated host: its power, clocks and disks' temper, and where it stands. Processes live
// elsewhere.
#pragma once

#include <vector>

#include "base/ids.h"
#include "base/prng.h"
#include "sim/clock.h"

namespace holdfast::sim {

struct Host {
  int index = 0;
  int zone = -1;    ///< −1: outside all zones
  int region = -1;  ///< −1: outside all regions
  bool power_loss_protection = true;
  std::vector<int> instances;  ///< database members here, as indices into the world's instances
  int controller = -1;         ///< the region whose controller and store member live here

  HostClock clock;
  WallTime wall_at_start{};  ///< what its wall clock showed at the beginning of the simulation
  BootId boot;
  bool powered = true;
  int power_cuts = 0;     ///< faults that keep it off
  int suspends = 0;       ///< faults that keep it suspended
  bool replaced = false;  ///< it comes back with empty disks

  Duration extra_fsync{};
  int disk_full = 0;

  [[nodiscard]] bool running() const { return powered && suspends == 0; }
  [[nodiscard]] MonoTime now(SimTime t) const { return clock.host_time_of(t); }
  [[nodiscard]] WallTime wall(SimTime t) const { return wall_at_start + t.time_since_epoch(); }
};

/// A fresh boot: the boot-time clock begins again, and the boot has an identity of its own.
inline void boot(Host& host, SimTime now, MonoTime reading, Prng& prng) {
  host.powered = true;
  host.clock.boot(now, reading);
  host.boot = BootId{prng.next() | 1U};
}

}  // namespace holdfast::sim
