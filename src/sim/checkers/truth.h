// The ground truth that checkers compare promises with: what members' data directories really hold.
//
// An interface, so that tests can feed checkers a history that no correct site would produce.
#pragma once

#include <cstddef>
#include <vector>

#include "core/policy.h"
#include "sim/observer.h"
#include "sim/postgres.h"

namespace holdfast::sim {

class Truth {
 public:
  virtual ~Truth() = default;
  [[nodiscard]] virtual int clusters() const = 0;
  [[nodiscard]] virtual const core::ClusterPolicy& policy(int cluster) const = 0;
  [[nodiscard]] virtual const std::vector<WalEntry>& wal(MemberRef member) const = 0;
  [[nodiscard]] virtual Lsn flushed(MemberRef member) const = 0;
  [[nodiscard]] virtual const core::PgObservation& observation(MemberRef member) const = 0;
};

/// Is this write in the member's WAL at exactly this place, ending at or below `limit`?
[[nodiscard]] bool holds(const std::vector<WalEntry>& wal, WriteId write, Lsn lsn, Lsn limit);

}  // namespace holdfast::sim
