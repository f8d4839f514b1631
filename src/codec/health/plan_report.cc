#include "codec/health/plan_report.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <map>

#include "base/json_writer.h"
#include "model/placement.h"
#include "model/schema_checks.h"
#include "model/words.h"

namespace holdfast::codec::health {
namespace {

using model::Check;
using model::Site;

struct Load {
  std::size_t checks = 0;
  double probes_per_second = 0;
};

bool rests(const Check& check) { return check.disabled != model::CheckDisabled::kNo; }

/// What each host probes, in the order of the site.
std::map<model::Index, Load> loads_of(const Site& site) {
  std::map<model::Index, Load> loads;
  for (const Check& check : site.checks) {
    if (!model::is_probed(check.kind) || rests(check)) continue;
    for (const model::Index host : model::vantage_points(site, check)) {
      ++loads[host].checks;
      loads[host].probes_per_second += 1e6 / static_cast<double>(check.interval.count());
    }
  }
  return loads;
}

std::string what_of(const Check& check) {
  if (check.kind == model::CheckKind::kCalculated) return check.healthy_when;
  if (check.kind == model::CheckKind::kControl) return "set by people and plans";
  std::string what = model::has_target(check.kind) ? check.target : check.command;
  if (model::speaks_http(check.kind)) what += check.path;
  if (check.kind == model::CheckKind::kDns) what += " asked for " + check.query;
  if (check.role != model::PostgresRole::kAny)
    what += " as " + std::string(model::word_of(check.role));
  return what;
}

std::string rhythm_of(const Check& check) {
  std::string text;
  if (rests(check)) return "counts as " + std::string(model::word_of(check.disabled)).substr(3);
  if (model::is_probed(check.kind))
    text = "every " + model::duration_text(check.interval) + " within " +
           model::duration_text(check.timeout) + ", fall " + std::to_string(check.fall) +
           ", rise " + std::to_string(check.rise);
  if (check.minimum_down > Duration{})
    text += (text.empty() ? "" : ", ") + std::string("down at least ") +
            model::duration_text(check.minimum_down);
  if (check.inverted) text += (text.empty() ? "" : ", ") + std::string("inverted");
  return text;
}

std::vector<std::string> hosts_of(const Site& site, const Check& check) {
  std::vector<std::string> names;
  if (!model::is_probed(check.kind)) return names;
  for (const model::Index host : model::vantage_points(site, check))
    names.push_back(site.hosts[host].name);
  return names;
}

std::string padded(const std::string& text, std::size_t width) {
  return text + std::string(width - std::min(width, text.size()), ' ');
}

}  // namespace

std::string plan_text(const Site& site) {
  std::size_t width = 0;
  for (const Check& check : site.checks) width = std::max(width, check.name.size());
  std::string text;
  for (const Check& check : site.checks) {
    text += padded(check.name, width) + "  " + padded(std::string(model::word_of(check.kind)), 10) +
            "  " + what_of(check) + '\n';
    const std::string indent(width + 14, ' ');
    if (const std::string rhythm = rhythm_of(check); !rhythm.empty())
      text += indent + rhythm + '\n';
    const std::vector<std::string> hosts = hosts_of(site, check);
    if (!hosts.empty() && !rests(check)) text += indent + "from " + model::join_words(hosts) + '\n';
  }
  for (const auto& [host, load] : loads_of(site)) {
    std::array<char, 32> rate{};
    std::snprintf(rate.data(), rate.size(), "%.4g", load.probes_per_second);
    text += site.hosts[host].name + " probes " + model::count_text(load.checks, "check") + ", " +
            rate.data() + " probes a second\n";
  }
  return text.empty() ? "The site declares no checks.\n" : text;
}

std::string plan_json(const Site& site) {
  JsonWriter json(2);
  json.begin_object().key("checks").begin_array();
  for (const Check& check : site.checks) {
    json.begin_object().field("name", check.name).field("kind", model::word_of(check.kind));
    json.field("what", what_of(check)).field("disabled", model::word_of(check.disabled));
    if (model::is_probed(check.kind)) {
      json.field("interval_ms", to_ms(check.interval)).field("timeout_ms", to_ms(check.timeout));
      json.field("fall", check.fall).field("rise", check.rise);
      json.key("from").begin_array();
      for (const std::string& host : hosts_of(site, check)) json.value(host);
      json.end_array();
    }
    json.end_object();
  }
  json.end_array().key("vantage_points").begin_array();
  for (const auto& [host, load] : loads_of(site)) {
    json.begin_object().field("host", site.hosts[host].name);
    json.field("checks", static_cast<std::uint64_t>(load.checks));
    json.field("probes_per_second", load.probes_per_second).end_object();
  }
  json.end_array().end_object();
  return json.text() + '\n';
}

}  // namespace holdfast::codec::health
