// How a new snapshot reaches the threads that answer: they look at one number per batch of packets,
// and take the snapshot only when it has changed.
//
// What was replaced is freed by the publisher, once no reader holds it: a reader never frees
// 100,000 answers between two packets.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <iterator>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "codec/dns/snapshot.h"

namespace holdfast::dns {

using SnapshotPtr = std::shared_ptr<const codec::dns::Snapshot>;

class Publication {
 public:
  explicit Publication(SnapshotPtr first) : current_(std::move(first)) {}

  /// From one thread at a time.
  void publish(SnapshotPtr next) {
    {
      const std::lock_guard lock(mutex_);
      retired_.push_back(std::exchange(current_, std::move(next)));
    }
    generation_.fetch_add(1, std::memory_order_release);
  }

  /// Frees what nobody answers from any more. From the publisher's thread, now and then.
  void collect() {
    std::vector<SnapshotPtr> unused;  // freed after the lock
    const std::lock_guard lock(mutex_);
    const auto kept = std::partition(retired_.begin(), retired_.end(), [](const SnapshotPtr& old) {
      return old.use_count() > 1;
    });
    std::move(kept, retired_.end(), std::back_inserter(unused));
    retired_.erase(kept, retired_.end());
  }

 private:
  friend class Subscription;

  std::atomic<std::uint64_t> generation_{1};
  mutable std::mutex mutex_;
  SnapshotPtr current_;
  std::vector<SnapshotPtr> retired_;
};

/// One thread's view of a publication.
class Subscription {
 public:
  explicit Subscription(const Publication& publication) : publication_(publication) {}

  /// The newest snapshot; it stays valid until the next call.
  const codec::dns::Snapshot& current() {
    const std::uint64_t generation = publication_.generation_.load(std::memory_order_acquire);
    if (generation != seen_) {
      const std::lock_guard lock(publication_.mutex_);
      snapshot_ = publication_.current_;
      seen_ = generation;
    }
    return *snapshot_;
  }

 private:
  const Publication& publication_;
  SnapshotPtr snapshot_;
  std::uint64_t seen_ = 0;
};

}  // namespace holdfast::dns
