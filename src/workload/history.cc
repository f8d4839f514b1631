#include "workload/history.h"

#include <array>
#include <limits>
#include <optional>
#include <utility>

#include "base/json_writer.h"
#include "workload/json_fields.h"

namespace holdfast::workload {
namespace {

using model::Durability;

constexpr std::string_view kFormat = "holdfast-history";
constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();

template <class T>
struct Name {
  T value;
  const char* name;
};

constexpr std::array<Name<Outcome>, 3> kOutcomes{{{Outcome::kAcknowledged, "acknowledged"},
                                                  {Outcome::kRefused, "refused"},
                                                  {Outcome::kUnknown, "unknown"}}};
constexpr std::array<Name<Durability>, 3> kDurabilities{
    {{Durability::kNone, "none"}, {Durability::kZone, "zone"}, {Durability::kRegion, "region"}}};

template <class T, std::size_t N>
const char* name_of(const std::array<Name<T>, N>& names, T value) {
  for (const Name<T>& each : names) {
    if (each.value == value) return each.name;
  }
  return "?";
}

template <class T, std::size_t N>
T read_word(JsonFields& fields, std::string_view field, const std::array<Name<T>, N>& names) {
  const std::string word = fields.text(field);
  for (const Name<T>& each : names) {
    if (word == each.name) return each.value;
  }
  fields.refuse(field, "is \"" + word + "\", which is no word for it");
  return names[0].value;
}

template <class Time>
Time read_time(JsonFields& fields, std::string_view field) {
  return Time(Duration(fields.number(field, 0, kMost / 4)));
}

void read_header(JsonFields& fields, HistoryHeader& header) {
  if (fields.optional_text("format") != kFormat) {
    fields.refuse("format", "is not \"holdfast-history\": this is no history");
    return;
  }
  if (fields.number("version", 0, kMost) != kHistoryVersion) {
    fields.refuse("version", "is not 1: another version of holdfast wrote this");
    return;
  }
  header.site = fields.text("site");
  header.run = static_cast<Run>(fields.number("seed", 1, kRunMax));
  header.boot = fields.text("boot");
  header.started = read_time<MonoTime>(fields, "started_us");
  header.started_wall = read_time<WallTime>(fields, "started_wall_us");
  header.proxies = fields.texts("proxies");
  for (JsonFields& each : fields.objects("clusters")) {
    RecordedCluster cluster;
    cluster.name = each.text("name");
    cluster.place = static_cast<std::uint32_t>(each.number("place", 0, 1000));
    cluster.durability = read_word(each, "durability", kDurabilities);
    cluster.lossy_takeover = each.flag("lossy_takeover");
    cluster.data_classes = each.texts("data_classes");
    header.clusters.push_back(std::move(cluster));
  }
  if (header.clusters.empty()) fields.refuse("clusters", "is empty");
}

void read_operation(JsonFields& fields, const HistoryHeader& header, Operation& operation) {
  const std::string kind = fields.text("op");
  if (kind != "write" && kind != "read") fields.refuse("op", "is neither write nor read");
  operation.kind = kind == "read" ? OpKind::kRead : OpKind::kWrite;
  operation.cluster = static_cast<std::uint16_t>(
      fields.number("cluster", 0, static_cast<std::int64_t>(header.clusters.size()) - 1));
  operation.client = static_cast<std::uint32_t>(
      fields.number("client", 0, std::numeric_limits<std::uint32_t>::max()));
  operation.key =
      static_cast<std::int32_t>(fields.number("key", 0, std::numeric_limits<std::int32_t>::max()));
  operation.invoke = read_time<MonoTime>(fields, "invoke_us");
  operation.complete = read_time<MonoTime>(fields, "complete_us");
  operation.outcome = read_word(fields, "outcome", kOutcomes);
  operation.why = fields.optional_text("why");
  if (operation.complete < operation.invoke) {
    fields.refuse("complete_us", "is before invoke_us");
  }
  if (operation.kind == OpKind::kRead) {
    if (operation.outcome == Outcome::kAcknowledged) {
      operation.id = fields.nullable("saw", 1, kMost).value_or(0);
    }
    return;
  }
  operation.id = fields.number("id", 1, kMost);
  if (!is_of_run(operation.id, header.run)) fields.refuse("id", "is not of this run");
  const std::size_t classes = header.clusters.empty() || !fields.error().empty()
                                  ? 0
                                  : header.clusters[operation.cluster].data_classes.size();
  operation.data_class = static_cast<std::uint16_t>(
      fields.number("class", 0, classes == 0 ? 0 : static_cast<std::int64_t>(classes) - 1));
}

/// One line after the other; keeps what has to be remembered between them.
class Parser {
 public:
  /// The error of this line, or nothing.
  std::string line(std::string_view text) {
    if (history_.whole) return "stands after the end";
    JsonFields fields(text);
    if (!fields.error().empty()) return fields.error();
    if (!begun_) {
      read_header(fields, history_.header);
      begun_ = true;
    } else if (fields.has("end_us")) {
      history_.ended = read_time<MonoTime>(fields, "end_us");
      const std::int64_t count = fields.number("operations", 0, kMost);
      if (count != static_cast<std::int64_t>(history_.operations.size())) {
        fields.refuse("operations", "is another number than there are");
      }
      history_.whole = true;
    } else {
      Operation operation;
      read_operation(fields, history_.header, operation);
      history_.operations.push_back(std::move(operation));
    }
    return fields.error();
  }

  [[nodiscard]] bool begun() const { return begun_; }
  History take() { return std::move(history_); }

 private:
  History history_;
  bool begun_ = false;
};

}  // namespace

const char* outcome_name(Outcome outcome) { return name_of(kOutcomes, outcome); }

std::string header_line(const HistoryHeader& header) {
  JsonWriter json;
  json.begin_object().field("format", kFormat).field("version", kHistoryVersion);
  json.field("site", header.site).field("seed", static_cast<std::int64_t>(header.run));
  json.field("boot", header.boot);
  json.field("started_us", header.started.time_since_epoch().count());
  json.field("started_wall_us", header.started_wall.time_since_epoch().count());
  json.key("proxies").begin_array();
  for (const std::string& proxy : header.proxies) json.value(proxy);
  json.end_array().key("clusters").begin_array();
  for (const RecordedCluster& cluster : header.clusters) {
    json.begin_object().field("name", cluster.name);
    json.field("place", static_cast<std::int64_t>(cluster.place));
    json.field("durability", name_of(kDurabilities, cluster.durability));
    json.field("lossy_takeover", cluster.lossy_takeover).key("data_classes").begin_array();
    for (const std::string& name : cluster.data_classes) json.value(name);
    json.end_array().end_object();
  }
  json.end_array().end_object();
  return json.text() + '\n';
}

std::string operation_line(const Operation& operation) {
  const bool read = operation.kind == OpKind::kRead;
  JsonWriter json;
  json.begin_object().field("op", read ? "read" : "write");
  json.field("cluster", static_cast<std::int64_t>(operation.cluster));
  if (!read) json.field("class", static_cast<std::int64_t>(operation.data_class));
  json.field("client", static_cast<std::int64_t>(operation.client));
  json.field("key", static_cast<std::int64_t>(operation.key));
  if (!read) {
    json.field("id", operation.id);
  } else if (operation.outcome == Outcome::kAcknowledged) {
    json.key("saw");
    operation.id == 0 ? json.null() : json.value(operation.id);
  }
  json.field("invoke_us", operation.invoke.time_since_epoch().count());
  json.field("complete_us", operation.complete.time_since_epoch().count());
  json.field("outcome", outcome_name(operation.outcome));
  if (!operation.why.empty()) json.field("why", operation.why);
  json.end_object();
  return json.text() + '\n';
}

std::string end_line(MonoTime ended, std::size_t operations) {
  JsonWriter json;
  json.begin_object().field("end_us", ended.time_since_epoch().count());
  json.field("operations", static_cast<std::int64_t>(operations)).end_object();
  return json.text() + '\n';
}

Result<History> parse_history(std::string_view text, const std::string& name) {
  Parser parser;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::size_t length = text.find('\n');
    // Lines are written whole; one without its end is what a kill left behind.
    if (length == std::string_view::npos) break;
    const std::string error = parser.line(text.substr(0, length));
    if (!error.empty()) {
      return fail(Errc::kInvalidInput,
                  name + ":" + std::to_string(number) + ": " + error +
                      ". The history cannot be judged; record it again.");
    }
    text.remove_prefix(length + 1);
  }
  if (!parser.begun()) {
    return fail(Errc::kInvalidInput, name + ": is empty: there is no history in it");
  }
  return parser.take();
}

}  // namespace holdfast::workload
