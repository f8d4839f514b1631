#include "adapters/etcd/etcd_member.h"

#include <algorithm>

#include "adapters/etcd/etcd_store.h"
#include "base/assert.h"
#include "model/placement.h"

namespace holdfast::etcd {
namespace {

// A follower that hears nothing for an election timeout, or up to twice that since it is drawn at
// random, calls an election, which takes one round trip to a majority. Ten round trips of 30 ms
// between regions, and then some for a slow fsync: 500 ms keeps a leader through every stall that
// is not a loss, and a lost one is replaced within about a second. The heartbeat must be shorter
// than that by a margin and need not be shorter than a round trip or two.
constexpr const char* kHeartbeatMs = "50";
constexpr const char* kElectionMs = "500";
// Old revisions serve only watches that resume after a break.
constexpr const char* kRevisionsKept = "10000";
// A record is a few KiB and there are a few hundred at most.
constexpr const char* kQuotaBytes = "268435456";
constexpr const char* kSnapshotEvery = "10000";

std::string url(const char* scheme, const std::string& host, model::Port port) {
  const bool bare_v6 = host.find(':') != std::string::npos;
  return std::string(scheme) + "://" + (bare_v6 ? '[' + host + ']' : host) + ':' +
         std::to_string(port);
}

}  // namespace

std::vector<std::string> store_hosts(const model::Site& site) {
  std::vector<std::string> hosts;
  for (const model::Index host : model::controller_hosts(site))
    hosts.push_back(site.hosts[host].name);
  return hosts;
}

EtcdMember store_member(const model::Site& site,
                        const std::string& host,
                        const std::string& data_dir) {
  const std::vector<std::string> hosts = store_hosts(site);
  HF_ASSERT(std::find(hosts.begin(), hosts.end(), host) != hosts.end());
  EtcdMember member;
  member.name = member.host = host;
  member.listen = "0.0.0.0";
  member.data_dir = data_dir;
  return member;
}

std::vector<Endpoint> store_endpoints(const model::Site& site, const std::string& host) {
  std::vector<Endpoint> endpoints;
  for (const std::string& it : store_hosts(site)) {
    const auto place = it == host ? endpoints.begin() : endpoints.end();
    endpoints.insert(place, {it, model::kStoreClientPort});
  }
  return endpoints;
}

std::vector<std::string> etcd_arguments(const EtcdMember& member,
                                        const std::vector<EtcdMember>& all,
                                        const std::string& cluster_token,
                                        const std::optional<net::TlsFiles>& tls) {
  const char* scheme = tls ? "https" : "http";
  std::string initial;
  for (const EtcdMember& it : all) {
    if (!initial.empty()) initial += ',';
    initial += it.name + '=' + url(scheme, it.host, it.peer_port);
  }
  std::vector<std::string> out = {
      "etcd",
      "--name=" + member.name,
      "--data-dir=" + member.data_dir,
      "--listen-client-urls=" + url(scheme, member.listen, member.client_port),
      "--advertise-client-urls=" + url(scheme, member.host, member.client_port),
      "--listen-peer-urls=" + url(scheme, member.listen, member.peer_port),
      "--initial-advertise-peer-urls=" + url(scheme, member.host, member.peer_port),
      "--initial-cluster=" + initial,
      "--initial-cluster-token=" + cluster_token,
      "--initial-cluster-state=new",
      std::string("--heartbeat-interval=") + kHeartbeatMs,
      std::string("--election-timeout=") + kElectionMs,
      // A member that comes back does not unseat a leader whom a majority hears.
      "--pre-vote=true",
      "--auto-compaction-mode=revision",
      std::string("--auto-compaction-retention=") + kRevisionsKept,
      std::string("--quota-backend-bytes=") + kQuotaBytes,
      std::string("--snapshot-count=") + kSnapshotEvery,
      "--logger=zap",
      "--log-level=warn",
      "--log-outputs=stderr",
  };
  if (!tls) return out;
  for (const std::string& prefix : {std::string("--"), std::string("--peer-")}) {
    out.push_back(prefix + "cert-file=" + tls->certificate);
    out.push_back(prefix + "key-file=" + tls->key);
    out.push_back(prefix + "trusted-ca-file=" + tls->authority);
    out.push_back(prefix + "client-cert-auth=true");
  }
  return out;
}

std::vector<std::string> etcd_environment() { return {"GOMAXPROCS=2", "GOGC=50"}; }

}  // namespace holdfast::etcd
