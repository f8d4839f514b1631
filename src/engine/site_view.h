// What one controller hears of all hosts, and the site-wide hint it gives to every cluster's step.
//
// The hint is worked out at most every few milliseconds, so its cost does not grow with the
// clusters.
#pragma once

#include <vector>

#include "core/site/scope.h"
#include "model/site.h"

namespace holdfast::engine {

class SiteView {
 public:
  explicit SiteView(const model::Site& site);

  /// A new process: nothing was heard yet.
  void restart(MonoTime now);
  void heard(std::uint32_t host, MonoTime now);
  /// `under_way`: clusters whose record is not steady.
  core::SiteHint hint(MonoTime now, int under_way);

 private:
  std::vector<core::HostView> hosts_;  ///< database hosts
  std::vector<std::uint32_t> place_;   ///< by host of the site: its place in hosts_
  core::ScopeInput scope_;
  core::SiteHint hint_;
  MonoTime hinted_at_ = kLongAgo;
};

}  // namespace holdfast::engine
