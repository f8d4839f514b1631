// IPv4 and IPv6 addresses as bytes, and as people write them. No ports, no scopes, no prefixes.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace holdfast {

struct IpAddress {
  std::array<std::uint8_t, 16> bytes{};  ///< network order; of IPv4 the first four
  bool v6 = false;

  [[nodiscard]] std::string_view wire() const {
    return {reinterpret_cast<const char*>(bytes.data()), v6 ? std::size_t{16} : std::size_t{4}};
  }
  friend bool operator==(const IpAddress&, const IpAddress&) = default;
};

/// "10.0.0.1", "2001:db8::1", "::ffff:10.0.0.1". Nothing for any other text: no leading zeros in
/// IPv4, which some programs read as octal.
[[nodiscard]] std::optional<IpAddress> parse_ip(std::string_view text);

/// The shortest form, for IPv6 as RFC 5952 section 4 wants it.
[[nodiscard]] std::string ip_text(const IpAddress& address);

}  // namespace holdfast
