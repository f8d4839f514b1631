// One zone while a catalog is made of it: names in order, each with its record sets, and what a
// name finds there (RFC 1034 section 4.3.2, RFC 4592).
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "codec/dns/rdata.h"
#include "model/dns.h"
#include "model/dns_name.h"

namespace holdfast::codec::dns {

struct ZoneName {
  std::vector<RecordSet> sets;
  std::optional<std::size_t> answer;  ///< its addresses are decided: its place among all answers

  [[nodiscard]] const RecordSet* find(std::uint16_t type) const;
  [[nodiscard]] bool is_empty() const { return sets.empty() && !answer; }
};

struct Zone {
  model::DnsName apex;
  RecordSet soa;
  RecordSet negative_soa;  ///< with the TTL of answers that something does not exist (RFC 2308)
  std::map<model::DnsName, ZoneName> names;  ///< those between the apex and a name included
};

/// `first_answer`: the place of the zone's first answer among those of all zones. Values that are
/// not well formed are left out; model/rules_dns has refused them.
[[nodiscard]] Zone make_zone(const model::DnsZone& zone, std::size_t first_answer);

enum class Match {
  kExact,
  kWildcard,
  kNone,       ///< NXDOMAIN
  kDelegated,  ///< at or below a cut
  kOutside,
};

struct Found {
  Match match = Match::kNone;
  const model::DnsName* owner = nullptr;  ///< of what was found: itself, the wildcard, or the cut
  const ZoneName* name = nullptr;
};

[[nodiscard]] Found find_name(const Zone& zone, const model::DnsName& name);

}  // namespace holdfast::codec::dns
