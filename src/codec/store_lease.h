// The lease that a store keeps beside a cluster's record, and when it has ended.
//
// Nobody's clock is trusted but one's own: a lease was given before anybody could see it, so one
// whose value has not changed for its whole length since it was first seen here has ended. This
// needs no expiry inside the store, is exact to the microsecond, and a leader of the store that was
// frozen can neither end a lease early nor renew one late. Who has just started waits for one
// length.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "core/record/types.h"
#include "model/site.h"

namespace holdfast::codec {

struct StoreLease {
  core::Incarnation holder;  ///< unset: not known, as after the recovery of a lost store
  Epoch epoch;
  Duration length{};

  friend bool operator==(const StoreLease&, const StoreLease&) = default;
};

[[nodiscard]] std::string lease_to_json(const model::Site& site,
                                        const model::Cluster& cluster,
                                        const StoreLease& lease);
/// How long the lease runs; the rest is for people. A newer format is refused.
[[nodiscard]] Result<Duration> lease_length_from_json(std::string_view text);

/// What one process has seen of one lease. `version` grows with every renewal; 0 = there is none.
class LeaseSighting {
 public:
  /// `store`: another one means that all versions seen before are void.
  void observe(std::uint64_t store, std::uint64_t version, Duration length, MonoTime now);
  /// There was no lease when the store's versions had come to `as_of`.
  void observe_none(std::uint64_t store, std::uint64_t as_of);
  /// May a successor take over, on condition that the lease still has this version?
  [[nodiscard]] bool ended(MonoTime now) const;
  [[nodiscard]] std::uint64_t version() const { return version_; }

 private:
  std::uint64_t store_ = 0;
  std::uint64_t version_ = 0;
  Duration length_{};
  MonoTime seen_at_ = kLongAgo;
  bool seen_ = false;
};

}  // namespace holdfast::codec
