#include "codec/haproxy_runtime.h"

#include <algorithm>
#include <charconv>
#include <optional>

namespace holdfast::codec {
namespace {

using Fields = std::vector<std::string>;

// Of srv_admin_state: kept out by a command, by a tracked server, drained, no address, and the
// like. What the configuration said at the start (4) is history.
constexpr std::uint64_t kKeptOut = 0x01 | 0x02 | 0x08 | 0x10 | 0x20;
constexpr std::uint64_t kRunning = 2;  // srv_op_state

std::optional<std::uint64_t> number(std::string_view text) {
  std::uint64_t value = 0;
  const char* end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, value);
  if (text.empty() || result.ec != std::errc{} || result.ptr != end) return std::nullopt;
  return value;
}

std::string_view next_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  return line;
}

Fields words(std::string_view line) {
  Fields fields;
  while (!line.empty()) {
    const std::size_t end = std::min(line.find(' '), line.size());
    if (end > 0) fields.emplace_back(line.substr(0, end));
    line.remove_prefix(std::min(end + 1, line.size()));
  }
  return fields;
}

/// A table of an answer: rows of as many fields as its head names.
struct Table {
  Fields head;
  std::vector<Fields> rows;

  [[nodiscard]] std::optional<std::size_t> column(std::string_view name) const {
    const auto it = std::find(head.begin(), head.end(), name);
    if (it == head.end()) return std::nullopt;
    return static_cast<std::size_t>(it - head.begin());
  }
};

tl::unexpected<Error> unreadable(std::string_view what, std::string_view line) {
  constexpr std::size_t kShown = 120;
  return fail(Errc::kCorrupt,
              "HAProxy's " + std::string(what) + " does not read: \"" +
                  std::string(line.substr(0, kShown)) +
                  "\"; Holdfast is tested with HAProxy 2.6, check which one runs");
}

/// From the line that begins with `opening` to the first empty one.
Result<Table> read_table(std::string_view what,
                         std::string_view answer,
                         std::string_view opening,
                         Fields (*split)(std::string_view)) {
  Table table;
  std::string_view rest = answer;
  while (table.head.empty()) {
    if (rest.empty()) return unreadable(what, answer);
    const std::string_view line = next_line(rest);
    if (line.substr(0, opening.size()) == opening) table.head = split(line.substr(2));
  }
  while (!rest.empty()) {
    const std::string_view line = next_line(rest);
    if (line.empty()) break;
    Fields fields = split(line);
    if (fields.size() != table.head.size()) return unreadable(what, line);
    table.rows.push_back(std::move(fields));
  }
  return table;
}

}  // namespace

std::vector<std::string> csv_fields(std::string_view line) {
  Fields fields(1);
  bool quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (quoted && c == '"' && i + 1 < line.size() && line[i + 1] == '"') {
      fields.back() += c;
      ++i;
    } else if (c == '"') {
      quoted = !quoted;
    } else if (c == ',' && !quoted) {
      fields.emplace_back();
    } else {
      fields.back() += c;
    }
  }
  return fields;
}

std::string want_commands(const ProxyWanted& wanted) {
  std::string out;
  std::string in;
  std::string end;
  for (std::size_t i = 0; i < wanted.servers.size(); ++i) {
    const std::string server = wanted.backend + "/" + wanted.servers[i];
    if (static_cast<int>(i) == wanted.ready) {
      in = "set server " + server + " state ready;";
    } else {
      out += "set server " + server + " state maint;";
      end += "shutdown sessions server " + server + ";";
    }
  }
  return in + out + end;
}

bool is_as_wanted(const ProxyWanted& wanted, const std::vector<ProxyServer>& servers) {
  for (std::size_t i = 0; i < wanted.servers.size(); ++i) {
    const auto it = std::find_if(servers.begin(), servers.end(), [&](const ProxyServer& server) {
      return server.backend == wanted.backend && server.name == wanted.servers[i];
    });
    if (it == servers.end()) return false;
    if (it->ready != (static_cast<int>(i) == wanted.ready)) return false;
  }
  return true;
}

Result<std::vector<ProxyServer>> read_servers(std::string_view answer) {
  constexpr std::string_view kWhat = "server states";
  const Result<Table> table = read_table(kWhat, answer, "# be_id ", words);
  if (!table) return tl::unexpected(table.error());
  const auto backend = table->column("be_name");
  const auto name = table->column("srv_name");
  const auto address = table->column("srv_addr");
  const auto port = table->column("srv_port");
  const auto running = table->column("srv_op_state");
  const auto admin = table->column("srv_admin_state");
  if (!backend || !name || !address || !port || !running || !admin)
    return unreadable(kWhat, answer);
  std::vector<ProxyServer> servers;
  for (const Fields& row : table->rows) {
    const auto state = number(row[*running]);
    const auto kept = number(row[*admin]);
    if (!state || !kept) return unreadable(kWhat, row[*name]);
    servers.push_back({row[*backend],
                       row[*name],
                       row[*address],
                       row[*port],
                       *state == kRunning && (*kept & kKeptOut) == 0});
  }
  return servers;
}

Result<std::vector<ProxyFigures>> read_figures(std::string_view answer) {
  constexpr std::string_view kWhat = "statistics";
  const Result<Table> table = read_table(kWhat, answer, "# pxname,", csv_fields);
  if (!table) return tl::unexpected(table.error());
  const auto backend = table->column("pxname");
  const auto name = table->column("svname");
  const auto now = table->column("scur");
  const auto total = table->column("stot");
  if (!backend || !name || !now || !total) return unreadable(kWhat, answer);
  std::vector<ProxyFigures> figures;
  for (const Fields& row : table->rows) {
    // Fields that do not apply to a row are empty.
    const auto sessions = row[*now].empty() ? std::optional<std::uint64_t>(0) : number(row[*now]);
    const auto all = row[*total].empty() ? std::optional<std::uint64_t>(0) : number(row[*total]);
    if (!sessions || !all) return unreadable(kWhat, row[*name]);
    figures.push_back({row[*backend], row[*name], *sessions, *all});
  }
  return figures;
}

}  // namespace holdfast::codec
