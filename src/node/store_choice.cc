#include "node/store_choice.h"

#include "adapters/etcd/etcd_store.h"
#include "adapters/sqlite/sqlite_store.h"
#include "node/host_files.h"
#include "node/log.h"

namespace holdfast::node {

Result<std::unique_ptr<engine::Store>> open_store(net::Loop& loop,
                                                  const model::Site& site,
                                                  const StoreChoice& choice) {
  const auto problem = [&loop](const std::string& text) {
    log_line(loop.wall(), Level::kWarning, "store", text);
  };
  if (choice.kind == "sqlite") {
    sqlite::SqliteConfig config;
    config.path = choice.dir + "/store.sqlite";
    config.problem = problem;
    return sqlite::open_store(loop, site, std::move(config));
  }
  etcd::EtcdConfig config;
  config.endpoints = etcd::store_endpoints(site, choice.host);
  config.tls = host_tls(choice.dir);
  config.problem = problem;
  return etcd::open_store(loop, site, std::move(config));
}

}  // namespace holdfast::node
