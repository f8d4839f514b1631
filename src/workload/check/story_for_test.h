// Histories as one line of text, for tests:
//
//   "w1@0-9 r1@10-12 b:w2?@3-8 c:w3!@4-5 | 1 2 | a=1 b=2"
//
// wN a write of N, acknowledged (? unknown, ! refused), rN a read that saw N, r- one that saw
// nothing; from-to in milliseconds; `b:` another key than a. Then the final log, then the final
// registers. N from 900 on belongs to another run. Words before the first operation: `lossy` lets
// the cluster lose writes, `cut` says that the history was cut off.
#pragma once

#include <string>

#include "workload/check/judge.h"

namespace holdfast::workload {

inline constexpr Run kTestRun = 7;
inline constexpr Run kOtherRun = 8;

struct Story {
  ClusterHistory history;
  ClusterState state;
};

inline OpId test_id(std::int64_t n) {
  return n == 0 ? 0 : first_id(n >= 900 ? kOtherRun : kTestRun) + n;
}

/// Throws on a story that it does not understand: a test with a typing mistake fails.
Story tell(const std::string& text);
/// The names of the kinds found, in order, each once: "lost order".
std::string findings_of(const ClusterVerdict& verdict);

}  // namespace holdfast::workload
