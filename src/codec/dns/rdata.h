// Resource records before they are bytes: what a record holds, with its names still names, so that
// the writer may compress them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ip_address.h"
#include "codec/dns/types.h"
#include "model/dns.h"
#include "model/dns_name.h"

namespace holdfast::codec::dns {

struct Rdata {
  std::string head;                   ///< bytes before the names
  std::vector<model::DnsName> names;  ///< one after the other
  std::string tail;                   ///< bytes after them
};

struct RecordSet {
  std::uint16_t type = 0;
  std::uint32_t ttl = 0;  ///< seconds
  std::vector<Rdata> rdata;
};

/// May names in the data of this type be compressed? (RFC 3597 section 4: those of RFC 1035 only.)
[[nodiscard]] inline bool compresses(std::uint16_t type) {
  return type == kTypeNs || type == kTypeCname || type == kTypeSoa;
}

[[nodiscard]] std::uint16_t type_number(model::DnsType type);

/// The data of a record of the site file; names are relative to `origin`. Nothing where the value
/// is not one of that type, which model/rules_dns has said.
[[nodiscard]] std::optional<Rdata> read_rdata(model::DnsType type,
                                              std::string_view value,
                                              const model::DnsName& origin);

[[nodiscard]] Rdata address_rdata(const IpAddress& address);

struct SoaTimes {
  std::uint32_t serial = 1;
  std::uint32_t negative_ttl = 5;
};

/// Secondaries are not served, so that refresh, retry and expire are only for form.
[[nodiscard]] Rdata soa_rdata(const model::DnsName& primary,
                              const model::DnsName& contact,
                              const SoaTimes& times);

}  // namespace holdfast::codec::dns
