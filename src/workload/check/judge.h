// What a history and the final state of the databases say about a cluster: the verdict.
//
// Pure: no files, no databases. Judged are: no acknowledged write is lost, no refused one is there,
// nothing that a read saw was undone, and each key is a linearizable register.
#pragma once

#include <array>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "workload/check/losses.h"
#include "workload/operation.h"

namespace holdfast::workload {

/// One cluster's operations, of all histories that are judged together.
struct ClusterHistory {
  RecordedCluster cluster;
  std::vector<Run> runs;
  std::vector<Run> cut_off;  ///< those of them whose history is not whole
  std::vector<Operation> operations;
};

/// What a cluster holds in the end, read in one snapshot.
struct ClusterState {
  std::string cluster;
  std::vector<OpId> log;  ///< of this and of earlier runs, sorted
  std::map<std::int32_t, OpId> registers;
};

struct JudgeOptions {
  bool strict = false;  ///< a loss is a violation also where policy allows it
  /// More loss episodes than takeovers are a violation also where losses are allowed.
  std::optional<std::size_t> takeovers{};
  /// How old what a read sees may be: an old primary may answer reads for as long as its lease.
  Duration stale_reads{};
  std::size_t examples = 5;  ///< findings told in words, of each kind
  std::size_t search_limit = 2'000'000;
};

enum class FindingKind {
  kLost,        ///< acknowledged, and not there
  kHole,        ///< losses allowed, but in more places than takeovers can explain
  kPhantom,     ///< refused, and there
  kUndone,      ///< seen by a read, and not there
  kUnwritten,   ///< seen by a read, and written by nobody
  kUnrecorded,  ///< there, and in no history although that is whole
  kOrder,       ///< a key is no linearizable register
};
inline constexpr std::size_t kFindingKinds = 7;
const char* finding_name(FindingKind kind);

struct Finding {
  FindingKind kind = FindingKind::kLost;
  std::int32_t key = 0;
  OpId id = 0;
  std::string text;
};

struct ClusterVerdict {
  std::string cluster;
  std::size_t acknowledged = 0, refused = 0, unknown = 0, reads = 0;
  std::size_t unknown_applied = 0;  ///< of the unknown writes
  std::size_t keys = 0;
  std::size_t unrecorded_allowed = 0;  ///< there, of a run that was cut off
  std::size_t undone_allowed = 0;      ///< reads of what an allowed loss took
  bool loss_allowed = false;
  std::vector<LossEpisode> losses;
  std::vector<std::size_t> lost_by_class;
  Duration stalest_read{};  ///< how much older than allowed by strict order a read was, if it was

  std::array<std::size_t, kFindingKinds> counts{};
  std::vector<Finding> findings;

  [[nodiscard]] std::size_t count(FindingKind kind) const {
    return counts[static_cast<std::size_t>(kind)];
  }
  [[nodiscard]] std::size_t lost_rows() const;
  /// The longest of the losses, as time.
  [[nodiscard]] Duration lost_time() const;
  [[nodiscard]] bool fine() const;
};

/// Joins what several processes of one machine recorded about one site, a piece for each cluster.
Result<std::vector<ClusterHistory>> join_histories(const std::vector<History>& histories);

ClusterVerdict judge(const ClusterHistory& history,
                     const ClusterState& state,
                     const JudgeOptions& options);

}  // namespace holdfast::workload
