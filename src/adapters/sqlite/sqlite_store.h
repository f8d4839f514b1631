// engine::Store in one SQLite file, for a site with a single controller.
//
// A worker thread does what blocks; its answers come back over the loop. It protects against
// nothing that takes this host's disk along: that is what etcd is for.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "adapters/net/loop.h"
#include "base/result.h"
#include "engine/store.h"
#include "model/site.h"

namespace holdfast::sqlite {

struct SqliteConfig {
  std::string path;
  Duration limit = 1s;  ///< an operation that takes longer is answered kUnknown
  /// What a person should hear, e.g. a full disk; may be empty.
  std::function<void(const std::string&)> problem;
};

/// Fails if another process uses the file. `loop` and `site` must outlive the store; destroying it
/// waits for the operation under way and leaves the others undone and unanswered.
[[nodiscard]] Result<std::unique_ptr<engine::Store>> open_store(net::Loop& loop,
                                                                const model::Site& site,
                                                                SqliteConfig config);

}  // namespace holdfast::sqlite
