// A health check as the site file declares it: what is probed, how often, and what counts as well.
//
// Plain values. What several keys mean together is in rules_checks.cc; how verdicts come about is
// in core/health.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/time.h"

namespace holdfast::model {

enum class CheckKind : std::uint8_t {
  kTcp,
  kTls,
  kHttp,
  kHttps,
  kDns,
  kPostgres,
  kHl7,
  kCommand,
  kControl,     ///< a routing control: a person or a plan says on or off
  kCalculated,  ///< follows from other checks
};

/// Whether a check is not probed, and what it counts as then.
enum class CheckDisabled : std::uint8_t { kNo, kAsHealthy, kAsUnhealthy };

/// What a PostgreSQL server has to be.
enum class PostgresRole : std::uint8_t { kAny, kWriter, kStandby };

struct Check {
  std::string name;
  CheckKind kind = CheckKind::kTcp;
  std::string target;  ///< ADDRESS:PORT; empty where a kind has none

  Duration interval = 1s;  ///< from the start of a probe to the start of the next
  Duration timeout = 1s;   ///< for a whole probe
  Duration connect_timeout = 1s;
  Duration tls_timeout = 1s;
  Duration answer_timeout = 1s;
  int rise = 2;  ///< passes in a row that make an unhealthy target healthy
  int fall = 3;  ///< failures in a row that make a healthy target unhealthy
  Duration minimum_down{};
  bool inverted = false;
  CheckDisabled disabled = CheckDisabled::kNo;
  std::vector<std::string> from;  ///< hosts that probe; empty: every controller

  std::string path = "/";
  std::string server_name;  ///< Host header and SNI; empty: the address
  std::string status = "200-399";
  std::string contains;
  std::string json;
  bool verify = true;
  std::string authority;  ///< file of trusted certificates; empty: the system's
  Duration warn_before_expiry = 14 * 24h;
  std::string query;   ///< NAME TYPE
  std::string answer;  ///< an address or text among the answers; empty: any answer
  std::string database = "postgres";
  std::string user = "holdfast";
  std::string password_file;
  PostgresRole role = PostgresRole::kAny;
  Duration lag_below{};  ///< 0: any
  std::string message_type = "NMQ^N01";
  std::string receiver;  ///< receiving application
  std::string command;
  std::string healthy_when;  ///< the condition of a calculated check

  friend bool operator==(const Check&, const Check&) = default;
};

/// Whether a kind is probed over a network or by a program, and thus has interval and timeouts.
[[nodiscard]] constexpr bool is_probed(CheckKind kind) {
  return kind != CheckKind::kControl && kind != CheckKind::kCalculated;
}
/// Whether a kind speaks to an address.
[[nodiscard]] constexpr bool has_target(CheckKind kind) {
  return is_probed(kind) && kind != CheckKind::kCommand;
}
[[nodiscard]] constexpr bool speaks_tls(CheckKind kind) {
  return kind == CheckKind::kTls || kind == CheckKind::kHttps;
}
[[nodiscard]] constexpr bool speaks_http(CheckKind kind) {
  return kind == CheckKind::kHttp || kind == CheckKind::kHttps;
}

}  // namespace holdfast::model
