#include <algorithm>
#include <unordered_set>

#include "workload/check/judge.h"

namespace holdfast::workload {
namespace {

ClusterHistory& piece_of(std::vector<ClusterHistory>& pieces, const RecordedCluster& cluster) {
  const auto found = std::find_if(pieces.begin(), pieces.end(), [&](const ClusterHistory& each) {
    return each.cluster.name == cluster.name;
  });
  if (found != pieces.end()) return *found;
  return pieces.emplace_back(
      ClusterHistory{.cluster = cluster, .runs = {}, .cut_off = {}, .operations = {}});
}

Result<void> check_alike(const std::vector<History>& histories) {
  for (const History& each : histories) {
    if (each.header.site != histories[0].header.site) {
      return fail(Errc::kInvalidInput,
                  "The histories are of different sites: " + histories[0].header.site + ", " +
                      each.header.site + ". Verify each site on its own.");
    }
    if (each.header.boot != histories[0].header.boot) {
      return fail(Errc::kInvalidInput,
                  "The histories were recorded on different machines or boots, so their times do "
                  "not compare. Verify each on its own.");
    }
  }
  return {};
}

}  // namespace

Result<std::vector<ClusterHistory>> join_histories(const std::vector<History>& histories) {
  if (Result<void> alike = check_alike(histories); !alike) {
    return tl::unexpected(std::move(alike).error());
  }
  std::vector<ClusterHistory> pieces;
  std::unordered_set<OpId> ids;
  for (const History& history : histories) {
    for (const RecordedCluster& cluster : history.header.clusters) {
      ClusterHistory& piece = piece_of(pieces, cluster);
      if (piece.cluster != cluster) {
        return fail(Errc::kInvalidInput,
                    "The histories describe cluster " + cluster.name +
                        " differently: the site file changed in between. Verify each on its own.");
      }
      piece.runs.push_back(history.header.run);
      if (!history.whole) piece.cut_off.push_back(history.header.run);
    }
    for (const Operation& op : history.operations) {
      if (op.kind == OpKind::kWrite && !ids.insert(op.id).second) {
        return fail(Errc::kInvalidInput,
                    "Write " + std::to_string(op.id) +
                        " is recorded twice: is a history named twice, or edited?");
      }
      piece_of(pieces, history.header.clusters[op.cluster]).operations.push_back(op);
    }
  }
  return pieces;
}

}  // namespace holdfast::workload
