// Acknowledged writes that are gone, grouped by the takeovers that can have lost them.
#pragma once

#include <cstddef>
#include <vector>

#include "workload/operation.h"

namespace holdfast::workload {

/// What one takeover lost: the newest acknowledged writes of the old primary.
struct LossEpisode {
  std::size_t rows = 0;
  std::vector<std::size_t> rows_by_class;
  MonoTime oldest{};  ///< when the oldest of them was acknowledged
  MonoTime newest{};  ///< when the newest was: the old primary was alive so far

  /// The loss as time: from the oldest lost acknowledgement to the failover, which clients see as
  /// the last acknowledgement of the old primary.
  [[nodiscard]] Duration span() const { return newest - oldest; }
};

/// A primary that is left behind loses the end of its log, all of it. So a survivor that began
/// after a lost write was acknowledged is younger than the takeover, and a lost write that began
/// after that survivor was acknowledged belongs to another takeover. More episodes than takeovers
/// are holes in the log.
std::vector<LossEpisode> loss_episodes(std::vector<const Operation*> lost,
                                       const std::vector<const Operation*>& survivors,
                                       std::size_t data_classes);

}  // namespace holdfast::workload
