// The configuration of a service host's HAProxy: for each cluster one port that leads to its
// writer, and one that leads to an instance of the application.
//
// Of members HAProxy checks nothing itself: which one is ready is the router's decision alone, so
// that what works goes on while the router is away. Instances are all alike: HAProxy asks them
// itself, sends clients to its own host's, and to its region's others while that one is away. Names
// of the site are safe to write here: model/validate allows letters, digits and hyphens.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/site.h"

namespace holdfast::codec {

/// A member whose name could not be resolved has this address: connecting to it fails at once, and
/// the runtime socket can replace it.
inline constexpr const char* kNoAddress = "255.255.255.255";

struct ProxyConfig {
  std::string socket;        ///< path of the runtime socket
  bool ipv6 = true;          ///< this host knows IPv6; its ports then take IPv4 as well
  std::vector<int> writers;  ///< by cluster: the member that is ready from the start, or −1; may be
                             ///< shorter
  std::optional<model::Index> application_at{};  ///< this host: it is a way to the application
};

[[nodiscard]] std::string haproxy_config(const model::Site& site, const ProxyConfig& config);

}  // namespace holdfast::codec
