// The agent's process of one database host: all members of the site that live here, and their
// connections.
//
// Reports go to every controller and every router; promises straight to the agents of the other
// members.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "adapters/net/link.h"
#include "node/agent_member.h"

namespace holdfast::node {

struct AgentOptions {
  std::string dir = "/var/lib/holdfast";
  std::string host;      ///< name of this host in the site file
  std::string binaries;  ///< of PostgreSQL; empty: looked up
  std::string user = "postgres";
};

class AgentNode : public AgentMail {
 public:
  /// `site` must outlive the node. Fails when this host has no members, or when identities,
  /// secrets or PostgreSQL are not there.
  static Result<std::unique_ptr<AgentNode>> open(net::Loop& loop,
                                                 const model::Site& site,
                                                 const AgentOptions& options);

  void report(const codec::ToController& report, bool news) override;
  void promise(const codec::ToAgent& message) override;
  void errand(const codec::Errand& errand) override;

 private:
  AgentNode(net::Loop& loop, const model::Site& site, AgentOptions options);

  [[nodiscard]] Result<bool> open_members();
  [[nodiscard]] Result<bool> open_network();
  void connect(model::Index host);
  void from_controller(const std::string& controller, std::string_view frame);
  void from_agent(const std::string& peer, std::string_view frame);
  [[nodiscard]] AgentMember* find(int cluster, int member);

  struct PeerLink {
    model::Index host = 0;
    std::unique_ptr<net::Link> link;
  };

  net::Loop& loop_;
  const model::Site& site_;
  AgentOptions options_;
  model::Index self_ = model::kNoIndex;
  std::shared_ptr<net::TlsContext> tls_;
  std::vector<std::unique_ptr<AgentMember>> members_;
  std::vector<std::unique_ptr<net::Link>> controllers_;
  std::vector<std::unique_ptr<net::Link>> routers_;
  std::vector<PeerLink> peers_;
  std::unique_ptr<net::Listener> listener_;
};

}  // namespace holdfast::node
