// The exhaustive explorer: every behaviour of a small world within stated bounds, with the real
// core inside.
//
// Two ways to bound it. `full`: every interleaving of all events, breadth first, to a depth in
// events. Otherwise a default schedule runs, and every way to hold events back at most `delays`
// times is tried, to the end of the time allowed. Faults, the client and repairs may come between
// any two events in both.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/explore/event.h"
#include "sim/explore/world.h"

namespace holdfast::sim::explore {

struct ExploreOptions {
  bool full = false;
  int depth = 0;   ///< full: events from the first state; 0: no bound
  int delays = 1;  ///< otherwise: how often an event may be held back
  int faults = 1;
  int faults_within = 0;  ///< faults come only among so many first events of a path; 0: anywhere
  int quanta = 4;         ///< how often time may pass by the detection time
  int commits = 4;        ///< client writes, the warm-up's included
  int switchovers = 0;
  FaultChoice choice;
  bool slow_recovery = true;  ///< a crashed PostgreSQL would take longer than policy waits for
  bool power_loss_protection = true;
  bool mend =
      true;  ///< at the end of each path: repair everything and see that the client is served again
  std::uint64_t max_states = 1'000'000;
};

/// What to do with an event: the path to a state is a list of these.
enum class Move : Byte {
  kDo,
  kHold,     ///< it is held back until nothing else can happen
  kRelease,  ///< what was held back is free again
};

struct PathStep {
  Move move = Move::kDo;
  Event event;
};

struct ExploreResult {
  std::uint64_t states = 0;
  std::uint64_t transitions = 0;
  std::uint64_t ends = 0;    ///< paths that came to the end of their time
  std::uint64_t beyond = 0;  ///< states left out because a bound of the model was reached
  int deepest = 0;           ///< events on the longest path
  bool complete = false;     ///< everything within the bounds was seen
  Violation violation = Violation::kNone;
  std::vector<PathStep> path;  ///< to the violation, shortest known
};

/// Asked every few thousand states; false ends the exploration.
class Watch {
 public:
  virtual ~Watch() = default;
  virtual bool go_on(const ExploreResult& so_far) = 0;
};

[[nodiscard]] ExploreResult explore(const ExploreOptions& options, Watch* watch = nullptr);

/// The path retold, one line per event, with the rules that decided.
[[nodiscard]] std::string tell_path(const ExploreOptions& options, const ExploreResult& result);

/// The first state: everybody runs, follows and has reported, and one write was acknowledged.
[[nodiscard]] World warm_world(Stage& stage, const ExploreOptions& options);

/// Repairs everything and lets the default schedule run. True if another write is acknowledged in
/// time. The steps taken are appended to `path` if it is given.
bool mends(World world, Stage& stage, std::vector<PathStep>* path);

}  // namespace holdfast::sim::explore
