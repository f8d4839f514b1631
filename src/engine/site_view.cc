#include "engine/site_view.h"

#include <algorithm>

namespace holdfast::engine {
namespace {

constexpr Duration kHintAge = 10ms;
/// A controller that did not look for so long was asleep itself.
constexpr Duration kStall = 300ms;

}  // namespace

SiteView::SiteView(const model::Site& site) : place_(site.hosts.size(), model::kNoIndex) {
  for (model::Index i = 0; i < site.hosts.size(); ++i) {
    if (site.hosts[i].role != model::HostRole::kDatabase) continue;
    place_[i] = static_cast<std::uint32_t>(hosts_.size());
    hosts_.push_back({static_cast<std::uint16_t>(site.hosts[i].zone),
                      static_cast<std::uint16_t>(site.region_of_host(i)),
                      kLongAgo});
  }
  scope_.failovers_max = site.failover.max_concurrent;
  scope_.detection = 0ms;
  for (const model::Cluster& cluster : site.clusters) {
    scope_.detection = std::max(scope_.detection, cluster.timing.detection);
  }
}

void SiteView::restart(MonoTime now) {
  for (core::HostView& host : hosts_) host.heard = kLongAgo;
  scope_.awake_since = now;
  hinted_at_ = kLongAgo;
}

void SiteView::heard(std::uint32_t host, MonoTime now) {
  if (place_[host] != model::kNoIndex) hosts_[place_[host]].heard = now;
}

core::SiteHint SiteView::hint(MonoTime now, int under_way) {
  const Duration age = since(hinted_at_, now);
  if (age < kHintAge && under_way == scope_.failovers_under_way) return hint_;
  if (age > kStall) scope_.awake_since = std::max(scope_.awake_since, now);
  hinted_at_ = now;
  scope_.now = now;
  scope_.failovers_under_way = under_way;
  hint_ = core::scope_hint(hosts_, scope_);
  return hint_;
}

}  // namespace holdfast::engine
