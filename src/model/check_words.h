// The small languages inside a check's keys: status ranges, a JSON match, a DNS question.
//
// Pure and total: text to a value, or nothing. Judging an answer by them is in codec/health.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace holdfast::model {

struct StatusRange {
  int first = 0;  ///< both included, 100 to 599
  int last = 0;

  friend bool operator==(const StatusRange&, const StatusRange&) = default;
};

/// "200-399" or "200, 204, 300-302": at most 16 ranges.
[[nodiscard]] std::optional<std::vector<StatusRange>> parse_status(std::string_view text);

/// One step into a JSON document: a field by name, or an item by its place from 0.
using JsonStep = std::variant<std::string, std::uint32_t>;

/// `$.status == "UP"`: a path, and what stands there. Without a comparison the value must exist
/// and be neither null nor false.
struct JsonMatch {
  enum class Compare : std::uint8_t { kTruthy, kEqual, kNotEqual };
  enum class Literal : std::uint8_t { kString, kNumber, kWord };  ///< kWord: true, false, null
  std::vector<JsonStep> path;
  Compare compare = Compare::kTruthy;
  Literal literal = Literal::kWord;
  std::string text;  ///< of the literal, without quotes

  friend bool operator==(const JsonMatch&, const JsonMatch&) = default;
};

/// A subset of JSONPath (RFC 9535): `$`, `.name`, `['name']` or `["name"]`, `[N]`; then `==` or
/// `!=` and a string in double quotes without escapes, a number, true, false or null. No wildcards,
/// no filters, at most 32 steps.
[[nodiscard]] std::optional<JsonMatch> parse_json_match(std::string_view text);

struct DnsQuestion {
  std::string name;        ///< without the final dot; at most 253 characters, labels at most 63
  std::uint16_t type = 0;  ///< RFC 1035 3.2.2, RFC 3596, RFC 2782

  friend bool operator==(const DnsQuestion&, const DnsQuestion&) = default;
};

/// "ris.example A"; types A, NS, CNAME, SOA, PTR, MX, TXT, AAAA, SRV.
[[nodiscard]] std::optional<DnsQuestion> parse_question(std::string_view text);

}  // namespace holdfast::model
