#include "node/agent_node.h"

#include <utility>

#include "core/routing/routing.h"
#include "model/placement.h"
#include "node/host_files.h"
#include "node/log.h"

namespace holdfast::node {

AgentNode::AgentNode(net::Loop& loop, const model::Site& site, AgentOptions options)
    : loop_(loop), site_(site), options_(std::move(options)) {}

Result<std::unique_ptr<AgentNode>> AgentNode::open(net::Loop& loop,
                                                   const model::Site& site,
                                                   const AgentOptions& options) {
  std::unique_ptr<AgentNode> node(new AgentNode(loop, site, options));
  Result<model::Index> self = own_host(site, options.host);
  if (!self) return tl::unexpected<Error>(self.error());
  node->self_ = *self;
  if (model::members_on(site, *self).empty()) {
    return fail(Errc::kInvalidInput,
                "No cluster of the site has a member on '" + site.hosts[*self].name +
                    "': there is nothing for an agent to do.");
  }
  Result<std::shared_ptr<net::TlsContext>> tls = net::TlsContext::load(host_tls(options.dir));
  if (!tls) return tl::unexpected<Error>(tls.error());
  node->tls_ = std::move(*tls);
  for (Result<bool> (AgentNode::*part)() : {&AgentNode::open_members, &AgentNode::open_network}) {
    Result<bool> done = (node.get()->*part)();
    if (!done) return tl::unexpected<Error>(done.error());
  }
  for (const auto& member : node->members_) member->start();
  return node;
}

Result<bool> AgentNode::open_members() {
  Result<BootMark> boot = read_boot_mark(options_.dir);
  if (!boot) return tl::unexpected<Error>(boot.error());
  Result<std::string> secret = read_secret(options_.dir);
  if (!secret) return tl::unexpected<Error>(secret.error());
  for (const model::MemberPlace& place : model::members_on(site_, self_)) {
    AgentMember::Options options;
    options.site = &site_;
    options.cluster = static_cast<int>(place.cluster);
    options.member = static_cast<int>(place.member);
    options.dir = options_.dir;
    options.binaries = options_.binaries;
    options.user = options_.user;
    options.secret = *secret;
    options.boot = *boot;
    Result<std::unique_ptr<AgentMember>> member =
        AgentMember::open(loop_, std::move(options), *this);
    if (!member) return tl::unexpected<Error>(member.error());
    members_.push_back(std::move(*member));
  }
  return true;
}

Result<bool> AgentNode::open_network() {
  for (const model::Index host : model::controller_hosts(site_)) connect(host);
  for (const model::Index host : model::router_hosts(site_)) {
    routers_.push_back(std::make_unique<net::Link>(
        loop_, tls_, site_.hosts[host].name, model::kRouterPort, net::Link::Handler{}));
  }
  for (const model::Index host : model::peer_hosts(site_, self_)) {
    peers_.push_back(
        {host,
         std::make_unique<net::Link>(
             loop_, tls_, site_.hosts[host].name, model::kAgentPort, net::Link::Handler{})});
  }
  net::Listener::Handler handler;
  handler.frame = [this](net::Listener::Connection, const std::string& peer, std::string_view it) {
    from_agent(peer, it);
  };
  Result<std::unique_ptr<net::Listener>> listener =
      net::Listener::open(loop_, tls_, model::kAgentPort, std::move(handler));
  if (!listener) return tl::unexpected<Error>(listener.error());
  listener_ = std::move(*listener);
  return true;
}

void AgentNode::connect(model::Index host) {
  const std::string& name = site_.hosts[host].name;
  net::Link::Handler handler;
  handler.frame = [this, name](std::string_view frame) { from_controller(name, frame); };
  handler.up = [this] {
    for (const auto& member : members_) member->repeat_trouble();
  };
  controllers_.push_back(
      std::make_unique<net::Link>(loop_, tls_, name, model::kControllerPort, std::move(handler)));
}

AgentMember* AgentNode::find(int cluster, int member) {
  for (const auto& it : members_) {
    if (it->cluster() == cluster && it->member() == member) return it.get();
  }
  return nullptr;
}

void AgentNode::from_controller(const std::string& controller, std::string_view frame) {
  if (codec::is_errand(frame)) {
    const Result<codec::Errand> errand = codec::decode_errand(site_, frame);
    const auto* create = errand ? std::get_if<codec::CreateCluster>(&*errand) : nullptr;
    if (create == nullptr) return;
    if (AgentMember* first = find(create->cluster, 0)) first->create();
    return;
  }
  Result<codec::ToAgent> message = codec::decode_to_agent(site_, frame);
  if (!message) {
    log_line(loop_.wall(), Level::kWarning, controller, message.error().message);
    return;
  }
  AgentMember* member = find(message->cluster, message->member);
  if (member == nullptr) return;
  if (auto* seen = std::get_if<core::RecordSeen>(&message->mail)) {
    member->receive(std::move(*seen));
  } else if (const auto* proof = std::get_if<core::StoreProof>(&message->mail)) {
    member->receive(*proof);
  }
}

/// Agents send each other promises only, and each only for the member on its own host.
void AgentNode::from_agent(const std::string& peer, std::string_view frame) {
  Result<codec::ToAgent> message = codec::decode_to_agent(site_, frame);
  if (!message) {
    log_line(loop_.wall(), Level::kWarning, peer, message.error().message);
    return;
  }
  AgentMember* member = find(message->cluster, message->member);
  if (member == nullptr) return;
  const auto speaks_for = [&](core::Incarnation who) {
    const std::vector<model::Member>& members =
        site_.clusters[static_cast<std::size_t>(message->cluster)].members;
    return who.member < members.size() && site_.hosts[members[who.member].host].name == peer;
  };
  if (const auto* request = std::get_if<core::PromiseRequest>(&message->mail)) {
    if (speaks_for(request->from)) member->receive(*request);
  } else if (const auto* grant = std::get_if<core::PromiseGrant>(&message->mail)) {
    if (speaks_for(grant->from)) member->receive(*grant);
  }
}

void AgentNode::report(const codec::ToController& report, bool news) {
  const std::string frame = codec::encode(site_, report);
  for (const auto& link : controllers_) link->send(frame);
  // Routers follow what changes, and only show who is silent.
  if (!news && report.heartbeat % core::kHeartbeatsToRouters != 0) return;
  for (const auto& link : routers_) link->send(frame);
}

void AgentNode::promise(const codec::ToAgent& message) {
  const std::vector<model::Member>& members =
      site_.clusters[static_cast<std::size_t>(message.cluster)].members;
  const model::Index host = members[static_cast<std::size_t>(message.member)].host;
  for (const PeerLink& peer : peers_) {
    if (peer.host == host) peer.link->send(codec::encode(site_, message));
  }
}

void AgentNode::errand(const codec::Errand& errand) {
  const std::string frame = codec::encode_errand(site_, errand);
  for (const auto& link : controllers_) link->send(frame);
}

}  // namespace holdfast::node
