// Domain names in wire form (RFC 1035 section 3.1): labels with their lengths, the root last.
//
// Names of the site are kept in lower case, so that equal names are equal bytes (RFC 4343). What a
// client asks keeps its case, but never becomes a DnsName: codec/dns/query works on its bytes.
#pragma once

#include <compare>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace holdfast::model {

inline constexpr std::size_t kDnsNameMax = 255;  ///< bytes of the wire form
inline constexpr std::size_t kDnsLabelMax = 63;

class DnsName {
 public:
  /// The root.
  DnsName() : wire_(1, '\0') {}

  /// As in a zone file: a name that ends in a dot is complete, "@" is the origin, all others are
  /// relative to it. Letters, digits, hyphens and underscores; "*" only as the whole first label.
  [[nodiscard]] static std::optional<DnsName> parse(std::string_view text, const DnsName& origin);

  [[nodiscard]] std::string_view wire() const { return wire_; }
  /// Without the last dot; "." for the root.
  [[nodiscard]] std::string text() const;
  [[nodiscard]] std::size_t labels() const;
  [[nodiscard]] bool is_root() const { return wire_.size() == 1; }
  [[nodiscard]] bool is_wildcard() const { return wire_.starts_with("\1*"); }
  /// Without the first label. Pre: not the root.
  [[nodiscard]] DnsName parent() const;
  /// With "*" as its first label; nothing where that is too long.
  [[nodiscard]] std::optional<DnsName> wildcard() const;
  /// Equal to `other`, or below it.
  [[nodiscard]] bool is_within(const DnsName& other) const;

  friend bool operator==(const DnsName&, const DnsName&) = default;
  friend std::strong_ordering operator<=>(const DnsName&, const DnsName&) = default;

 private:
  explicit DnsName(std::string wire) : wire_(std::move(wire)) {}

  std::string wire_;
};

}  // namespace holdfast::model
