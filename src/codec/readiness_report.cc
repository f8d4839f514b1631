#include "codec/readiness_report.h"

#include <algorithm>
#include <vector>

#include "base/json_writer.h"
#include "model/schema.h"
#include "model/words.h"

namespace holdfast::codec {
namespace {

using core::ClusterView;
using core::Forecast;
using core::Outcome;
using model::Site;

std::string duration_text(Duration d) {
  if (d == Duration::max()) return "unbounded";
  if (d < 1s) return std::to_string((d.count() + 500) / 1000) + "ms";
  const auto tenths = (d.count() + 50000) / 100000;
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + "s";
}

const std::string& host_of(const Site& site, const Forecast& it, int member) {
  const model::Cluster& cluster = site.clusters[it.cluster];
  return site.hosts[cluster.members[static_cast<std::size_t>(member)].host].name;
}

std::string what_happens(const Forecast& it) {
  std::string text = core::outcome_name(it.outcome);
  if (it.lossy) text += ", lossy";
  if (!it.automatic) text += ", asks a person";
  return text;
}

std::string outage_text(const Forecast& it) {
  if (it.outcome == Outcome::kGoesOn) return "none";
  if (it.outcome == Outcome::kStops) return "until it is back";
  return duration_text(it.phases.total());
}

std::string lost_text(const Site& site, const Forecast& it) {
  if (it.loses == Duration::max()) return "all, unless it returns";
  if (!it.lossy) return "nothing";
  std::string text = "up to " + duration_text(it.loses);
  std::vector<std::string> beyond;
  for (const core::ClassForecast& data_class : it.classes) {
    if (!data_class.within_rpo) beyond.push_back(site.data_classes[data_class.data_class].name);
  }
  return beyond.empty() ? text : text + ", too much for " + model::join_words(beyond);
}

std::string survives_text(model::Durability protects) {
  switch (protects) {
    case model::Durability::kRegion: return "any one region";
    case model::Durability::kZone: return "any one zone";
    case model::Durability::kNone: break;
  }
  return "nothing more";
}

using Line = std::vector<std::string>;

std::string aligned(const std::vector<Line>& lines) {
  std::vector<std::size_t> widths;
  for (const Line& line : lines) {
    widths.resize(std::max(widths.size(), line.size()));
    for (std::size_t i = 0; i < line.size(); ++i) widths[i] = std::max(widths[i], line[i].size());
  }
  std::string text;
  for (const Line& line : lines) {
    text += "  ";
    for (std::size_t i = 0; i < line.size(); ++i) {
      const bool last = i + 1 == line.size();
      text += line[i] + (last ? "" : std::string(widths[i] - line[i].size() + 2, ' '));
    }
    text += '\n';
  }
  return text;
}

std::string cluster_text(const Site& site,
                         const ClusterView& view,
                         std::span<const Forecast> forecasts) {
  std::vector<Line> lines{
      {"IF THIS IS LOST", "IT", "LED THEN BY", "OUTAGE", "LOST", "SURVIVES THEN", "HELD UP BY"}};
  std::vector<const core::Rule*> reasons;
  for (const Forecast& it : forecasts) {
    if (it.cluster != view.cluster) continue;
    const core::Rule* rule = it.blocked_by;
    if (rule != nullptr && std::find(reasons.begin(), reasons.end(), rule) == reasons.end())
      reasons.push_back(rule);
    lines.push_back({core::loss_text(site, it.loss),
                     what_happens(it),
                     it.target < 0 ? "nobody" : host_of(site, it, it.target),
                     outage_text(it),
                     lost_text(site, it),
                     it.outcome == Outcome::kStops ? "-" : survives_text(it.after.protects),
                     rule == nullptr ? "-" : rule->id});
  }
  const core::Posture now = core::posture_of(*view.policy, *view.state);
  std::string text = "cluster " + site.clusters[view.cluster].name +
                     ": acknowledged writes survive " + survives_text(now.protects) + " now\n";
  text += aligned(lines);
  for (const core::Rule* rule : reasons)
    text += "  " + std::string(rule->id) + ": " + rule->sentence + '\n';
  return text;
}

void write_duration(JsonWriter& json, std::string_view key, Duration d) {
  json.key(key);
  if (d == Duration::max()) {
    json.null();
  } else {
    json.value(to_ms(d));
  }
}

void write_rule(JsonWriter& json, const core::Rule& rule) {
  json.begin_object().field("id", rule.id).field("sentence", rule.sentence).end_object();
}

void write_posture(JsonWriter& json, std::string_view key, const core::Posture& posture) {
  json.key(key).begin_object().field("protects", model::word_of(posture.protects));
  write_duration(json, "exposure_ms", posture.exposure);
  json.end_object();
}

void write_forecast(JsonWriter& json, const Site& site, const Forecast& it) {
  json.begin_object().field("loss", core::loss_text(site, it.loss));
  json.field("outcome", core::outcome_name(it.outcome)).key("target");
  if (it.target < 0) {
    json.null();
  } else {
    json.value(host_of(site, it, it.target));
  }
  json.field("automatic", it.automatic).field("lossy", it.lossy);
  json.key("phases_ms").begin_object();
  json.field("detect", to_ms(it.phases.detect)).field("decide", to_ms(it.phases.decide));
  json.field("seal", to_ms(it.phases.seal)).field("promote", to_ms(it.phases.promote));
  json.field("reprotect", to_ms(it.phases.reprotect)).end_object();
  write_duration(
      json, "outage_ms", it.outcome == Outcome::kStops ? Duration::max() : it.phases.total());
  write_duration(json, "loses_ms", it.loses);
  json.key("fired").begin_array();
  for (const core::Rule* rule : it.fired) write_rule(json, *rule);
  json.end_array().key("blocked_by");
  if (it.blocked_by == nullptr) {
    json.null();
  } else {
    write_rule(json, *it.blocked_by);
  }
  write_posture(json, "after", it.after);
  json.key("data_classes").begin_array();
  for (const core::ClassForecast& data_class : it.classes) {
    json.begin_object().field("name", site.data_classes[data_class.data_class].name);
    write_duration(json, "loses_ms", data_class.loses);
    json.field("within_rpo", data_class.within_rpo).field("within_rto", data_class.within_rto);
    json.end_object();
  }
  json.end_array().end_object();
}

}  // namespace

std::string readiness_text(const Site& site,
                           std::span<const ClusterView> clusters,
                           std::span<const Forecast> forecasts) {
  std::string text;
  for (const ClusterView& view : clusters) {
    if (!text.empty()) text += '\n';
    text += cluster_text(site, view, forecasts);
  }
  return text;
}

std::string readiness_json(const Site& site,
                           std::span<const ClusterView> clusters,
                           std::span<const Forecast> forecasts) {
  JsonWriter json(2);
  json.begin_object().field("application", site.application);
  json.key("clusters").begin_array();
  for (const ClusterView& view : clusters) {
    json.begin_object().field("name", site.clusters[view.cluster].name);
    write_posture(json, "now", core::posture_of(*view.policy, *view.state));
    json.key("forecasts").begin_array();
    for (const Forecast& it : forecasts) {
      if (it.cluster == view.cluster) write_forecast(json, site, it);
    }
    json.end_array().end_object();
  }
  return json.end_array().end_object().text() + '\n';
}

}  // namespace holdfast::codec
