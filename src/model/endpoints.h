// Where each process of a host listens: one table, so that no two parts disagree.
//
// Hosts are reached by their names in the site file; the lab and real sites resolve them the same
// way (/etc/hosts or DNS).
#pragma once

#include <cstddef>
#include <cstdint>

namespace holdfast::model {

using Port = std::uint16_t;

inline constexpr Port kAgentPort = 7401;        ///< promises, agent to agent
inline constexpr Port kControllerPort = 7402;   ///< agents to a controller, and back
inline constexpr Port kRouterPort = 7403;       ///< agents tell routers who is writable
inline constexpr Port kInstancePort = 8081;     ///< an instance of the application, plain HTTP
inline constexpr Port kApplicationPort = 8080;  ///< HAProxy on service hosts: to an instance
inline constexpr Port kApiPort = 7443;          ///< /v1 over mTLS, on controllers
inline constexpr Port kStoreClientPort = 2379;
inline constexpr Port kStorePeerPort = 2380;

/// A member's PostgreSQL listens here; `cluster` is the cluster's place in the site file.
constexpr Port postgres_port(std::size_t cluster) { return static_cast<Port>(5432 + cluster); }
/// HAProxy on service hosts: connections to the cluster's writer.
constexpr Port writer_port(std::size_t cluster) { return static_cast<Port>(6432 + cluster); }

}  // namespace holdfast::model
