#include <algorithm>

#include "workload/check/judge.h"

namespace holdfast::workload {

const char* finding_name(FindingKind kind) {
  switch (kind) {
    case FindingKind::kLost: return "lost";
    case FindingKind::kHole: return "hole";
    case FindingKind::kPhantom: return "phantom";
    case FindingKind::kUndone: return "undone";
    case FindingKind::kUnwritten: return "unwritten";
    case FindingKind::kUnrecorded: return "unrecorded";
    case FindingKind::kOrder: return "order";
  }
  return "?";
}

std::size_t ClusterVerdict::lost_rows() const {
  std::size_t rows = 0;
  for (const LossEpisode& episode : losses) rows += episode.rows;
  return rows;
}

Duration ClusterVerdict::lost_time() const {
  Duration longest{};
  for (const LossEpisode& episode : losses) longest = std::max(longest, episode.span());
  return longest;
}

bool ClusterVerdict::fine() const {
  return std::all_of(counts.begin(), counts.end(), [](std::size_t count) { return count == 0; });
}

}  // namespace holdfast::workload
