#include "core/health/narrow.h"

#include <algorithm>
#include <set>
#include <vector>

#include "model/condition.h"
#include "model/placement.h"

namespace holdfast::core::health {
namespace {

void keep_only(model::Site& site, const std::string& only) {
  std::set<std::string> wanted;
  std::vector<std::string> todo{only};
  while (!todo.empty()) {
    const std::string name = std::move(todo.back());
    todo.pop_back();
    const auto index = site.find_check(name);
    if (!index || !wanted.insert(name).second) continue;
    for (std::string& child :
         model::parse_condition(site.checks[*index].healthy_when).condition.names)
      todo.push_back(std::move(child));
  }
  std::erase_if(site.checks, [&](const model::Check& it) { return !wanted.contains(it.name); });
}

bool probes(const model::Site& site, const model::Check& check, const std::string& host) {
  const std::vector<model::Index> hosts = model::vantage_points(site, check);
  return std::any_of(
      hosts.begin(), hosts.end(), [&](model::Index it) { return site.hosts[it].name == host; });
}

}  // namespace

std::string narrowed_to(const std::string& from) {
  return from.empty() ? std::string("here") : from;
}

Result<model::Site> narrow(model::Site site, const std::string& from, const std::string& only) {
  if (!from.empty() && !site.find_host(from))
    return fail(Errc::kNotFound, "there is no host '" + from + "' in the site");
  if (!only.empty()) {
    if (!site.find_check(only))
      return fail(Errc::kNotFound, "there is no check '" + only + "' in the site");
    keep_only(site, only);
  }
  const std::string host = narrowed_to(from);
  const model::Site whole = site;
  if (from.empty()) site.hosts.push_back({host});
  std::erase_if(site.checks, [&](const model::Check& it) {
    return model::is_probed(it.kind) && !from.empty() && !probes(whole, it, from);
  });
  for (model::Check& check : site.checks) {
    if (model::is_probed(check.kind)) check.from = {host};
  }
  return site;
}

}  // namespace holdfast::core::health
