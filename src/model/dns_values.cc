#include "model/dns_values.h"

#include <charconv>

#include "base/ip_address.h"

namespace holdfast::model {
namespace {

/// Takes the first word and the blanks after it off `text`, as a number of 16 bits.
bool take_number(std::string_view& text, std::uint16_t& number) {
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  const auto used = static_cast<std::size_t>(read.ptr - text.data());
  if (read.ec != std::errc{} || used == text.size() || text[used] != ' ') return false;
  text.remove_prefix(used);
  while (!text.empty() && text[0] == ' ') text.remove_prefix(1);
  return true;
}

}  // namespace

std::optional<DnsService> parse_service(std::string_view value, const DnsName& origin) {
  DnsService service;
  const bool numbers = take_number(value, service.priority) && take_number(value, service.weight) &&
                       take_number(value, service.port);
  const std::optional<DnsName> name = DnsName::parse(value, origin);
  if (!numbers || !name || name->is_wildcard()) return std::nullopt;
  service.name = *name;
  return service;
}

std::optional<DnsName> contact_name(std::string_view address) {
  const std::size_t at = address.find('@');
  const bool two_parts = at != std::string_view::npos && at > 0 && at + 1 < address.size();
  if (!two_parts || address.find('.') < at) return std::nullopt;
  const auto domain = DnsName::parse(address.substr(at + 1), DnsName());
  if (!domain) return std::nullopt;
  return DnsName::parse(address.substr(0, at), *domain);
}

bool is_good_value(DnsType type, std::string_view value, const DnsName& origin) {
  const auto address = parse_ip(value);
  const auto name = DnsName::parse(value, origin);
  switch (type) {
    case DnsType::kA: return address && !address->v6;
    case DnsType::kAaaa: return address && address->v6;
    case DnsType::kCname:
    case DnsType::kNs: return name && !name->is_wildcard();
    case DnsType::kTxt: return value.size() <= kTxtMax;
    case DnsType::kSrv: return parse_service(value, origin).has_value();
  }
  return false;
}

}  // namespace holdfast::model
