// Judges histories against the databases: reads both, and has the pure judge compare them.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "workload/check/judge.h"
#include "workload/login.h"

namespace holdfast::workload {

struct VerifyPlan {
  std::vector<std::string> histories;  ///< files
  std::vector<std::string> proxies;    ///< empty: those that the histories name
  std::string state_file;              ///< instead of asking the databases
  std::string save_state;              ///< the state that was judged by is kept here
  std::string secret_file;
  std::string tls = "prefer";
  Duration patience = 30s;  ///< for every cluster to be readable
  JudgeOptions judging;
};

/// A verdict for each cluster that the histories are about.
Result<std::vector<ClusterVerdict>> verify(const VerifyPlan& plan);

}  // namespace holdfast::workload
