// What `/v1/status` says about the clusters, as far as a drill has to know it.
//
// Pure.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace holdfast::drill {

struct MemberNow {
  std::string host;
  std::string state;  ///< "primary", "standby", …
  bool heard = false;
  bool follows = false;       ///< the present leader
  bool asynchronous = false;  ///< never waited for
};

struct ClusterNow {
  std::string name;
  std::int64_t epoch = 0;
  std::string primary;           ///< its host
  std::vector<std::string> set;  ///< the hosts of which a quorum has to hold each write
  bool serves = false;           ///< steady, and open to clients
  bool protects = false;         ///< as much as the site file declares, with one recorded set
  std::vector<MemberNow> members;

  /// It serves, and every other member follows its leader.
  [[nodiscard]] bool followed() const;
};

struct SiteNow {
  std::vector<ClusterNow> clusters;

  [[nodiscard]] bool all_serve() const;
  [[nodiscard]] bool all_followed() const;
  /// All followed, and protected as declared.
  [[nodiscard]] bool whole() const;
  [[nodiscard]] const ClusterNow* find(const std::string& cluster) const;
};

/// From the JSON of `holdfast status --json`.
Result<SiteNow> read_site_now(const std::string& text);

}  // namespace holdfast::drill
