// A run of the workload: prepares the tables, lets the clients loose, writes the history.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "workload/client.h"
#include "workload/http_call.h"
#include "workload/operation.h"

namespace holdfast::workload {

struct RunPlan {
  std::string site;                       ///< the application's name
  std::vector<RecordedCluster> clusters;  ///< those to work on
  std::vector<std::string> proxies;       ///< "host" or "host:port"
  Login login;
  int writers = 1;  ///< of each cluster
  int readers = 0;  ///< of each cluster
  Duration pace = 10ms;
  Duration duration = 60s;  ///< from the first operation on; 0: until stopped
  Duration patience = 30s;  ///< for the clusters to be writable at all
  Duration deadline = 1s;   ///< of an operation
  std::int32_t keys = 32;
  Run run = 1;
  std::string history;             ///< the file
  std::optional<Service> service;  ///< reach the application by this name, not the databases
};

/// How one cluster does, while the run goes on.
struct Progress {
  std::string cluster;
  std::uint64_t acknowledged = 0, refused = 0, unknown = 0;  ///< writes
  Duration silence{};                                        ///< since the last acknowledgement
};

/// The recorded history, read back from its file. `progress` is told once a second, if it is set.
Result<History> run_workload(
    const RunPlan& plan,
    const std::atomic<bool>& stop,
    const std::function<void(Duration elapsed, const std::vector<Progress>&)>& progress);

}  // namespace holdfast::workload
