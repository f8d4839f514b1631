// What is said to a running HAProxy over its runtime socket, and how its answers read.
//
// Answers are foreign text: reading them is total, and what does not fit is an error, never a
// guess.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace holdfast::codec {

/// One server of a backend, from `show servers state`.
struct ProxyServer {
  std::string backend;
  std::string name;
  std::string address;
  std::string port;
  bool ready = false;  ///< connections may go there: running, and not kept out by anybody

  friend bool operator==(const ProxyServer&, const ProxyServer&) = default;
};

/// One server's figures, from `show stat`.
struct ProxyFigures {
  std::string backend;
  std::string name;
  std::uint64_t sessions = 0;        ///< now
  std::uint64_t sessions_total = 0;  ///< since HAProxy started

  friend bool operator==(const ProxyFigures&, const ProxyFigures&) = default;
};

/// Which server of a backend is to be ready: that one and no other.
struct ProxyWanted {
  std::string backend;
  std::vector<std::string> servers;
  int ready = -1;  ///< index into `servers`, or −1 for none
};

/// Says the whole of it, whatever is the case now: the wanted one is let in, then the others are
/// kept out, then sessions to them end. In this order a client whose session ends finds the new
/// server, and what reached an old one meanwhile ends with the rest. Commands are separated by `;`.
[[nodiscard]] std::string want_commands(const ProxyWanted& wanted);

/// Does `servers` show exactly what is wanted? Servers of other backends are not looked at.
[[nodiscard]] bool is_as_wanted(const ProxyWanted& wanted, const std::vector<ProxyServer>& servers);

inline constexpr std::string_view kShowServers = "show servers state";
/// Servers only, of all proxies.
inline constexpr std::string_view kShowFigures = "show stat -1 4 -1";

/// Finds the table in an answer that may begin with those of other commands.
[[nodiscard]] Result<std::vector<ProxyServer>> read_servers(std::string_view answer);
[[nodiscard]] Result<std::vector<ProxyFigures>> read_figures(std::string_view answer);

/// The fields of one line of HAProxy's CSV: quoted fields may hold commas and doubled quotes.
[[nodiscard]] std::vector<std::string> csv_fields(std::string_view line);

}  // namespace holdfast::codec
