// What a lab runs so that clients reach the application by its name: instances on service hosts,
// HAProxy before them, responders for the site's zones, and a resolver where the clients stand.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "lab/processes.h"

namespace holdfast::lab {

/// Adds it to what a real site runs. Fails when the site has no `dns` section. `addresses`: of the
/// hosts, in the site's order.
Result<void> add_application(const model::Site& site,
                             const std::vector<std::uint32_t>& addresses,
                             ProcessTable& table);

/// unbound's configuration on a clinic host: it asks the service hosts for the site's zones, keeps
/// answers for as long as their TTL says, and soon tries another server when one is silent.
[[nodiscard]] std::string resolver_config(const model::Site& site,
                                          const std::vector<std::uint32_t>& addresses);

/// The /etc/resolv.conf of a host with a resolver of its own.
inline constexpr const char* kResolvConf = "nameserver 127.0.0.1\noptions timeout:1 attempts:2\n";

}  // namespace holdfast::lab
