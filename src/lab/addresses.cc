#include "lab/addresses.h"

#include <cstddef>

namespace holdfast::lab {

Result<std::vector<std::uint32_t>> host_addresses(const model::Site& site) {
  constexpr std::size_t kMax = 254;
  if (site.zones.size() > kMax) {
    return fail(Errc::kInvalidInput, "a lab has room for 254 zones; this site has more");
  }
  std::vector<std::uint32_t> next(site.zones.size() + 1, 1);
  std::vector<std::uint32_t> addresses;
  for (const model::Host& host : site.hosts) {
    const std::uint32_t zone = host.zone == model::kNoIndex ? 0 : host.zone + 1;
    if (next[zone] > kMax) {
      return fail(Errc::kInvalidInput, "a lab has room for 254 hosts in a zone; there are more");
    }
    addresses.push_back(kNetwork | (zone << 8U) | next[zone]++);
  }
  return addresses;
}

std::string address_text(std::uint32_t address) {
  std::string text;
  for (unsigned shift = 24;; shift -= 8) {
    text += std::to_string((address >> shift) & 0xffU);
    if (shift == 0) return text;
    text += '.';
  }
}

std::string hosts_file(const model::Site& site, const std::vector<std::uint32_t>& addresses) {
  std::string text = "127.0.0.1 localhost\n";
  for (std::size_t i = 0; i < site.hosts.size(); ++i) {
    text += address_text(addresses[i]) + " " + site.hosts[i].name + "\n";
  }
  return text;
}

}  // namespace holdfast::lab
