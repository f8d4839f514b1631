// Rebuilding the record after the store was lost for good, from what agents have persisted.
#pragma once

#include <span>

#include "base/result.h"
#include "core/record/types.h"

namespace holdfast::core {

/// What one surviving agent holds.
struct Survivor {
  int member = 0;
  RecordPtr record;
  bool leads = false;  ///< its member runs as the primary of the record's epoch, now
};

/// The first record of a new store: a store incarnation and an epoch above every survivor's,
/// sealing, with the pairs of the living primary's agent. Without a living primary the newest
/// survivor's pairs may be older than the truth: `confirmed` says that a person has looked and
/// takes them.
///
/// Errors: kInvalidInput without survivors; kDenied without a living primary and confirmation.
[[nodiscard]] Result<Record> recover_record(std::span<const Survivor> survivors,
                                            bool confirmed,
                                            WallTime now);

}  // namespace holdfast::core
