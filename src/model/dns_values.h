// The values of DNS records as the site file writes them.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "model/dns.h"
#include "model/dns_name.h"

namespace holdfast::model {

inline constexpr std::size_t kTxtMax = 500;  ///< bytes: a set of 64 stays far below one message

inline constexpr std::size_t kDnsAliasesMax = 8;  ///< of one chain

/// "10 5 443 ris": priority, weight, port, name (RFC 2782).
struct DnsService {
  std::uint16_t priority = 0;
  std::uint16_t weight = 0;
  std::uint16_t port = 0;
  DnsName name;
};

[[nodiscard]] std::optional<DnsService> parse_service(std::string_view value,
                                                      const DnsName& origin);

/// "hostmaster@ris.example" as the name a SOA record holds; no dot before the @.
[[nodiscard]] std::optional<DnsName> contact_name(std::string_view address);

[[nodiscard]] bool is_good_value(DnsType type, std::string_view value, const DnsName& origin);

}  // namespace holdfast::model
