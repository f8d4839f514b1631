#include "apps/rehearsal.h"

#include <algorithm>
#include <cstdio>

#include "base/json_writer.h"
#include "codec/units.h"

namespace holdfast::apps {
namespace {

std::string names_of(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

template <class Item>
std::vector<std::string> all_names(const std::vector<Item>& items) {
  std::vector<std::string> names;
  for (const Item& item : items) names.push_back(item.name);
  return names;
}

Result<int> index_in(const std::optional<model::Index>& found,
                     const std::string& what,
                     const std::string& name,
                     const std::vector<std::string>& known) {
  if (found) return static_cast<int>(*found);
  return fail(
      Errc::kInvalidInput,
      "there is no " + what + " '" + name + "' in this site; there are: " + names_of(known));
}

/// The cluster that the instances on a host belong to, first of them.
int cluster_on(const model::Site& site, int host) {
  for (std::size_t i = 0; i < site.clusters.size(); ++i) {
    for (const model::Member& member : site.clusters[i].members) {
      if (static_cast<int>(member.host) == host) return static_cast<int>(i);
    }
  }
  return -1;
}

std::string seconds(Duration time) {
  char text[32];
  std::snprintf(text, sizeof text, "%.2f s", to_ms(time) / 1000.0);
  return text;
}

/// A line of the story begins with its time in seconds.
bool from_first_fault(const std::string& line, bool& begun) {
  begun = begun || line.find("FAULT") != std::string::npos;
  return begun;
}

void print_json(const model::Site& site, const sim::SeedResult& result) {
  JsonWriter json(2);
  json.begin_object().field("seed", result.seed).field("violations", result.violations.size());
  json.field("simulated_seconds", to_ms(result.simulated) / 1000.0);
  json.key("data_classes").begin_array();
  for (const sim::SeedOutage& it : result.outages) {
    const model::DataClass& data_class = site.data_classes[static_cast<std::size_t>(it.data_class)];
    json.begin_object().field("name", data_class.name);
    json.field("cluster", site.clusters[static_cast<std::size_t>(it.cluster)].name);
    json.field("outage_ms", to_ms(it.longest)).field("rto_ms", to_ms(data_class.rto));
    json.field("acknowledged", it.acknowledged).field("lost", it.lost);
    json.field("rpo_ms", to_ms(data_class.rpo)).end_object();
  }
  json.end_array().key("story").begin_array();
  for (const std::string& line : result.story) json.value(line);
  json.end_array().key("rules").begin_array();
  for (const std::string& rule : result.rules) json.value(rule);
  json.end_array().end_object();
  std::printf("%s\n", json.text().c_str());
}

void print_table(const model::Site& site, const sim::SeedResult& result) {
  std::printf("\n%-14s %-10s %12s %12s %14s %8s\n",
              "data class",
              "cluster",
              "outage",
              "objective",
              "acknowledged",
              "lost");
  for (const sim::SeedOutage& it : result.outages) {
    const model::DataClass& data_class = site.data_classes[static_cast<std::size_t>(it.data_class)];
    std::printf("%-14s %-10s %12s %12s %14llu %8llu\n",
                data_class.name.c_str(),
                site.clusters[static_cast<std::size_t>(it.cluster)].name.c_str(),
                seconds(it.longest).c_str(),
                seconds(data_class.rto).c_str(),
                static_cast<unsigned long long>(it.acknowledged),
                static_cast<unsigned long long>(it.lost));
  }
}

}  // namespace

Result<Duration> parse_time(const std::string& text) {
  const codec::Quantity<Duration> read = codec::parse_duration(text);
  if (!read.ok())
    return fail(Errc::kInvalidInput, "'" + text + "' is not a time; write 250ms, 10s or 2min");
  return read.value;
}

Result<sim::Fault> parse_failure(const model::Site& site,
                                 const std::string& text,
                                 sim::SimTime when,
                                 Duration lasts) {
  const std::size_t equals = text.find('=');
  const std::string scope = text.substr(0, equals);
  const std::string name = equals == std::string::npos ? "" : text.substr(equals + 1);
  sim::Fault fault;
  fault.when = when;
  fault.lasts = lasts;
  Result<int> index = fail(Errc::kInvalidInput,
                           "'" + text +
                               "' is not a failure; write process=HOST, host=NAME, zone=NAME "
                               "or region=NAME");
  if (scope == "region") {
    fault.kind = sim::FaultKind::kRegionPower;
    index = index_in(site.find_region(name), "region", name, all_names(site.regions));
  } else if (scope == "zone") {
    fault.kind = sim::FaultKind::kZonePower;
    index = index_in(site.find_zone(name), "zone", name, all_names(site.zones));
  } else if (scope == "host" || scope == "process") {
    const bool process = scope == "process";
    fault.kind = process ? sim::FaultKind::kKillPostgres : sim::FaultKind::kHostPower;
    index = index_in(site.find_host(name), "host", name, all_names(site.hosts));
    if (index && process) fault.b = cluster_on(site, *index);
    if (index && process && fault.b < 0)
      return fail(Errc::kInvalidInput, "no cluster has a member on host '" + name + "'");
  }
  if (!index) return fail(index.error().code, index.error().message);
  fault.a = *index;
  return fault;
}

sim::SeedResult rehearse(const model::Site& site,
                         std::uint64_t seed,
                         std::vector<sim::Fault> faults,
                         Duration length) {
  sim::FaultPlan plan;
  plan.faults = std::move(faults);
  plan.length = length;
  sim::RunOptions options;
  options.story = true;
  options.as_configured = true;
  options.length = length;
  options.plan = &plan;
  return sim::run_seed(site, seed, options);
}

void print_rehearsal(const model::Site& site, const sim::SeedResult& result, bool json) {
  if (json) return print_json(site, result);
  bool begun = false;
  for (const std::string& line : result.story) {
    if (from_first_fault(line, begun)) std::printf("%s\n", line.c_str());
  }
  print_table(site, result);
  for (const sim::Violation& it : result.violations) {
    std::printf("VIOLATION %s: %s\n", it.checker.c_str(), it.text.c_str());
  }
  std::printf("\n%s; whole again %s after the last fault healed; %llu rules acted.\n",
              result.ok() ? "Every promise held" : "A PROMISE WAS BROKEN",
              seconds(result.healing).c_str(),
              static_cast<unsigned long long>(result.rules.size()));
}

}  // namespace holdfast::apps
