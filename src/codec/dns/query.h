// Reads one DNS query. Total: any bytes give a query or the one thing that is wrong with them, and
// nothing outside of them is read.
//
// What is malformed (RFC 1035 section 4, RFC 6891 section 6): no question or several, a name that
// is compressed, too long or cut off, records that do not fill the message exactly, a second OPT or
// one with a name, options that do not fill it. Records other than OPT are skipped unread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "codec/dns/types.h"
#include "model/dns_name.h"

namespace holdfast::codec::dns {

enum class QueryProblem : std::uint8_t {
  kNone,
  kNoQuery,  ///< shorter than a header, or itself a response: no answer, or two servers could loop
  kOpcode,   ///< not QUERY
  kMalformed,  ///< FORMERR
};

struct Query {
  QueryProblem problem = QueryProblem::kNoQuery;
  bool edns = false;
  bool dnssec_ok = false;
  std::uint8_t version = 0;    ///< of EDNS
  std::uint16_t udp_size = 0;  ///< as the client says; meaningful with EDNS
  std::uint16_t type = 0;
  std::uint16_t klass = 0;
  std::uint8_t labels = 0;
  std::uint8_t name_size = 0;                         ///< with the root's byte
  std::array<std::uint8_t, 128> label_at;             ///< where each label begins in `name`
  std::array<std::uint8_t, model::kDnsNameMax> name;  ///< in lower case

  /// The name from its label `from` on.
  [[nodiscard]] std::string_view suffix(std::size_t from) const {
    const std::size_t at = from < labels ? label_at[from] : name_size - 1U;
    return {reinterpret_cast<const char*>(name.data()) + at, name_size - at};
  }
  /// Bytes of the question section: name, type, class.
  [[nodiscard]] std::size_t question_size() const { return name_size + 4U; }
};

/// Where it cannot be read, `query` is left unset beyond `problem`: it is 400 bytes, and this is
/// the hot path.
void read_query(std::span<const std::uint8_t> message, Query& query);

}  // namespace holdfast::codec::dns
