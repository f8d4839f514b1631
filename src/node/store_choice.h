// Which store a controller uses: etcd for a site, SQLite for a single controller.
#pragma once

#include <memory>
#include <string>

#include "adapters/net/loop.h"
#include "base/result.h"
#include "engine/store.h"
#include "model/site.h"

namespace holdfast::node {

struct StoreChoice {
  std::string kind;  ///< "etcd" or "sqlite"
  std::string dir;   ///< of the host
  std::string host;  ///< its name
};

[[nodiscard]] Result<std::unique_ptr<engine::Store>> open_store(net::Loop& loop,
                                                                const model::Site& site,
                                                                const StoreChoice& choice);

}  // namespace holdfast::node
