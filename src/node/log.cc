#include "node/log.h"

#include <cstdio>
#include <ctime>

#include "base/json_writer.h"

namespace holdfast::node {
namespace {

const char* level_name(Level level) {
  switch (level) {
    case Level::kInfo: return "info";
    case Level::kWarning: return "warning";
    case Level::kError: return "error";
  }
  return "error";
}

/// One write a line: lines of several threads or processes do not mix.
void print(const JsonWriter& json) {
  const std::string line = json.text() + '\n';
  std::fwrite(line.data(), 1, line.size(), stderr);
}

}  // namespace

std::string wall_text(WallTime at) {
  const auto micros = at.time_since_epoch().count();
  const std::time_t seconds = static_cast<std::time_t>(micros / 1'000'000);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char text[40];
  const std::size_t length = std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &parts);
  char tail[8];
  std::snprintf(tail, sizeof tail, ".%03dZ", static_cast<int>(micros / 1000 % 1000));
  return std::string(text, length) + tail;
}

void log_line(WallTime at, Level level, std::string_view where, std::string_view text) {
  JsonWriter json;
  json.begin_object();
  json.field("at", std::string_view(wall_text(at)));
  json.field("level", level_name(level));
  if (!where.empty()) json.field("where", where);
  json.field("text", text);
  json.end_object();
  print(json);
}

void log_event(WallTime at,
               const model::Site& site,
               int cluster,
               std::string_view host,
               const core::Event& event) {
  const model::Cluster& it = site.clusters[static_cast<std::size_t>(cluster)];
  JsonWriter json;
  json.begin_object();
  json.field("at", std::string_view(wall_text(at)));
  json.field("level", "event");
  json.field("cluster", std::string_view(it.name));
  json.field("host", host);
  json.field("epoch", event.epoch.value);
  json.field("rule", event.rule->id);
  json.field("text", event.rule->sentence);
  if (event.subject.is_set() && event.subject.member < it.members.size()) {
    json.field("member", std::string_view(site.hosts[it.members[event.subject.member].host].name));
  }
  if (event.amount != Duration{}) json.field("amount_ms", to_ms(event.amount));
  json.end_object();
  print(json);
}

}  // namespace holdfast::node
