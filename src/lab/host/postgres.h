// Finds the processes of a cluster's PostgreSQL on this host, whoever started it.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

namespace holdfast::lab {

struct PostgresProcesses {
  pid_t postmaster = 0;    ///< 0: none
  std::vector<pid_t> all;  ///< the postmaster, too
};

/// Those that work in the cluster's data directory: the server always does, from its first moment.
PostgresProcesses find_postgres(const std::string& cluster);
/// Every postmaster of this host.
std::vector<pid_t> find_postmasters();

}  // namespace holdfast::lab
