// A cluster's policy as the core reads it: flat values taken from the site once.
#pragma once

#include <cstdint>
#include <string>

#include "base/inline_vec.h"
#include "base/time.h"
#include "core/record/types.h"
#include "model/site.h"

namespace holdfast::core {

struct MemberPolicy {
  std::uint32_t host = 0;
  std::uint16_t zone = 0;
  std::uint16_t region = 0;
  bool asynchronous = false;
  bool may_lead = true;
  bool power_loss_protection = true;
};

struct ClusterPolicy {
  model::Durability durability = model::Durability::kZone;
  bool block = false;  ///< on lost standbys: make writes wait instead of going on unprotected
  bool lossy_takeover = false;
  bool region_automatic = false;  ///< a failover that leaves the region needs no approval
  bool zone_automatic = true;
  Duration rpo_min = Duration::max();  ///< the smallest RPO of the data classes kept here
  model::Timing timing;
  Duration promote_limit = 3s;  ///< a target that is not writable by then is given up
  InlineVec<MemberPolicy, kMembersMax> members;  ///< in order of preference

  [[nodiscard]] int count() const { return members.count(); }
};

[[nodiscard]] ClusterPolicy make_policy(const model::Site& site, const model::Cluster& cluster);

/// May this member take over when its predecessor's pairs cannot be sealed?
[[nodiscard]] bool is_lossy_candidate(const ClusterPolicy& policy, int member, int primary);

}  // namespace holdfast::core
