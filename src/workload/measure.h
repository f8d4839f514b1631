// What a history shows about the service: outages, outcomes and latencies, per cluster and class.
//
// Pure. An outage is a gap between two consecutive acknowledgements of writes, seen by all clients
// together. The end of the run bounds the last one, so that an outage that goes on is seen, too.
// The time to the first acknowledgement is told apart: clients have to connect first.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "workload/operation.h"

namespace holdfast::workload {

struct Gap {
  MonoTime from{};
  MonoTime to{};
  bool at_end = false;  ///< nothing was acknowledged after: the outage may have gone on

  [[nodiscard]] Duration length() const { return to - from; }
};

struct WriteSummary {
  std::string name;  ///< of the cluster or the data class
  std::size_t acknowledged = 0, refused = 0, unknown = 0;
  Gap first;                  ///< from the start of the run to the first acknowledgement
  Gap longest;                ///< of the others
  std::optional<Gap> around;  ///< the gap that holds the instant asked about
};

struct Latencies {
  Duration p50{}, p99{}, p999{}, max{};
};

struct ClusterSummary {
  WriteSummary writes;
  Latencies latencies;  ///< of acknowledged writes, from when they began
  std::size_t reads_answered = 0, reads_failed = 0;
  std::vector<WriteSummary> data_classes;
};

std::vector<ClusterSummary> summarise(const History& history, std::optional<MonoTime> around);

}  // namespace holdfast::workload
