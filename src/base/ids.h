// Strong identifiers: an epoch is never mistaken for a revision.
#pragma once

#include <compare>
#include <cstdint>

namespace holdfast {

/// A number with a name of its own. Ordered, hashable by `value`, no arithmetic but `next`.
template <class Tag>
struct Id {
  std::uint64_t value = 0;

  friend constexpr auto operator<=>(const Id&, const Id&) = default;
  [[nodiscard]] constexpr Id next() const { return Id{value + 1}; }
  [[nodiscard]] constexpr bool is_set() const { return value != 0; }
};

using Epoch = Id<struct EpochTag>;        ///< one leadership of a cluster; only grows
using Revision = Id<struct RevisionTag>;  ///< one state of a cluster's record; only grows
using StoreId = Id<struct StoreTag>;      ///< one life of the store; grows when it is recovered
using Timeline = Id<struct TimelineTag>;  ///< PostgreSQL timeline
using Lsn = Id<struct LsnTag>;            ///< PostgreSQL log sequence number, in bytes
using BootId = Id<struct BootTag>;        ///< one boot of a host; random, never 0
using PairId = Id<struct PairTag>;        ///< one recorded (S, W) of a cluster; only grows

}  // namespace holdfast
