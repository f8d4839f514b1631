// `holdfast serve`: an instance of the application behind the proxies.
#include <stdlib.h>

#include <algorithm>
#include <cstdio>

#include "apps/load_site.h"
#include "apps/stop_signals.h"
#include "apps/workload.h"
#include "codec/units.h"
#include "workload/serve/instance.h"

namespace holdfast::apps {
namespace {

/// The nearest first: this host, its zone, its region, the others in the site's order.
std::vector<std::string> proxies_for(const model::Site& site, model::Index self) {
  std::vector<std::pair<int, std::string>> found;
  for (model::Index i = 0; i < site.hosts.size(); ++i) {
    const model::Host& host = site.hosts[i];
    if (host.role != model::HostRole::kService) continue;
    const bool zone = host.zone == site.hosts[self].zone;
    const bool region = site.zones[host.zone].region == site.zones[site.hosts[self].zone].region;
    found.emplace_back(i == self ? 0 : zone ? 1 : region ? 2 : 3, host.name);
  }
  std::stable_sort(
      found.begin(), found.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<std::string> names;
  for (auto& [distance, name] : found) names.push_back(std::move(name));
  return names;
}

Result<workload::ServePlan> plan_of(const ServeOptions& options) {
  const std::string file = options.site.empty() ? options.directory + "/site.yaml" : options.site;
  const Result<model::Site> site = load_site(file);
  if (!site) return tl::unexpected(site.error());
  const std::optional<model::Index> self = site->find_host(options.host);
  if (!self || site->hosts[*self].role != model::HostRole::kService)
    return fail(Errc::kInvalidInput, "The site has no service host " + options.host + ".");
  workload::ServePlan plan;
  plan.instance = options.host;
  plan.port = static_cast<model::Port>(options.port);
  plan.connections = options.connections;
  const codec::Quantity<Duration> deadline = codec::parse_duration(options.deadline);
  if (!deadline.ok() || deadline.value <= Duration(0))
    return fail(Errc::kInvalidInput, "--deadline " + options.deadline + " is no duration.");
  plan.deadline = deadline.value;
  plan.login.tls = options.tls;
  const std::vector<std::string> proxies =
      options.proxies.empty() ? proxies_for(*site, *self) : options.proxies;
  for (model::Index i = 0; i < site->clusters.size(); ++i) {
    workload::ServedCluster cluster{site->clusters[i].name, {}};
    for (const std::string& proxy : proxies) {
      Result<workload::Target> target = workload::resolve_proxy(proxy, i);
      if (!target) return tl::unexpected(std::move(target).error());
      cluster.targets.push_back(std::move(*target));
    }
    plan.clusters.push_back(std::move(cluster));
  }
  Result<std::string> password =
      workload::application_password(options.directory + "/secrets/replication");
  if (!password) return tl::unexpected(std::move(password).error());
  plan.login.password = std::move(*password);
  return plan;
}

}  // namespace

int command_serve(const ServeOptions& options) {
  auto report = [](const Error& error) {
    std::fprintf(stderr, "holdfast: %s\n", error.message.c_str());
    return exit_code(error.code);
  };
  const Result<workload::ServePlan> plan = plan_of(options);
  if (!plan) return report(plan.error());
  unsetenv("PGOPTIONS");
  net::Loop loop;
  const StopSignals stop(loop);
  const auto instance = workload::Instance::open(loop, *plan);
  if (!instance) return report(instance.error());
  std::printf("Serving on port %d.\n", static_cast<int>((*instance)->port()));
  std::fflush(stdout);
  loop.run();
  return 0;
}

}  // namespace holdfast::apps
