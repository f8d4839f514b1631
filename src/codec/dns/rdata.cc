#include "codec/dns/rdata.h"

#include "model/dns_values.h"

namespace holdfast::codec::dns {
namespace {

using model::DnsName;
using model::DnsType;

constexpr std::uint32_t kRefresh = 3600;
constexpr std::uint32_t kRetry = 600;
constexpr std::uint32_t kExpire = 604'800;
constexpr std::size_t kStringMax = 255;

void add16(std::string& to, std::uint32_t value) {
  to += static_cast<char>(value >> 8 & 0xff);
  to += static_cast<char>(value & 0xff);
}

void add32(std::string& to, std::uint32_t value) {
  add16(to, value >> 16);
  add16(to, value & 0xffff);
}

/// As character strings of at most 255 bytes; an empty text is one empty string.
std::string strings(std::string_view text) {
  std::string bytes;
  do {
    const std::string_view part = text.substr(0, kStringMax);
    bytes += static_cast<char>(part.size());
    bytes += part;
    text.remove_prefix(part.size());
  } while (!text.empty());
  return bytes;
}

Rdata service_rdata(const model::DnsService& service) {
  Rdata data;
  add16(data.head, service.priority);
  add16(data.head, service.weight);
  add16(data.head, service.port);
  data.names.push_back(service.name);
  return data;
}

}  // namespace

std::uint16_t type_number(DnsType type) {
  switch (type) {
    case DnsType::kA: return kTypeA;
    case DnsType::kAaaa: return kTypeAaaa;
    case DnsType::kCname: return kTypeCname;
    case DnsType::kNs: return kTypeNs;
    case DnsType::kTxt: return kTypeTxt;
    case DnsType::kSrv: return kTypeSrv;
  }
  return 0;
}

std::optional<Rdata> read_rdata(DnsType type, std::string_view value, const DnsName& origin) {
  if (!model::is_good_value(type, value, origin)) return std::nullopt;
  switch (type) {
    case DnsType::kA:
    case DnsType::kAaaa: return address_rdata(*parse_ip(value));
    case DnsType::kCname:
    case DnsType::kNs: return Rdata{{}, {*DnsName::parse(value, origin)}, {}};
    case DnsType::kTxt: return Rdata{strings(value), {}, {}};
    case DnsType::kSrv: return service_rdata(*model::parse_service(value, origin));
  }
  return std::nullopt;
}

Rdata address_rdata(const IpAddress& address) { return {std::string(address.wire()), {}, {}}; }

Rdata soa_rdata(const DnsName& primary, const DnsName& contact, const SoaTimes& times) {
  Rdata data;
  data.names = {primary, contact};
  for (const std::uint32_t number : {times.serial, kRefresh, kRetry, kExpire, times.negative_ttl}) {
    add32(data.tail, number);
  }
  return data;
}

}  // namespace holdfast::codec::dns
