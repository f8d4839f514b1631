// What would happen now: for each thing that could be lost, who would take over, how long clients
// would wait, what could be lost, and what stands in the way.
//
// The answers come from the real rules, run dry; the times from latencies that are handed in.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/controller/controller.h"
#include "model/site.h"

namespace holdfast::core {

/// One thing that could be lost, now and for long.
struct Loss {
  enum class Kind : std::uint8_t {
    kProcess,      ///< PostgreSQL of the primary; `index` is its host
    kHost,         ///< `index` is the host
    kZone,         ///< `index` is the zone
    kRegion,       ///< `index` is the region; its store member and controller too
    kStore,        ///< the majority of the store
    kControllers,  ///< every controller
  };
  Kind kind = Kind::kHost;
  model::Index index = model::kNoIndex;

  friend bool operator==(const Loss&, const Loss&) = default;
};

/// "host db-east-a", "region east", "the store"
[[nodiscard]] std::string loss_text(const model::Site& site, const Loss& loss);

/// How long the steps of a failover take here: measured, or expected.
struct Latencies {
  Duration store_write = 35ms;  ///< a compare-and-swap, or a linearizable read
  Duration same_region_rtt = 1ms;
  Duration cross_region_rtt = 30ms;
  Duration seal = 10ms;
  Duration promote = 20ms;
  Duration recovery = 100ms;  ///< a start after a crash
  Duration apply = 5ms;       ///< any other command: a reload, opening, a clean stop
};

/// The outage, in the order in which it passes.
struct Phases {
  Duration detect{};     ///< until the decision is made
  Duration decide{};     ///< until it is recorded
  Duration seal{};       ///< until every recorded pair is sealed, or leases have ended
  Duration promote{};    ///< until the target leads
  Duration reprotect{};  ///< until a barrier is acknowledged and clients are in

  [[nodiscard]] Duration total() const { return detect + decide + seal + promote + reprotect; }
};

enum class Outcome : std::uint8_t {
  kGoesOn,  ///< clients notice nothing
  kPauses,  ///< clients wait; the same member leads afterwards
  kMoves,   ///< another member takes over
  kStops,   ///< no service until something or someone helps
};

/// What acknowledged writes survive at this moment.
struct Posture {
  model::Durability protects = model::Durability::kNone;
  /// What a loss beyond the protection would take: zero if nothing, the measured lag where a
  /// candidate follows, Duration::max() where nobody does.
  Duration exposure{};
};

[[nodiscard]] Posture posture_of(const ClusterPolicy& policy, const ControllerState& state);

/// What one data class would suffer.
struct ClassForecast {
  model::Index data_class = 0;
  Duration loses{};
  bool within_rpo = true;
  bool within_rto = true;
};

struct Forecast {
  Loss loss;
  model::Index cluster = 0;
  Outcome outcome = Outcome::kGoesOn;
  int target = -1;  ///< the member that leads afterwards, or -1
  std::vector<const Rule*> fired;
  bool automatic = true;  ///< no person is asked
  bool lossy = false;
  Phases phases;  ///< all zero if clients notice nothing; with a person, what follows their answer
  Duration
      loses{};  ///< what had been acknowledged, as time; Duration::max(): all that was lost with it
  /// What keeps clients out, asks for a person, or (if it goes on) would hold up the next failover.
  const Rule* blocked_by = nullptr;
  Posture after;
  std::vector<ClassForecast> classes;
};

/// One cluster as a controller knows it. Pre: `state` holds a record.
struct ClusterView {
  model::Index cluster = 0;
  const ClusterPolicy* policy = nullptr;
  const ControllerState* state = nullptr;
};

struct ReadinessInput {
  const model::Site& site;
  std::span<const ClusterView> clusters;
  MonoTime now;
  WallTime wall;
  Latencies latencies{};
};

/// The losses that touch this cluster, smallest first: its primary's process, the hosts, zones and
/// regions of its members, the store, the controllers.
[[nodiscard]] std::vector<Loss> losses_of(const model::Site& site, const ClusterView& view);

[[nodiscard]] Forecast forecast(const ReadinessInput& input,
                                const ClusterView& view,
                                const Loss& loss);

/// Every cluster of the input, every loss that touches it.
[[nodiscard]] std::vector<Forecast> forecast_all(const ReadinessInput& input);

/// The sentences of forecasts where no decision table has one.
[[nodiscard]] std::span<const Rule* const> readiness_rules();

[[nodiscard]] const char* outcome_name(Outcome outcome);

}  // namespace holdfast::core
