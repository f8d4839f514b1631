#include "apps/status_table.h"

#include <algorithm>
#include <cstdio>
#include <optional>
#include <vector>

#include "base/json_writer.h"

namespace holdfast::apps {
namespace {

using codec::Json;

bool yes(const Json& json) { return json.text == "true"; }

std::string paint(const std::string& text, const char* colour, bool on) {
  return on ? std::string("\x1b[") + colour + 'm' + text + "\x1b[0m" : text;
}

constexpr const char* kRed = "31;1";
constexpr const char* kGreen = "32";

std::string bytes_text(std::int64_t bytes) {
  char text[32];
  if (bytes < 10'000) {
    std::snprintf(text, sizeof text, "%lld B", static_cast<long long>(bytes));
  } else if (bytes < 10'000'000) {
    std::snprintf(text, sizeof text, "%lld kB", static_cast<long long>(bytes / 1000));
  } else {
    std::snprintf(text, sizeof text, "%lld MB", static_cast<long long>(bytes / 1'000'000));
  }
  return text;
}

using Row = std::vector<std::string>;

std::string align(const std::vector<Row>& rows) {
  std::vector<std::size_t> widths;
  for (const Row& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  std::string out;
  for (const Row& row : rows) {
    std::string line = "  ";
    for (std::size_t i = 0; i < row.size(); ++i) {
      line += row[i];
      if (i + 1 < row.size()) line += std::string(widths[i] - row[i].size() + 2, ' ');
    }
    out += line + '\n';
  }
  return out;
}

std::string follows(const Json& member, const Json& cluster) {
  const std::string& state = member.at("state").text;
  if (state == "primary") return yes(member.at("open")) ? "open to clients" : "closed to clients";
  const std::string& epoch = member.at("following_epoch").text;
  if (epoch == "0") return "follows nobody";
  if (epoch == cluster.at("epoch").text) return "follows";
  return "follows epoch " + epoch;
}

Row member_row(const Json& member, const Json& cluster) {
  std::string notes;
  const auto add = [&](const std::string& text) { notes += (notes.empty() ? "" : ", ") + text; };
  if (yes(member.at("asynchronous"))) add("asynchronous");
  for (const Json& name : cluster.at("set").items) {
    if (name.text == member.at("host").text) add("in the set");
  }
  if (yes(member.at("sick"))) add("SICK");
  if (yes(member.at("regressed"))) add("LOST WRITES");
  if (!member.at("trouble").text.empty()) add(member.at("trouble").text);
  const std::string& host = member.at("host").text;
  const std::string& zone = member.at("zone").text;
  if (!yes(member.at("heard"))) return {host, zone, "NOT HEARD", "", "", "", notes};
  const Json& lag = member.at("lag_bytes");
  return {host,
          zone,
          member.at("state").text,
          member.at("position").text,
          lag.is(Json::Kind::kAbsent) ? "" : bytes_text(lag.integer()) + " behind",
          follows(member, cluster),
          notes};
}

std::string headline(const Json& cluster, bool colour) {
  const std::string& name = cluster.at("name").text;
  if (!yes(cluster.at("created")))
    return paint(name, kRed, colour) + "  not created: `holdfast bootstrap --cluster " + name +
           "`\n";
  const bool well = cluster.at("phase").text == "steady" && yes(cluster.at("open"));
  std::string text = paint(name, well ? kGreen : kRed, colour) + "  epoch " +
                     cluster.at("epoch").text + ", " + cluster.at("phase").text + ", " +
                     cluster.at("primary").text +
                     (yes(cluster.at("open")) ? " leads and serves" : " does not serve (yet)") +
                     "; last cause: " + cluster.at("cause").text + '\n';
  if (yes(cluster.at("halted")))
    text += paint("  automatic failover is halted: `holdfast resume " + name + "`\n", kRed, colour);
  if (!cluster.at("handover_to").text.empty())
    text += "  it hands over to " + cluster.at("handover_to").text + '\n';
  return text;
}

std::string protection(const Json& cluster, bool colour) {
  const Json& it = cluster.at("protection");
  const bool reached = yes(it.at("reached"));
  std::string text = "  " + paint(it.at("text").text, reached ? kGreen : kRed, colour);
  if (!reached) text += " Declared: " + it.at("declared").text + '.';
  const std::size_t members = cluster.at("set").items.size();
  if (members > 0)
    text +=
        " Writes wait for " + cluster.at("quorum").text + " of " + std::to_string(members) + '.';
  text += '\n';
  const Json& exposure = cluster.at("exposure_ms");
  if (!exposure.is(Json::Kind::kAbsent)) {
    const std::int64_t ms = exposure.integer();
    text += "  A takeover by the asynchronous member could lose the last " +
            (ms >= 24 * 3600 * 1000 ? std::string("writes; how many is not known")
                                    : std::to_string(ms) + " ms of writes") +
            ".\n";
  }
  return text;
}

}  // namespace

std::string event_line(const Json& event) {
  std::string text =
      event.at("number").text + "  " + event.at("at").text + "  " + event.at("cluster").text + "  ";
  if (!event.at("rule").text.empty()) text += event.at("rule").text + "  ";
  text += event.at("text").text;
  if (!event.at("member").text.empty()) text += " (" + event.at("member").text + ')';
  if (!event.at("amount_ms").text.empty()) text += " [" + event.at("amount_ms").text + " ms]";
  return text;
}

std::string event_json(const Json& event) {
  JsonWriter json;
  json.begin_object();
  for (const auto& [name, value] : event.fields) {
    const std::optional<std::int64_t> number = value.as_int64();
    if (number) {
      json.field(name, *number);
    } else {
      json.field(name, std::string_view(value.text));
    }
  }
  return json.end_object().text();
}

std::string status_table(const Json& status, bool colour) {
  std::string out = status.at("application").text + ", as seen by " + status.at("controller").text +
                    " at " + status.at("at").text;
  const std::string& leader = status.at("store_leader").text;
  if (!leader.empty()) out += "; the store is led from " + leader;
  out += '\n';
  for (const Json& cluster : status.at("clusters").items) {
    out += '\n' + headline(cluster, colour);
    out += protection(cluster, colour);
    std::vector<Row> rows;
    for (const Json& member : cluster.at("members").items)
      rows.push_back(member_row(member, cluster));
    out += align(rows);
    const Json& last = cluster.at("last_event");
    if (!last.is(Json::Kind::kAbsent)) out += "  last: " + event_line(last) + '\n';
  }
  out +=
      '\n' +
      paint(
          "No backup is configured: nothing here protects against a wrong DELETE.", kRed, colour) +
      '\n';
  return out;
}

}  // namespace holdfast::apps
