// Everything a responder answers from at one moment: the catalog, and what is decided now.
//
// Immutable, and cheap to make from the one before: views hang in shards, and a change copies the
// pointers of one shard and of the shards, never the answers of others.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "base/time.h"
#include "codec/dns/catalog.h"
#include "codec/dns/view.h"

namespace holdfast::codec::dns {

class Snapshot {
 public:
  /// Pre: a view for each of the catalog's plans.
  Snapshot(std::shared_ptr<const Catalog> catalog,
           const std::vector<std::shared_ptr<const View>>& views);

  [[nodiscard]] const Catalog& catalog() const { return *catalog_; }
  [[nodiscard]] const View& view(std::uint32_t index) const {
    return *(*shards_[index / kShard])[index % kShard];
  }

  using Change = std::pair<std::uint32_t, std::shared_ptr<const View>>;
  /// The same with some views replaced.
  [[nodiscard]] std::shared_ptr<const Snapshot> with(const std::vector<Change>& changes) const;

 private:
  static constexpr std::size_t kShard = 256;
  using Shard = std::array<std::shared_ptr<const View>, kShard>;

  std::shared_ptr<const Catalog> catalog_;
  std::vector<std::shared_ptr<const Shard>> shards_;
};

}  // namespace holdfast::codec::dns
