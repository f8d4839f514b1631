// engine::Store over etcd 3.4's JSON gateway.
//
// A cluster is three keys below /holdfast/v1/clusters/<name>/, changed together: `record` (JSON),
// `key` ("store.epoch.revision", what a compare-and-swap compares) and `lease` (see
// codec/store_lease.h). Everything runs on the loop; nothing blocks.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "adapters/etcd/http_client.h"
#include "engine/store.h"
#include "model/site.h"

namespace holdfast::etcd {

struct EtcdConfig {
  std::vector<Endpoint> endpoints;   ///< this controller's own member first
  std::optional<net::TlsFiles> tls;  ///< none: plain HTTP
  Duration limit = 1s;               ///< an operation that takes longer is answered kUnknown
  Duration hedge = 300ms;            ///< a member silent for so long is doubted
  /// What a person should hear, e.g. a record that cannot be read; may be empty.
  std::function<void(const std::string&)> problem;
};

/// The endpoints as `host` reaches them: its own member, then those of the other store hosts.
[[nodiscard]] std::vector<Endpoint> store_endpoints(const model::Site& site,
                                                    const std::string& host);

/// `site` must outlive the store. Destroying the store leaves what is under way unanswered.
[[nodiscard]] Result<std::unique_ptr<engine::Store>> open_store(net::Loop& loop,
                                                                const model::Site& site,
                                                                EtcdConfig config);

}  // namespace holdfast::etcd
