#include "drill/scenario.h"

#include <algorithm>
#include <optional>

namespace holdfast::drill {
namespace {

/// The site, and the cluster that is aimed at.
struct Ground {
  const model::Site& site;
  const ClusterNow& cluster;

  [[nodiscard]] model::Index primary() const {
    return site.find_host(cluster.primary).value_or(model::kNoIndex);
  }
  [[nodiscard]] std::string zone_of(model::Index host) const {
    return site.zones[site.hosts[host].zone].name;
  }
};

lab::FaultRequest blow(const char* what, std::string a, std::string b = {}) {
  lab::FaultRequest request;
  request.what = what;
  request.a = std::move(a);
  request.b = std::move(b);
  return request;
}

Step loss(std::string title, lab::FaultRequest fault, Until until = Until::kServes) {
  Step step;
  step.name = "loss";
  step.title = std::move(title);
  step.faults.push_back(std::move(fault));
  step.until = until;
  return step;
}

Step give_back(const std::string& what, Until until) {
  Step step;
  step.name = "return";
  step.title = what + " is back";
  step.heal = true;
  step.until = until;
  return step;
}

Step failback() {
  Step step;
  step.name = "failback";
  step.title = "an operator moves every primary back to where the site file prefers it";
  step.command = {"failback"};
  step.until = Until::kWhole;
  return step;
}

std::vector<Step> lose(const std::string& what, const std::string& selector, Until returned) {
  return {loss(what + " loses its power", blow("power-off", selector)), give_back(what, returned)};
}

std::vector<Step> lose_region(const std::string& region) {
  std::vector<Step> steps = lose("region " + region, "region=" + region, Until::kFollowed);
  steps.push_back(failback());
  return steps;
}

/// Another region that holds members of the cluster.
std::optional<std::string> standby_region(const Ground& ground) {
  const model::Index home = ground.site.region_of_host(ground.primary());
  for (const MemberNow& member : ground.cluster.members) {
    const model::Index host = ground.site.find_host(member.host).value_or(model::kNoIndex);
    const model::Index region = ground.site.region_of_host(host);
    if (region != home) return ground.site.regions[region].name;
  }
  return std::nullopt;
}

/// Somebody in the set, in the primary's region if there is one.
std::string other_in_set(const Ground& ground) {
  const model::Index home = ground.site.region_of_host(ground.primary());
  for (const std::string& host : ground.cluster.set) {
    const model::Index index = ground.site.find_host(host).value_or(model::kNoIndex);
    if (ground.site.region_of_host(index) == home) return host;
  }
  return ground.cluster.set.empty() ? std::string() : ground.cluster.set.front();
}

Step switchover(const Ground& ground) {
  Step step;
  step.name = "switchover";
  step.title = "an operator moves " + ground.cluster.name + " to " + other_in_set(ground);
  step.command = {"switchover", ground.cluster.name, "--to", other_in_set(ground)};
  step.until = Until::kWhole;
  return step;
}

Result<std::vector<Step>> steps_of(const std::string& kind, const Ground& ground) {
  const std::string& primary = ground.cluster.primary;
  const std::string other = other_in_set(ground);
  const model::Index region = ground.site.region_of_host(ground.primary());
  if (kind == "process") {
    const std::string process = "postmaster:" + ground.cluster.name;
    return {{loss("PostgreSQL of " + ground.cluster.name + " is killed on " + primary,
                  blow("kill", primary, process),
                  Until::kWhole)}};
  }
  if (kind == "host") return lose("host " + primary, "host=" + primary, Until::kWhole);
  if (kind == "zone") {
    const std::string zone = ground.zone_of(ground.primary());
    return lose("zone " + zone, "zone=" + zone, Until::kWhole);
  }
  if (kind == "region") return lose_region(ground.site.regions[region].name);
  if (kind == "standby-region") {
    const std::optional<std::string> away = standby_region(ground);
    if (!away) {
      return fail(Errc::kInvalidInput,
                  "Cluster " + ground.cluster.name + " has members in one region only.");
    }
    return lose("region " + *away, "region=" + *away, Until::kWhole);
  }
  if (kind == "standby" || kind == "switchover") {
    if (other.empty()) {
      return fail(Errc::kInvalidInput,
                  "No standby of " + ground.cluster.name + " is waited for at present.");
    }
    if (kind == "switchover") return {{switchover(ground)}};
    return lose("standby " + other, "host=" + other, Until::kWhole);
  }
  std::string known;
  for (const ScenarioKind& it : scenario_kinds()) known += std::string(" ") + it.name;
  return fail(Errc::kInvalidInput, "There is no drill '" + kind + "'; there are:" + known + ".");
}

}  // namespace

const std::vector<ScenarioKind>& scenario_kinds() {
  static const std::vector<ScenarioKind> kKinds = {
      {"switchover", "an operator moves the primary to a synchronous standby"},
      {"process", "the primary's PostgreSQL is killed"},
      {"standby", "the host of a synchronous standby loses its power, and returns"},
      {"host", "the primary's host loses its power, and returns"},
      {"zone", "the primary's zone loses its power, and returns"},
      {"standby-region", "the other region of the cluster loses its power, and returns"},
      {"region", "the primary's region loses its power, returns, and leads again"}};
  return kKinds;
}

Result<Scenario> plan_scenario(const std::string& kind,
                               const model::Site& site,
                               const SiteNow& now,
                               const std::string& cluster) {
  const ClusterNow* found = now.find(cluster);
  if (found == nullptr) {
    return fail(Errc::kInvalidInput, "This site has no cluster '" + cluster + "'.");
  }
  const Ground ground{site, *found};
  if (ground.primary() == model::kNoIndex) {
    return fail(Errc::kUnavailable, "Cluster " + cluster + " has no primary to aim at.");
  }
  Result<std::vector<Step>> steps = steps_of(kind, ground);
  if (!steps) return tl::unexpected(steps.error());
  return Scenario{kind, std::move(*steps)};
}

}  // namespace holdfast::drill
