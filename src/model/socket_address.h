// The address and port of something that is probed, as written in the site file.
//
// Literal addresses only: a probe that had to resolve a name would test the resolver as well.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace holdfast::model {

struct SocketAddress {
  bool v6 = false;
  std::array<std::uint8_t, 16> address{};  ///< network order; IPv4 in the first four bytes
  std::uint16_t port = 0;                  ///< never 0

  friend bool operator==(const SocketAddress&, const SocketAddress&) = default;
};

/// "10.1.2.3:8080" or "[fd00::1]:8080"; nothing for anything else.
[[nodiscard]] std::optional<SocketAddress> parse_target(std::string_view text);

/// An address without a port: "10.1.2.3" or "fd00::1" (RFC 4291 2.2; no zone, no embedded IPv4).
[[nodiscard]] std::optional<SocketAddress> parse_address(std::string_view text);

}  // namespace holdfast::model
