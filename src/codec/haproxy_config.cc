#include "codec/haproxy_config.h"

#include "model/endpoints.h"

namespace holdfast::codec {
namespace {

/// One thread, so that a change of writer falls between two connections.
std::string global_part(const ProxyConfig& config) {
  return "# Written by `holdfast router`, again at every change of a writer. See "
         "docs/writer-routing.md.\n"
         "\n"
         "global\n"
         "    nbthread 1\n"
         "    maxconn 4000\n"
         "    no strict-limits\n"
         "    log stderr format raw daemon notice\n"
         "    stats socket " +
         config.socket +
         " mode 600 level admin expose-fd listeners\n"
         "    stats timeout 10s\n"
         "\n";
}

/// A client decides when to try again, so nothing is tried twice here; sessions may be idle for
/// long, so keepalives find the ends that are gone.
constexpr const char* kDefaults =
    "defaults\n"
    "    mode tcp\n"
    "    log global\n"
    "    retries 0\n"
    "    timeout connect 1s\n"
    "    timeout client 24h\n"
    "    timeout server 24h\n"
    "    option clitcpka\n"
    "    clitcpka-idle 20s\n"
    "    clitcpka-intvl 5s\n"
    "    clitcpka-cnt 4\n"
    "    option srvtcpka\n"
    "    srvtcpka-idle 20s\n"
    "    srvtcpka-intvl 5s\n"
    "    srvtcpka-cnt 4\n";

/// A client of PostgreSQL speaks first: eight bytes tell a CancelRequest from the rest. Cancelling
/// a wait for replication would acknowledge a write that no other member has.
std::string frontend(const std::string& cluster, model::Port port, bool ipv6) {
  const std::string bind = (ipv6 ? ":::" : "*:") + std::to_string(port) + (ipv6 ? " v4v6" : "");
  return "\nfrontend writer-of-" + cluster + "\n    bind " + bind +
         "\n    tcp-request connection reject unless { nbsrv(" + cluster +
         ") gt 0 }\n"
         "    tcp-request inspect-delay 5s\n"
         "    tcp-request content reject if { req.payload(0,8),hex -m str 0000001004D2162E }\n"
         "    tcp-request content accept if { req.len ge 8 }\n"
         "    default_backend " +
         cluster + "\n";
}

std::string backend(const model::Site& site, std::size_t index, int writer) {
  const model::Cluster& cluster = site.clusters[index];
  const std::string port = std::to_string(model::postgres_port(index));
  std::string text = "\nbackend " + cluster.name + "\n";
  for (std::size_t i = 0; i < cluster.members.size(); ++i) {
    const std::string& host = site.hosts[cluster.members[i].host].name;
    text += "    server " + host + " " + host + ":" + port + " init-addr libc," + kNoAddress +
            " on-marked-down shutdown-sessions";
    text += static_cast<int>(i) == writer ? "\n" : " disabled\n";
  }
  return text;
}

/// The instances of this host's region, its own first.
std::vector<model::Index> instances_near(const model::Site& site, model::Index self) {
  const auto region_of = [&](model::Index host) {
    return site.zones[site.hosts[host].zone].region;
  };
  std::vector<model::Index> found{self};
  for (model::Index i = 0; i < site.hosts.size(); ++i) {
    const bool service = site.hosts[i].role == model::HostRole::kService;
    if (i != self && service && region_of(i) == region_of(self)) found.push_back(i);
  }
  return found;
}

/// A request that no instance has seen yet is tried at another one; one that was sent is not, it
/// may have been carried out. Sessions of an instance that is down end, so that clients come back.
std::string application_part(const model::Site& site, model::Index self, bool ipv6) {
  const std::string port = std::to_string(model::kApplicationPort);
  std::string text =
      "\nfrontend application\n    mode http\n    bind " +
      (ipv6 ? ":::" + port + " v4v6" : "*:" + port) +
      "\n    timeout http-request 10s\n"
      "    timeout http-keep-alive 60s\n"
      "    default_backend instances\n"
      "\nbackend instances\n"
      "    mode http\n"
      "    timeout connect 250ms\n"
      "    timeout server 10s\n"
      "    retries 3\n"
      "    retry-on conn-failure\n"
      "    option redispatch 1\n"
      "    option allbackups\n"
      "    option httpchk\n"
      "    http-check send meth GET uri /health/live ver HTTP/1.1 hdr Host instance\n"
      "    http-check expect status 200\n"
      "    default-server inter 250ms fastinter 100ms downinter 250ms rise 2 fall 2 "
      "on-marked-down shutdown-sessions\n";
  for (const model::Index host : instances_near(site, self)) {
    const std::string& name = site.hosts[host].name;
    text += "    server " + name + " " + name + ":" + std::to_string(model::kInstancePort) +
            " init-addr libc," + kNoAddress + " check" + (host == self ? "\n" : " backup\n");
  }
  return text;
}

}  // namespace

std::string haproxy_config(const model::Site& site, const ProxyConfig& config) {
  std::string text = global_part(config) + kDefaults;
  for (std::size_t i = 0; i < site.clusters.size(); ++i) {
    text += frontend(site.clusters[i].name, model::writer_port(i), config.ipv6);
    text += backend(site, i, i < config.writers.size() ? config.writers[i] : -1);
  }
  if (config.application_at) text += application_part(site, *config.application_at, config.ipv6);
  return text;
}

}  // namespace holdfast::codec
