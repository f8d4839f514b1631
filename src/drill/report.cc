#include "drill/report.h"

#include <algorithm>
#include <cstdio>

#include "base/json_writer.h"

namespace holdfast::drill {
namespace {

double in_seconds(Duration time) { return to_ms(time) / 1000.0; }

template <class... Args>
std::string text_of(const char* format, Args... args) {
  char text[256];
  std::snprintf(text, sizeof text, format, args...);
  return text;
}

std::string data_classes(const model::Site& site, const std::string& cluster) {
  std::string names;
  for (const model::DataClass& it : site.data_classes) {
    if (it.kept != model::Kept::kCluster || site.clusters[it.cluster].name != cluster) continue;
    names += (names.empty() ? "" : ", ") + it.name;
  }
  return names;
}

std::string step_text(const StepOutcome& step) {
  std::string text = "\n" + step.title + '\n';
  for (const Pause& pause : step.pauses) {
    text += text_of("  %-14s longest wait for a write %7.3f s%s\n",
                    pause.cluster.c_str(),
                    in_seconds(pause.longest),
                    pause.at_end ? ", and none was acknowledged afterwards" : "");
  }
  if (!step.trouble.empty()) text += "  " + step.trouble;
  text += step.over ? text_of("  over after %.1f s\n", in_seconds(*step.over))
                    : std::string("  NOT OVER when it was given up\n");
  return text;
}

std::string lost_text(const model::Site& site, const Lost& it) {
  std::string text =
      text_of("  %-14s %6zu acknowledged, %zu lost%s; %zu refused, %zu unknown (%s)\n",
              it.cluster.c_str(),
              it.acknowledged,
              it.lost,
              it.lost > 0 && it.allowed ? " (policy allows it)" : "",
              it.refused,
              it.unknown,
              data_classes(site, it.cluster).c_str());
  for (const std::string& finding : it.findings) text += "    " + finding + '\n';
  return text;
}

void pause_json(JsonWriter& json, const Pause& pause) {
  json.begin_object().field("cluster", pause.cluster);
  json.field("outage_s", in_seconds(pause.longest));
  json.field("usual_s", in_seconds(pause.usual));
  json.field("at_end", pause.at_end);
  json.field("acknowledged", pause.acknowledged).end_object();
}

void step_json(JsonWriter& json, const StepOutcome& step) {
  json.begin_object().field("name", step.name).field("title", step.title);
  json.field("at_us", std::int64_t{step.at.time_since_epoch().count()});
  json.key("over_s");
  step.over ? json.value(in_seconds(*step.over)) : json.null();
  json.field("trouble", step.trouble).key("pauses").begin_array();
  for (const Pause& pause : step.pauses) pause_json(json, pause);
  json.end_array().end_object();
}

void lost_json(JsonWriter& json, const Lost& it) {
  const auto count = [&](const char* name, std::size_t number) {
    json.field(name, static_cast<std::int64_t>(number));
  };
  json.begin_object().field("cluster", it.cluster);
  count("acknowledged", it.acknowledged);
  count("lost", it.lost);
  count("refused", it.refused);
  count("unknown", it.unknown);
  json.field("loss_allowed", it.allowed).field("fine", it.fine).key("findings").begin_array();
  for (const std::string& finding : it.findings) json.value(finding);
  json.end_array().end_object();
}

double median(std::vector<double> values) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  const std::size_t half = values.size() / 2;
  return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

/// Of one cluster, over the first steps of all drills.
void cluster_summary(JsonWriter& json, std::size_t cluster, const std::vector<Outcome>& outcomes) {
  std::vector<double> outages;
  std::size_t lost = 0;
  for (const Outcome& it : outcomes) {
    outages.push_back(in_seconds(it.steps.front().pauses[cluster].longest));
    lost += it.lost[cluster].lost;
  }
  json.begin_object();
  json.field("cluster", outcomes.front().steps.front().pauses[cluster].cluster);
  json.field("outage_median_s", median(outages));
  json.field("outage_max_s", *std::max_element(outages.begin(), outages.end()));
  json.field("lost_acked", static_cast<std::int64_t>(lost)).end_object();
}

}  // namespace

std::string outcome_text(const model::Site& site, const Outcome& outcome) {
  std::string text;
  for (const StepOutcome& step : outcome.steps) text += step_text(step);
  text += "\nevery write that was acknowledged, looked for afterwards\n";
  for (const Lost& it : outcome.lost) text += lost_text(site, it);
  text +=
      text_of("\nthe machine itself stood still for up to %.0f ms\n", to_ms(outcome.longest_stall));
  text += outcome.good() ? "The drill was passed.\n" : "The drill was NOT passed.\n";
  return text;
}

std::string outcome_json(const Outcome& outcome) {
  JsonWriter json;
  json.begin_object().field("scenario", outcome.scenario).field("good", outcome.good());
  json.field("longest_stall_s", in_seconds(outcome.longest_stall));
  json.key("steps").begin_array();
  for (const StepOutcome& step : outcome.steps) step_json(json, step);
  json.end_array().key("clusters").begin_array();
  for (const Lost& it : outcome.lost) lost_json(json, it);
  json.end_array().key("events").begin_array();
  for (const Said& it : outcome.said) {
    json.begin_object().field("at_us", std::int64_t{it.at.time_since_epoch().count()});
    json.field("cluster", it.cluster).field("from", it.from).field("rule", it.rule);
    json.field("epoch", it.epoch).field("text", it.text).end_object();
  }
  return json.end_array().end_object().text();
}

std::string summary_json(const std::string& scenario, const std::vector<Outcome>& outcomes) {
  JsonWriter json;
  Duration stall{};
  const auto good =
      std::count_if(outcomes.begin(), outcomes.end(), [](const Outcome& it) { return it.good(); });
  for (const Outcome& it : outcomes) stall = std::max(stall, it.longest_stall);
  json.begin_object().field("type", "summary").field("scenario", scenario);
  json.field("runs", static_cast<std::int64_t>(outcomes.size()));
  json.field("good", static_cast<std::int64_t>(good));
  json.field("longest_stall_s", in_seconds(stall)).key("clusters").begin_array();
  const std::size_t clusters = outcomes.empty() ? 0 : outcomes.front().lost.size();
  for (std::size_t i = 0; i < clusters; ++i) cluster_summary(json, i, outcomes);
  return json.end_array().end_object().text();
}

}  // namespace holdfast::drill
