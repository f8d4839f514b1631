// Summaries and verdicts for people and for programs.
#pragma once

#include <string>
#include <vector>

#include "workload/check/judge.h"
#include "workload/measure.h"
#include "workload/operation.h"

namespace holdfast::workload {

// Tables end in a newline; JSON is one object, indented, likewise.
std::string summary_table(const History& history, const std::vector<ClusterSummary>& summaries);
std::string summary_json(const History& history,
                         const std::vector<ClusterSummary>& summaries,
                         const std::string& history_file);
std::string verdict_table(const std::vector<ClusterVerdict>& verdicts);
std::string verdict_json(const std::vector<ClusterVerdict>& verdicts);

}  // namespace holdfast::workload
