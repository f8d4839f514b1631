#include "workload/state.h"

#include <algorithm>
#include <limits>
#include <thread>
#include <utility>

#include "base/json_writer.h"
#include "workload/connection.h"
#include "workload/json_fields.h"
#include "workload/machine.h"

namespace holdfast::workload {
namespace {

constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
constexpr std::size_t kBlock = 100'000;
constexpr const char* kLog = "SELECT id FROM workload_log WHERE id > $1 ORDER BY id LIMIT 100000";

ClusterState& state_of(std::vector<ClusterState>& states, const std::string& name) {
  for (ClusterState& each : states) {
    if (each.cluster == name) return each;
  }
  return states.emplace_back(ClusterState{.cluster = name, .log = {}, .registers = {}});
}

void read_row(JsonFields& fields, std::vector<ClusterState>& states) {
  ClusterState& state = state_of(states, fields.text("cluster"));
  if (fields.has("id")) {
    state.log.push_back(fields.number("id", 1, kMost));
  } else if (fields.has("key")) {
    const auto key = static_cast<std::int32_t>(
        fields.number("key", 0, std::numeric_limits<std::int32_t>::max()));
    if (!state.registers.emplace(key, fields.number("value", 1, kMost)).second) {
      fields.refuse("key", "was there before");
    }
  }
}

Result<ClusterState> fetch_once(const std::string& cluster,
                                const std::vector<Target>& targets,
                                const Login& login,
                                MonoTime deadline) {
  Result<Connection> connection = Connection::open(targets, login, deadline);
  if (!connection) return tl::unexpected(std::move(connection).error());
  ClusterState state{.cluster = cluster, .log = {}, .registers = {}};
  auto ask = [&](const char* statement, const std::vector<std::string>& parameters) {
    return connection->ask(statement, parameters, deadline);
  };
  Result<std::vector<Row>> rows =
      ask("BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY", {});
  do {
    if (!rows) return tl::unexpected(std::move(rows).error());
    rows = ask(kLog, {std::to_string(state.log.empty() ? 0 : state.log.back())});
    if (!rows) return tl::unexpected(std::move(rows).error());
    for (const Row& row : *rows) state.log.push_back(std::stoll(row[0].value()));
  } while (rows->size() == kBlock);
  rows = ask("SELECT key, value FROM workload_register", {});
  if (!rows) return tl::unexpected(std::move(rows).error());
  for (const Row& row : *rows) {
    state.registers[static_cast<std::int32_t>(std::stol(row[0].value()))] =
        std::stoll(row[1].value());
  }
  return state;
}

}  // namespace

std::string state_text(const std::vector<ClusterState>& states) {
  JsonWriter header;
  header.begin_object().field("format", "holdfast-state").field("version", kStateVersion);
  std::string text = header.end_object().text() + '\n';
  for (const ClusterState& state : states) {
    JsonWriter named;
    text += named.begin_object().field("cluster", state.cluster).end_object().text() + '\n';
    for (const OpId id : state.log) {
      JsonWriter json;
      json.begin_object().field("cluster", state.cluster).field("id", id).end_object();
      text += json.text() + '\n';
    }
    for (const auto& [key, value] : state.registers) {
      JsonWriter json;
      json.begin_object().field("cluster", state.cluster);
      json.field("key", static_cast<std::int64_t>(key)).field("value", value).end_object();
      text += json.text() + '\n';
    }
  }
  return text;
}

Result<std::vector<ClusterState>> parse_state(std::string_view text, const std::string& name) {
  std::vector<ClusterState> states;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::size_t length = std::min(text.find('\n'), text.size());
    JsonFields fields(text.substr(0, length));
    if (fields.error().empty() && number > 1) {
      read_row(fields, states);
    } else if (fields.error().empty()) {
      if (fields.optional_text("format") != "holdfast-state") {
        fields.refuse("format", "is not \"holdfast-state\"");
      }
      if (fields.number("version", 0, kMost) != kStateVersion) fields.refuse("version", "is not 1");
    }
    if (!fields.error().empty()) {
      return fail(Errc::kInvalidInput,
                  name + ":" + std::to_string(number) + ": " + fields.error() + ".");
    }
    text.remove_prefix(std::min(length + 1, text.size()));
  }
  for (ClusterState& state : states) std::sort(state.log.begin(), state.log.end());
  return states;
}

Result<ClusterState> fetch_state(const std::string& cluster,
                                 const std::vector<Target>& targets,
                                 const Login& login,
                                 MonoTime deadline) {
  for (;;) {
    Result<ClusterState> state = fetch_once(cluster, targets, login, deadline);
    if (state) return state;
    if (boot_now() >= deadline) {
      Error error = std::move(state).error();
      error.message = "The final state of cluster " + cluster + " cannot be read. " + error.message;
      return tl::unexpected(std::move(error));
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
}

}  // namespace holdfast::workload
