#include "node/router.h"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "codec/haproxy_config.h"
#include "codec/routing_memory.h"
#include "core/policy.h"
#include "node/log.h"
#include "node/router_status.h"
#include "node/small_file.h"

namespace holdfast::node {
namespace {

constexpr std::chrono::milliseconds kNamesEvery{30'000};
constexpr Duration kPapersAfter = 50ms;

using Memories = std::vector<core::RoutingMemory>;

bool has_ipv6() {
  const int descriptor = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return false;
  close(descriptor);
  return true;
}

/// None for every cluster when there is no file yet.
Result<Memories> read_memories(const model::Site& site, const RouterFiles& files) {
  Result<std::optional<std::string>> text = read_file(files.memory);
  if (!text) return tl::unexpected(std::move(text).error());
  if (!text->has_value()) return Memories(site.clusters.size());
  Result<Memories> memories = codec::read_routing_memory(site, **text);
  if (memories) return memories;
  Error error = std::move(memories).error();
  error.message =
      files.memory + " does not read: " + error.message + ". It is replaced once agents are heard.";
  return tl::unexpected(std::move(error));
}

std::string config_of(const model::Site& site,
                      const RouterFiles& files,
                      const Memories& memories,
                      std::optional<model::Index> application_at) {
  codec::ProxyConfig config{files.socket, has_ipv6(), {}, application_at};
  for (const core::RoutingMemory& memory : memories) config.writers.push_back(memory.writer);
  return codec::haproxy_config(site, config);
}

std::vector<std::string> database_hosts(const model::Site& site) {
  std::vector<std::string> names;
  for (const model::Host& host : site.hosts) {
    if (host.role == model::HostRole::kDatabase) names.push_back(host.name);
  }
  return names;
}

const std::string& member_host(const model::Site& site, std::size_t cluster, std::size_t member) {
  return site.hosts[site.clusters[cluster].members[member].host].name;
}

}  // namespace

RouterFiles::RouterFiles(const std::string& dir)
    : socket(dir + "/haproxy.sock"),
      config(dir + "/haproxy.cfg"),
      memory(dir + "/router.state"),
      status(dir + "/router.json") {}

Result<std::string> router_config(const model::Site& site,
                                  const RouterFiles& files,
                                  std::optional<model::Index> application_at) {
  Result<Memories> memories = read_memories(site, files);
  if (!memories && memories.error().code != Errc::kCorrupt)
    return tl::unexpected(std::move(memories).error());
  return config_of(
      site, files, memories ? *memories : Memories(site.clusters.size()), application_at);
}

Router::Router(net::Loop& loop,
               const model::Site& site,
               std::string host,
               const std::string& dir,
               bool application)
    : loop_(loop),
      site_(site),
      host_(std::move(host)),
      application_at_(application ? site_.find_host(host_) : std::nullopt),
      files_(dir),
      keeper_(loop, files_.socket, {}, [this] { looked(); }),
      names_(loop,
             database_hosts(site),
             kNamesEvery,
             [this](const Addresses& found) {
               found_ = found;
               readdressed_.clear();
               mend_addresses();
             }),
      timer_(loop,
             [this] {
               for (std::size_t i = 0; i < clusters_.size(); ++i) {
                 if (clusters_[i].deadline <= loop_.now()) step(i, core::RoutingTick{});
               }
               arm();
             }),
      papers_(loop, [this] { write_papers(); }) {}

Router::~Router() = default;

Result<bool> Router::start() {
  Result<Memories> memories = read_memories(site_, files_);
  if (!memories) {
    log_line(loop_.wall(), Level::kWarning, files_.memory, memories.error().message);
    memories = Memories(site_.clusters.size());
  }
  for (std::size_t i = 0; i < site_.clusters.size(); ++i) {
    core::ClusterPolicy policy = core::make_policy(site_, site_.clusters[i]);
    core::RoutingState state = core::routing_state(policy, (*memories)[i], loop_.now());
    clusters_.push_back({std::move(policy), std::move(state)});
  }
  const Result<bool> written =
      replace_file(files_.config, config_of(site_, files_, *memories, application_at_));
  if (!written) return written;
  for (std::size_t i = 0; i < clusters_.size(); ++i) {
    if ((*memories)[i] == core::RoutingMemory{}) continue;
    want(i);
    step(i, core::RoutingTick{});
  }
  keeper_.start();
  return true;
}

void Router::take(const std::string& peer, std::string_view frame) {
  const Result<codec::ToController> message = codec::decode_to_controller(site_, frame);
  if (!message) {
    log_line(loop_.wall(), Level::kWarning, peer, message.error().message);
    return;
  }
  const std::string& host = member_host(
      site_, static_cast<std::size_t>(message->cluster), static_cast<std::size_t>(message->member));
  if (host != peer) {
    log_line(loop_.wall(),
             Level::kWarning,
             peer,
             "It speaks for the member on " + host + ": refused. Who has its certificate?");
    return;
  }
  hear(*message);
}

void Router::hear(const codec::ToController& message) {
  step(static_cast<std::size_t>(message.cluster),
       core::ReportReceived{message.member, &message.report});
  arm();
}

void Router::step(std::size_t cluster, const core::RoutingEvent& event) {
  Cluster& it = clusters_[cluster];
  const core::RoutingMemory before = it.state.memory;
  core::step_routing(it.policy, it.state, {loop_.now(), event}, out_);
  it.deadline = out_.next_deadline;
  // HAProxy first: files and people can wait for the millisecond that clients should not.
  if (out_.moved) want(cluster);
  if (before != it.state.memory) {
    remember();
    papers_.set(loop_.now() + kPapersAfter);
  }
  for (const core::Event& told : out_.events)
    log_event(loop_.wall(), site_, static_cast<int>(cluster), host_, told);
}

void Router::want(std::size_t cluster) {
  clusters_[cluster].settled = true;
  codec::ProxyWanted wanted{
      site_.clusters[cluster].name, {}, clusters_[cluster].state.memory.writer};
  for (std::size_t i = 0; i < site_.clusters[cluster].members.size(); ++i)
    wanted.servers.push_back(member_host(site_, cluster, i));
  keeper_.want(std::move(wanted));
}

void Router::looked() {
  const haproxy::Seen& seen = keeper_.seen();
  if (seen.error != complaint_) {
    complaint_ = seen.error;
    log_line(loop_.wall(),
             complaint_.empty() ? Level::kInfo : Level::kWarning,
             "haproxy",
             complaint_.empty() ? "HAProxy is as it is wanted." : complaint_);
  }
  if (seen.at != kLongAgo) settle();
  mend_addresses();
  write_status();
}

void Router::settle() {
  for (std::size_t i = 0; i < clusters_.size(); ++i) {
    Cluster& it = clusters_[i];
    if (it.settled) continue;
    int found = core::kNobody;
    int ready = 0;
    for (const codec::ProxyServer& server : keeper_.seen().servers) {
      if (server.backend != site_.clusters[i].name || !server.ready) continue;
      ++ready;
      for (std::size_t m = 0; m < it.state.members.size(); ++m) {
        if (member_host(site_, i, m) == server.name) found = static_cast<int>(m);
      }
    }
    if (ready == 1) it.state.memory.writer = found;
    want(i);
    step(i, core::RoutingTick{});
  }
}

void Router::mend_addresses() {
  for (codec::ProxyServer server : keeper_.seen().servers) {
    const auto it = found_.find(server.name);
    if (it == found_.end() || it->second.contains(server.address)) continue;
    if (!readdressed_.insert(server.backend + "/" + server.name).second) continue;
    log_line(loop_.wall(),
             Level::kInfo,
             server.name,
             "HAProxy knows it as " + server.address + ", its name says " + *it->second.begin() +
                 ": HAProxy is told.");
    server.address = *it->second.begin();
    keeper_.set_address(server);
  }
}

void Router::arm() {
  MonoTime first = kNever;
  for (const Cluster& it : clusters_) first = std::min(first, it.deadline);
  timer_.set(first);
}

std::vector<core::RoutingMemory> Router::memories() const {
  Memories memories;
  for (const Cluster& it : clusters_) memories.push_back(it.state.memory);
  return memories;
}

void Router::remember() {
  complain(replace_file(files_.memory, codec::routing_memory_text(site_, memories())));
}

void Router::write_papers() {
  complain(replace_file(files_.config, config_of(site_, files_, memories(), application_at_)));
  write_status();
}

void Router::write_status() {
  RouterView view{site_, host_, {}, keeper_.seen(), loop_.now(), loop_.wall()};
  for (const Cluster& it : clusters_) view.clusters.push_back(&it.state);
  complain(replace_file(files_.status, router_status(view)));
}

void Router::complain(const Result<bool>& result) {
  if (result) return;
  log_line(loop_.wall(), Level::kError, host_, result.error().message);
}

}  // namespace holdfast::node
