// The final state of the clusters: read through the proxies, or from a file that holds it.
//
// As text it is JSON, a line each: {"format":"holdfast-state","version":1}, then
// {"cluster":"registry","id":5} for each row of the log and {"cluster":"registry","key":3,
// "value":5} for each register.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "workload/check/judge.h"
#include "workload/login.h"

namespace holdfast::workload {

inline constexpr int kStateVersion = 1;

std::string state_text(const std::vector<ClusterState>& states);
Result<std::vector<ClusterState>> parse_state(std::string_view text, const std::string& name);

/// Both tables in one snapshot of one server that takes writes; tries again until the deadline.
Result<ClusterState> fetch_state(const std::string& cluster,
                                 const std::vector<Target>& targets,
                                 const Login& login,
                                 MonoTime deadline);

}  // namespace holdfast::workload
