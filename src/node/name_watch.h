// Looks up the names of hosts again and again, on a thread of its own: a lookup may block for long.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "adapters/net/loop.h"

namespace holdfast::node {

/// By name; a name that is not found is absent.
using Addresses = std::map<std::string, std::set<std::string>>;

class NameWatch {
 public:
  /// `found` is called on the loop's thread after each round: at once, then every `pause`.
  NameWatch(net::Loop& loop,
            std::vector<std::string> names,
            std::chrono::milliseconds pause,
            std::function<void(const Addresses&)> found);
  /// Waits for a lookup under way.
  ~NameWatch();
  NameWatch(const NameWatch&) = delete;
  NameWatch& operator=(const NameWatch&) = delete;

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace holdfast::node
