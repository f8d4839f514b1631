#include "lab/links.h"

#include <algorithm>
#include <utility>

namespace holdfast::lab {
namespace {

Duration distance(const model::Site& site,
                  const Distances& distances,
                  std::size_t from,
                  std::size_t to) {
  const model::Host& a = site.hosts[from];
  const model::Host& b = site.hosts[to];
  if (a.zone == model::kNoIndex || b.zone == model::kNoIndex) return distances.outside;
  if (a.zone == b.zone) return distances.same_zone;
  if (site.zones[a.zone].region == site.zones[b.zone].region) return distances.zones;
  return distances.regions;
}

void worsen(LinkSpec& link, const LinkSpec& by) {
  link.latency += by.latency;
  link.jitter += by.jitter;
  link.loss = 1 - (1 - link.loss) * (1 - by.loss);
  link.cut = link.cut || by.cut;
  if (by.bytes_per_second == 0) return;
  link.bytes_per_second = link.bytes_per_second == 0
                              ? by.bytes_per_second
                              : std::min(link.bytes_per_second, by.bytes_per_second);
}

tl::unexpected<Error> unknown(const std::string& kind, const std::string& name) {
  return fail(Errc::kNotFound, "the site has no " + kind + " named \"" + name + "\"");
}

std::vector<std::size_t> hosts_where(const model::Site& site, const auto& matches) {
  std::vector<std::size_t> hosts;
  for (std::size_t i = 0; i < site.hosts.size(); ++i) {
    if (matches(i)) hosts.push_back(i);
  }
  return hosts;
}

}  // namespace

LinkTable distances_of(const model::Site& site, const Distances& distances) {
  const std::size_t hosts = site.hosts.size();
  LinkTable table(hosts * hosts);
  for (std::size_t from = 0; from < hosts; ++from) {
    for (std::size_t to = 0; to < hosts; ++to) {
      if (from != to) table[from * hosts + to].latency = distance(site, distances, from, to);
    }
  }
  return table;
}

void apply(const LinkFault& fault, std::size_t hosts, LinkTable& table) {
  std::vector<bool> met(table.size(), false);
  const auto meet = [&](std::size_t from, std::size_t to) {
    const std::size_t at = from * hosts + to;
    if (from == to || met[at]) return;
    met[at] = true;
    worsen(table[at], fault.worse);
  };
  for (const std::size_t from : fault.from) {
    for (const std::size_t to : fault.to) {
      meet(from, to);
      if (!fault.one_way) meet(to, from);
    }
  }
}

Result<std::vector<std::size_t>> select_hosts(const model::Site& site,
                                              const std::string& selector) {
  const std::size_t equals = selector.find('=');
  const std::string kind = equals == std::string::npos ? "host" : selector.substr(0, equals);
  const std::string name = equals == std::string::npos ? selector : selector.substr(equals + 1);
  if (selector == "all") return hosts_where(site, [](std::size_t) { return true; });
  if (kind == "host") {
    const std::optional<model::Index> host = site.find_host(name);
    if (!host) return unknown(kind, name);
    return std::vector<std::size_t>{*host};
  }
  if (kind == "zone") {
    const std::optional<model::Index> zone = site.find_zone(name);
    if (!zone) return unknown(kind, name);
    return hosts_where(site, [&](std::size_t i) { return site.hosts[i].zone == *zone; });
  }
  if (kind == "region") {
    const std::optional<model::Index> region = site.find_region(name);
    if (!region) return unknown(kind, name);
    return hosts_where(site, [&](std::size_t i) {
      return site.region_of_host(static_cast<model::Index>(i)) == *region;
    });
  }
  return fail(Errc::kInvalidInput,
              "\"" + selector + "\" selects nothing; write host=, zone= or region= and a name");
}

}  // namespace holdfast::lab
