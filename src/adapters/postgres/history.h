// Timeline history files in pg_wal, and the ones that only reserve a number.
#pragma once

#include <string>
#include <vector>

#include "core/record/types.h"

namespace holdfast::postgres {

/// The content of a file that reserves a timeline number. Its fork lies before every position, so
/// that no server ever takes it for a timeline to follow.
[[nodiscard]] std::string reserved_history(Timeline parent);
/// The highest timeline of which a history file lies there, 0 if there is none.
[[nodiscard]] Timeline highest_history(const std::string& folder);
/// Where two servers' histories part: `theirs` and `ours` are the contents of the history files of
/// their newest timelines (empty for timeline 1). 0 if one simply goes on from the other's end.
struct Line {
  Timeline newest;
  std::string history;
};
[[nodiscard]] Lsn parting(const Line& ours, const Line& theirs);
/// Names of reserving files above the highest real one.
[[nodiscard]] std::vector<std::string> unused_reservations(const std::string& folder);

}  // namespace holdfast::postgres
