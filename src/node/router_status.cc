#include "node/router_status.h"

#include <algorithm>

#include "base/json_writer.h"
#include "node/log.h"

namespace holdfast::node {
namespace {

const std::string& member_name(const RouterView& view, std::size_t cluster, std::size_t member) {
  return view.site.hosts[view.site.clusters[cluster].members[member].host].name;
}

void write_proxy(JsonWriter& json, const RouterView& view) {
  json.key("proxy").begin_object();
  json.field("as_wanted", view.proxy.error.empty() && view.proxy.at != kLongAgo);
  json.key("answered_ms_ago");
  if (view.proxy.at == kLongAgo) {
    json.null();
  } else {
    json.value(to_ms(view.now - view.proxy.at));
  }
  json.field("trouble", std::string_view(view.proxy.error)).end_object();
}

std::uint64_t sessions_of(const RouterView& view,
                          const std::string& cluster,
                          const std::string& member) {
  const auto& figures = view.proxy.figures;
  const auto it = std::find_if(figures.begin(), figures.end(), [&](const auto& row) {
    return row.backend == cluster && row.name == member;
  });
  return it == figures.end() ? 0 : it->sessions;
}

void write_member(JsonWriter& json, const RouterView& view, std::size_t cluster, std::size_t at) {
  const core::HeardMember& heard = view.clusters[cluster]->members[at];
  const std::string& name = member_name(view, cluster, at);
  json.begin_object().field("host", std::string_view(name));
  json.key("report_ms_ago");
  if (heard.heard == kLongAgo) {
    json.null();
  } else {
    json.value(to_ms(view.now - heard.heard));
    json.field("state", core::pg_state_name(heard.report.state));
    json.field("open", heard.report.open);
    json.field("leads", heard.report.leads.value);
    json.field("record_epoch", heard.report.record.epoch.value);
  }
  json.field("sessions", sessions_of(view, view.site.clusters[cluster].name, name)).end_object();
}

void write_cluster(JsonWriter& json, const RouterView& view, std::size_t at) {
  const core::RoutingState& state = *view.clusters[at];
  json.begin_object().field("cluster", std::string_view(view.site.clusters[at].name));
  json.key("writer");
  if (state.memory.writer == core::kNobody) {
    json.null();
  } else {
    json.value(
        std::string_view(member_name(view, at, static_cast<std::size_t>(state.memory.writer))));
  }
  json.field("epoch", state.memory.epoch.value);
  json.field("since", std::string_view(wall_text(view.wall - (view.now - state.since))));
  if (state.rule != nullptr) {
    json.field("rule", state.rule->id).field("why", state.rule->sentence);
  }
  json.key("members").begin_array();
  for (std::size_t i = 0; i < state.members.size(); ++i) write_member(json, view, at, i);
  json.end_array().end_object();
}

}  // namespace

std::string router_status(const RouterView& view) {
  JsonWriter json(2);
  json.begin_object().field("host", std::string_view(view.host));
  json.field("at", std::string_view(wall_text(view.wall)));
  write_proxy(json, view);
  json.key("clusters").begin_array();
  for (std::size_t i = 0; i < view.clusters.size(); ++i) write_cluster(json, view, i);
  json.end_array().end_object();
  return json.text() + '\n';
}

}  // namespace holdfast::node
