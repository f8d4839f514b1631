// A watch over all clusters' keys that does not end: it resumes after the last change it has shown,
// on another member if need be, and begins anew where the store no longer knows what came next.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "adapters/etcd/gateway.h"
#include "adapters/etcd/members.h"

namespace holdfast::etcd {

class Watch {
 public:
  /// `members` must outlive it.
  Watch(net::Loop& loop, Members& members, std::shared_ptr<TlsSettings> tls);
  ~Watch();
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;

  /// First everything as it is, then every change. `store`: the etcd cluster it belongs to.
  void start(std::function<void(const KeyValue& event, std::uint64_t store)> seen);

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace holdfast::etcd
