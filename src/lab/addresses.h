// Where the hosts of a lab live: one IPv4 network, 10.77.ZONE.HOST.
//
// ZONE is the zone's place in the site file, from 1; 0 for hosts outside all zones. HOST is the
// host's place among those of its zone, from 1.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "model/site.h"

namespace holdfast::lab {

inline constexpr int kNetworkPrefix = 16;
inline constexpr std::uint32_t kNetwork = (10U << 24U) | (77U << 16U);

/// One for each host of the site, in its order. Fails when a site has too many zones, or hosts in a
/// zone.
Result<std::vector<std::uint32_t>> host_addresses(const model::Site& site);
/// "10.77.1.2"
std::string address_text(std::uint32_t address);
/// What every host of the lab has as /etc/hosts.
std::string hosts_file(const model::Site& site, const std::vector<std::uint32_t>& addresses);

}  // namespace holdfast::lab
