// Keeps the store's leader where no primary lives, by a look every few seconds.
//
// The loss of a primary's region must not also cost an election of the store.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "adapters/net/loop.h"
#include "base/result.h"
#include "model/site.h"

namespace holdfast::node {

class StoreLeader {
 public:
  /// `primaries`: the hosts of all primaries as recorded. All must outlive this.
  static Result<std::unique_ptr<StoreLeader>> open(
      net::Loop& loop,
      const model::Site& site,
      const std::string& host,
      const std::string& dir,
      std::function<std::vector<model::Index>()> primaries);
  ~StoreLeader();
  StoreLeader(const StoreLeader&) = delete;
  StoreLeader& operator=(const StoreLeader&) = delete;

  /// As of the last look; empty: none was found.
  [[nodiscard]] const std::string& leader() const;

 private:
  struct Impl;
  explicit StoreLeader(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace holdfast::node
