// The router of a service host: hears agents, follows `core/routing`, and keeps HAProxy at it.
//
// It supervises nothing: HAProxy is started by whoever supervises the host, with the file that the
// router writes, and goes on with the last decision while the router is away. One loop's thread.
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/haproxy/keeper.h"
#include "adapters/net/link.h"
#include "adapters/net/loop.h"
#include "base/result.h"
#include "codec/wire.h"
#include "core/routing/routing.h"
#include "model/site.h"
#include "node/name_watch.h"

namespace holdfast::node {

/// The files of a router, below the host's directory.
struct RouterFiles {
  explicit RouterFiles(const std::string& dir);
  std::string socket;  ///< HAProxy's
  std::string config;  ///< what HAProxy is started with
  std::string memory;  ///< what outlives the router
  std::string status;  ///< for people and `holdfast status`
};

/// What HAProxy is to be started with now: the last writers known are ready from the start.
/// `application_at`: this host, if it is a way to the application as well.
[[nodiscard]] Result<std::string> router_config(const model::Site& site,
                                                const RouterFiles& files,
                                                std::optional<model::Index> application_at);

class Router {
 public:
  /// `host` is this host's name; with `application` it is a way to the application as well.
  Router(net::Loop& loop,
         const model::Site& site,
         std::string host,
         const std::string& dir,
         bool application = false);
  ~Router();
  Router(const Router&) = delete;
  Router& operator=(const Router&) = delete;

  /// Writes HAProxy's file and begins to keep HAProxy as it was last known to be.
  Result<bool> start();
  /// Hears agents from now on. A port that is taken is an error.
  Result<bool> listen(std::shared_ptr<net::TlsContext> tls);
  /// A message from `peer`, by its certificate. Only the host of a member may speak for it.
  void take(const std::string& peer, std::string_view frame);
  /// A report, whoever it came from.
  void hear(const codec::ToController& message);

 private:
  struct Cluster {
    core::ClusterPolicy policy;
    core::RoutingState state;
    MonoTime deadline = kNever;
    bool settled = false;  ///< HAProxy is told what to do; before, it is looked at first
  };

  void step(std::size_t cluster, const core::RoutingEvent& event);
  void want(std::size_t cluster);
  void looked();
  /// Takes over what HAProxy does, for clusters of which nothing is remembered.
  void settle();
  /// Tells HAProxy addresses that its names have by now.
  void mend_addresses();
  void arm();
  [[nodiscard]] std::vector<core::RoutingMemory> memories() const;
  void remember();
  /// What others read: HAProxy at its next start, and people. A moment after a move, when clients
  /// have been served.
  void write_papers();
  void write_status();
  void complain(const Result<bool>& result);

  net::Loop& loop_;
  model::Site site_;
  std::string host_;
  std::optional<model::Index> application_at_;
  RouterFiles files_;
  std::vector<Cluster> clusters_;
  core::RoutingStep out_;
  haproxy::Keeper keeper_;
  Addresses found_;                    ///< the last round of lookups
  std::set<std::string> readdressed_;  ///< servers that HAProxy was told of since
  NameWatch names_;
  net::Timer timer_;
  net::Timer papers_;
  std::unique_ptr<net::Listener> listener_;
  std::string complaint_;  ///< the last one about HAProxy, said once
};

}  // namespace holdfast::node
