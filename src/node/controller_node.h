// The controller's process: one seat per cluster over the store, the agents' connections, and the
// API for people.
//
// All decisions are the core's; this is the wiring, and what people ask for by hand.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "adapters/net/http.h"
#include "codec/errand.h"
#include "engine/site_view.h"
#include "node/audit_log.h"
#include "node/controller_seat.h"
#include "node/event_ring.h"
#include "node/store_leader.h"

namespace holdfast::node {

struct ControllerOptions {
  std::string dir = "/var/lib/holdfast";
  std::string host;            ///< name of this host in the site file
  std::string store = "etcd";  ///< or "sqlite"
};

class ControllerNode : public SeatHost {
 public:
  /// `site` must outlive the node.
  static Result<std::unique_ptr<ControllerNode>> open(net::Loop& loop,
                                                      const model::Site& site,
                                                      const ControllerOptions& options);

  // What the API asks for. All on the loop's thread.
  using Answer = std::function<void(net::HttpResponse)>;
  [[nodiscard]] const model::Site& site() const { return site_; }
  [[nodiscard]] const std::string& host() const { return options_.host; }
  [[nodiscard]] const EventRing& events() const { return events_; }
  [[nodiscard]] const ControllerSeat& seat(int cluster) const {
    return *seats_[static_cast<std::size_t>(cluster)];
  }
  [[nodiscard]] MonoTime now() const { return loop_.now(); }
  [[nodiscard]] WallTime wall() const { return loop_.wall(); }
  [[nodiscard]] WallTime started_at() const { return started_at_; }
  /// Who leads the store; empty if that is not known.
  [[nodiscard]] std::string store_leader() const;
  /// While it is, nobody's command can be taken.
  [[nodiscard]] bool is_recording(int cluster);
  /// True if the command was taken; otherwise `why` says what stands against it.
  bool operate(int cluster,
               const core::OperatorCommand& command,
               const std::string& who,
               std::string& why);
  /// Has the first member create the cluster, then records that it leads.
  void create(int cluster, const std::string& who, Answer answer);

  void send(net::Listener::Connection to, std::string frame) override;
  void event(int cluster, const core::Event& event) override;
  void store_answered(int cluster, std::uint64_t token, const engine::StoreAnswer& answer) override;
  void tick(int cluster) override;

 private:
  ControllerNode(net::Loop& loop, const model::Site& site, ControllerOptions options);

  [[nodiscard]] Result<bool> open_network();
  [[nodiscard]] std::vector<model::Index> primary_hosts() const;
  void start();
  [[nodiscard]] engine::Moment moment();
  [[nodiscard]] ControllerSeat& seat_at(int cluster) {
    return *seats_[static_cast<std::size_t>(cluster)];
  }
  void from_agent(net::Listener::Connection from, const std::string& peer, std::string_view frame);
  void errand(net::Listener::Connection from, const std::string& peer, std::string_view frame);
  void created(const codec::Created& created);
  void record_first(int cluster, std::uint32_t life);
  void finish_creation(int cluster, int status, const std::string& text);
  /// After every step: what people and the other clusters should know.
  void stepped(int cluster);
  void audit(int cluster, const std::string& who, const std::string& what);
  void note(int cluster, const std::string& member, const std::string& rule, std::string text);

  net::Loop& loop_;
  const model::Site& site_;
  ControllerOptions options_;
  std::shared_ptr<net::TlsContext> tls_;
  std::unique_ptr<engine::Store> store_;
  engine::SiteView site_view_;
  std::vector<std::unique_ptr<ControllerSeat>> seats_;
  /// Who waits for the creation of a cluster; given up on after a while, so that a person may ask
  /// again.
  struct Creation {
    Answer answer;
    MonoTime begun = kLongAgo;
  };
  std::vector<Creation> creations_;  ///< per cluster
  int under_way_ = 0;
  WallTime started_at_{};
  EventRing events_;
  std::unique_ptr<AuditLog> audit_;
  std::unique_ptr<net::Listener> listener_;
  std::unique_ptr<net::HttpServer> api_;
  std::unique_ptr<StoreLeader> store_leader_;  ///< with etcd only
};

}  // namespace holdfast::node
