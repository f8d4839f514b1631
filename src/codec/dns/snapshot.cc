#include "codec/dns/snapshot.h"

#include <algorithm>

namespace holdfast::codec::dns {

Snapshot::Snapshot(std::shared_ptr<const Catalog> catalog,
                   const std::vector<std::shared_ptr<const View>>& views)
    : catalog_(std::move(catalog)) {
  for (std::size_t first = 0; first < views.size(); first += kShard) {
    auto shard = std::make_shared<Shard>();
    for (std::size_t i = first; i < std::min(first + kShard, views.size()); ++i) {
      (*shard)[i - first] = views[i];
    }
    shards_.push_back(std::move(shard));
  }
}

std::shared_ptr<const Snapshot> Snapshot::with(const std::vector<Change>& changes) const {
  auto next = std::make_shared<Snapshot>(*this);
  std::vector<std::pair<std::size_t, std::shared_ptr<Shard>>> copied;
  for (const auto& [index, view] : changes) {
    const std::size_t at = index / kShard;
    // Changes come in the order of the views, so that the last shard is the one that is wanted.
    if (copied.empty() || copied.back().first != at) {
      copied.emplace_back(at, std::make_shared<Shard>(*next->shards_[at]));
      next->shards_[at] = copied.back().second;
    }
    (*copied.back().second)[index % kShard] = view;
  }
  return next;
}

}  // namespace holdfast::codec::dns
