// The values every decision speaks of: incarnations, positions, pairs and the cluster's record.
//
// A record is immutable once made and shared by pointer; it changes only by compare-and-swap in the
// store.
#pragma once

#include <compare>
#include <cstdint>
#include <memory>
#include <optional>

#include "base/ids.h"
#include "base/inline_vec.h"
#include "base/time.h"

namespace holdfast::core {

inline constexpr int kMembersMax = 8;

/// One life of a member's data directory. A new, rebuilt, rewound or restored directory is another
/// one.
struct Incarnation {
  std::uint8_t member = 0xff;  ///< index into ClusterPolicy::members
  std::uint32_t life = 0;      ///< random; 0 = none

  friend constexpr auto operator<=>(const Incarnation&, const Incarnation&) = default;
  [[nodiscard]] constexpr bool is_set() const { return life != 0; }
};

using MemberSet = InlineVec<Incarnation, kMembersMax>;

/// How far a member's WAL reaches. Timelines grow with epochs, so the timeline is compared first:
/// a raw LSN says nothing across a fork.
struct Position {
  Timeline timeline;
  Lsn lsn;

  friend constexpr auto operator<=>(const Position&, const Position&) = default;
};

/// One recorded promise about acknowledgements: every commit that `primary` acknowledged in `epoch`
/// under this pair is flushed on at least `w` members of `s`, besides the primary.
struct Pair {
  PairId id;
  Epoch epoch;
  Incarnation primary;
  MemberSet s;
  int w = 0;

  /// How many members of `s` must be sealed so that nothing more can be acknowledged under this
  /// pair. With w = 0 no number of seals suffices: only the primary itself can prove what it
  /// acknowledged.
  [[nodiscard]] constexpr int seals_needed() const {
    const int needed = s.count() - w + 1;
    return needed > 0 ? needed : 0;
  }
  friend constexpr bool operator==(const Pair&, const Pair&) = default;
};

/// One timeline of the cluster's accepted history: it begins at `start`, on the timeline before it.
struct Fork {
  Timeline timeline;
  Lsn start;
  Epoch epoch;

  friend constexpr bool operator==(const Fork&, const Fork&) = default;
};

/// A timeline that a later target's history does not contain. Its leader may yet be chosen again.
struct SetAside {
  Fork fork;
  Timeline parent;  ///< the timeline that it left at fork.start

  friend constexpr bool operator==(const SetAside&, const SetAside&) = default;
};

enum class Phase : std::uint8_t { kSteady, kSealing, kPromoting };

/// Why an epoch ended.
enum class Cause : std::uint8_t {
  kNone,
  kBootstrap,
  kCrashed,
  kSilent,
  kSick,
  kSwitchover,
  kTargetLost,
  kRegionLost,
  kOperator,
  kStoreRecovered,
};

/// A planned move under way: the primary drains, stops and seals itself; then `to` is promoted.
struct Handover {
  Incarnation to;

  friend constexpr bool operator==(const Handover&, const Handover&) = default;
};

/// Orders records: of two, the one with the greater key is the newer.
struct RecordKey {
  StoreId store;
  Epoch epoch;
  Revision revision;

  friend constexpr auto operator<=>(const RecordKey&, const RecordKey&) = default;
};

inline constexpr int kPairsMax = 12;
inline constexpr int kForksMax = 64;
inline constexpr int kSetAsideMax = 8;
inline constexpr int kFailoversRemembered = 4;

/// What was decided about one cluster. Invariant: every acknowledged commit satisfies at least one
/// of `pairs`, unless it was acknowledged before the epoch of a lossy takeover that is recorded
/// here.
struct Record {
  RecordKey key;
  Phase phase = Phase::kSteady;
  Incarnation primary;  ///< leader of the last epoch that was promoted (or is promised to be)
  Incarnation target;   ///< while promoting: who is to lead key.epoch
  bool depose = false;  ///< while sealing: the primary must stop and seal itself, too
  bool lossy = false;   ///< key.epoch was begun by a lossy takeover
  InlineVec<Pair, kPairsMax> pairs;  ///< not yet retired, oldest first
  PairId pair_last;                  ///< the highest pair id ever given
  MemberSet candidates;          ///< for lossy takeover; the primary holds promises of all of them
  MemberSet candidates_pending;  ///< not candidates until the primary has persisted that it knows
  InlineVec<Fork, kForksMax> lineage;  ///< accepted timelines, oldest first; the last is current
  InlineVec<SetAside, kSetAsideMax> set_aside;  ///< oldest first; none while steady
  Timeline timeline_last;                       ///< the highest timeline ever reserved
  std::optional<Handover> handover;
  bool halted =
      false;  ///< no automatic failover until an operator resumes: successors died of one cause
  Cause cause = Cause::kNone;
  WallTime changed_at{};
  InlineVec<WallTime, kFailoversRemembered> failovers;  ///< the last automatic ones, oldest first
  /// Times in a row that a failover went back to the leader, who was alive after all.
  std::uint8_t returns = 0;
  std::uint8_t same_cause = 0;  ///< automatic failovers in a row that had the same cause

  [[nodiscard]] Timeline timeline() const {
    return lineage.empty() ? Timeline{} : lineage.back().timeline;
  }
  /// The leader of key.epoch, or none while sealing.
  [[nodiscard]] Incarnation leader() const {
    if (phase == Phase::kSealing) return {};
    return phase == Phase::kPromoting ? target : primary;
  }
};

using RecordPtr = std::shared_ptr<const Record>;

/// Where a position stands relative to the accepted history.
enum class Relation {
  kPrefix,    ///< it holds nothing that the history does not hold
  kDiverged,  ///< it holds WAL beyond a fork: it must be rewound or rebuilt before it follows
};

[[nodiscard]] Relation relation(const Record& record, Position position);

/// The pair with the highest id of the record's current epoch, or null.
[[nodiscard]] const Pair* newest_pair(const Record& record);

/// Records one more pair under a fresh id. An older pair of the same leader with the same set goes:
/// whatever satisfies the new one satisfies it, too. Pre: there is room, see `has_room`.
void add_pair(Record& record, Epoch epoch, Incarnation leader, const MemberSet& s, int w);
[[nodiscard]] bool has_room(const Record& record);

const char* phase_name(Phase phase);
const char* cause_name(Cause cause);

}  // namespace holdfast::core
