// How an etcd member of a site is run: its command line, with timeouts for members some tens of
// milliseconds apart, and the place of each member in the site.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "adapters/etcd/http_client.h"
#include "adapters/net/link.h"
#include "model/site.h"

namespace holdfast::etcd {

struct EtcdMember {
  std::string name;    ///< of the host, too
  std::string host;    ///< what others reach it by, and what its certificate names
  std::string listen;  ///< the address to listen on; "0.0.0.0" for all of them
  std::string data_dir;
  model::Port client_port = model::kStoreClientPort;
  model::Port peer_port = model::kStorePeerPort;
};

/// The names of model::controller_hosts().
[[nodiscard]] std::vector<std::string> store_hosts(const model::Site& site);

/// The member that runs on `host`. Pre: it is one of store_hosts().
[[nodiscard]] EtcdMember store_member(const model::Site& site,
                                      const std::string& host,
                                      const std::string& data_dir);

/// The arguments of etcd, its own name first. `all`: every member, this one included. TLS for
/// clients and between members: none means neither.
[[nodiscard]] std::vector<std::string> etcd_arguments(const EtcdMember& member,
                                                      const std::vector<EtcdMember>& all,
                                                      const std::string& cluster_token,
                                                      const std::optional<net::TlsFiles>& tls);

/// "NAME=value" beside the environment: a member of this size needs few threads and little memory.
[[nodiscard]] std::vector<std::string> etcd_environment();

}  // namespace holdfast::etcd
