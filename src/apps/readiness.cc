// `holdfast readiness`: for each loss that could happen to a healthy site, what would follow.
#include <cstdio>
#include <deque>

#include "apps/commands.h"
#include "apps/load_site.h"
#include "codec/readiness_report.h"
#include "core/readiness/healthy.h"

namespace holdfast::apps {
namespace {

/// A healthy site that has run for a while; forecasts depend on intervals only.
constexpr MonoTime kNow = MonoTime{} + 24h;
constexpr WallTime kWall = WallTime{} + 24h;

struct HealthyCluster {
  core::ClusterPolicy policy;
  core::ControllerState state;
};

}  // namespace

int command_readiness(const ReadinessOptions& options) {
  const Result<model::Site> site = load_site(options.site);
  if (!site) {
    std::fprintf(stderr, "%s\n", site.error().message.c_str());
    return exit_code(site.error().code);
  }
  std::deque<HealthyCluster> healthy;
  std::vector<core::ClusterView> views;
  for (model::Index i = 0; i < site->clusters.size(); ++i) {
    const core::ClusterPolicy policy = core::make_policy(*site, site->clusters[i]);
    healthy.push_back({policy, core::healthy_state(policy, core::healthy_record(policy), kNow)});
    views.push_back({i, &healthy.back().policy, &healthy.back().state});
  }
  const auto forecasts = core::forecast_all({*site, views, kNow, kWall});
  const std::string text = options.json ? codec::readiness_json(*site, views, forecasts)
                                        : codec::readiness_text(*site, views, forecasts);
  std::fputs(text.c_str(), stdout);
  return 0;
}

}  // namespace holdfast::apps
