#include "node/controller_node.h"

#include <algorithm>
#include <utility>

#include "model/placement.h"
#include "node/controller_api.h"
#include "node/host_files.h"
#include "node/log.h"
#include "node/record_text.h"
#include "node/refusal.h"
#include "node/store_choice.h"

namespace holdfast::node {
namespace {

constexpr Duration kCreationLimit = 60s;

}  // namespace

ControllerNode::ControllerNode(net::Loop& loop, const model::Site& site, ControllerOptions options)
    : loop_(loop),
      site_(site),
      options_(std::move(options)),
      site_view_(site),
      creations_(site.clusters.size()),
      started_at_(loop.wall()) {}

Result<std::unique_ptr<ControllerNode>> ControllerNode::open(net::Loop& loop,
                                                             const model::Site& site,
                                                             const ControllerOptions& options) {
  std::unique_ptr<ControllerNode> node(new ControllerNode(loop, site, options));
  Result<model::Index> self = own_host(site, options.host);
  if (!self) return tl::unexpected<Error>(self.error());
  node->options_.host = site.hosts[*self].name;
  Result<std::shared_ptr<net::TlsContext>> tls = net::TlsContext::load(host_tls(options.dir));
  if (!tls) return tl::unexpected<Error>(tls.error());
  node->tls_ = std::move(*tls);
  std::string found;
  Result<std::unique_ptr<AuditLog>> audit = AuditLog::open(options.dir + "/audit.log", found);
  if (!audit) return tl::unexpected<Error>(audit.error());
  node->audit_ = std::move(*audit);
  if (!found.empty()) log_line(loop.wall(), Level::kError, "audit", found);
  const StoreChoice choice{options.store, options.dir, node->options_.host};
  Result<std::unique_ptr<engine::Store>> store = open_store(loop, site, choice);
  if (!store) return tl::unexpected<Error>(store.error());
  node->store_ = std::move(*store);
  const std::vector<model::Index> hosts = model::controller_hosts(site);
  const auto rank = static_cast<int>(std::find(hosts.begin(), hosts.end(), *self) - hosts.begin());
  for (std::size_t i = 0; i < site.clusters.size(); ++i) {
    node->seats_.push_back(std::make_unique<ControllerSeat>(
        loop, site, static_cast<int>(i), rank, *node->store_, *node));
  }
  if (options.store == "etcd") {
    Result<std::unique_ptr<StoreLeader>> leader =
        StoreLeader::open(loop, site, node->options_.host, options.dir, [raw = node.get()] {
          return raw->primary_hosts();
        });
    if (!leader) return tl::unexpected<Error>(leader.error());
    node->store_leader_ = std::move(*leader);
  }
  Result<bool> network = node->open_network();
  if (!network) return tl::unexpected<Error>(network.error());
  node->start();
  return node;
}

Result<bool> ControllerNode::open_network() {
  net::Listener::Handler handler;
  handler.frame = [this](net::Listener::Connection from,
                         const std::string& peer,
                         std::string_view frame) { from_agent(from, peer, frame); };
  handler.closed = [this](net::Listener::Connection connection, const std::string&) {
    for (const auto& seat : seats_) seat->closed(connection);
  };
  Result<std::unique_ptr<net::Listener>> listener =
      net::Listener::open(loop_, tls_, model::kControllerPort, std::move(handler));
  if (!listener) return tl::unexpected<Error>(listener.error());
  listener_ = std::move(*listener);
  Result<std::unique_ptr<net::HttpServer>> api = net::HttpServer::open(
      loop_, tls_, model::kApiPort, [this](const net::HttpRequest& request, Answer answer) {
        answer_api(*this, request, std::move(answer));
      });
  if (!api) return tl::unexpected<Error>(api.error());
  api_ = std::move(*api);
  return true;
}

void ControllerNode::start() {
  site_view_.restart(loop_.now());
  store_->watch([this](int cluster, const core::RecordPtr& record) {
    seat_at(cluster).driver.seen(moment(), record);
    stepped(cluster);
  });
  for (std::size_t i = 0; i < seats_.size(); ++i) {
    seats_[i]->driver.start(moment());
    stepped(static_cast<int>(i));
  }
}

std::vector<model::Index> ControllerNode::primary_hosts() const {
  std::vector<model::Index> hosts;
  for (const auto& seat : seats_) {
    const core::RecordPtr& record = seat->driver.record();
    if (record != nullptr && record->primary.is_set())
      hosts.push_back(seat->config().members[record->primary.member].host);
  }
  return hosts;
}

std::string ControllerNode::store_leader() const {
  return store_leader_ == nullptr ? std::string{} : store_leader_->leader();
}

engine::Moment ControllerNode::moment() {
  const MonoTime now = loop_.now();
  return {now, loop_.wall(), site_view_.hint(now, under_way_)};
}

void ControllerNode::from_agent(net::Listener::Connection from,
                                const std::string& peer,
                                std::string_view frame) {
  if (codec::is_errand(frame)) return errand(from, peer, frame);
  Result<codec::ToController> message = codec::decode_to_controller(site_, frame);
  if (!message) {
    log_line(loop_.wall(), Level::kWarning, peer, message.error().message);
    return;
  }
  ControllerSeat& seat = seat_at(message->cluster);
  if (seat.host_of(message->member) != peer) {
    log_line(loop_.wall(),
             Level::kWarning,
             peer,
             "It reported for a member of another host; that is ignored.");
    return;
  }
  seat.line(message->member).connection = from;
  const auto place = static_cast<std::size_t>(message->member);
  site_view_.heard(seat.config().members[place].host, loop_.now());
  seat.driver.report(moment(), message->member, message->heartbeat, message->report);
  stepped(message->cluster);
}

void ControllerNode::errand(net::Listener::Connection,
                            const std::string& peer,
                            std::string_view frame) {
  const Result<codec::Errand> read = codec::decode_errand(site_, frame);
  if (!read) return log_line(loop_.wall(), Level::kWarning, peer, read.error().message);
  if (const auto* done = std::get_if<codec::Created>(&*read)) {
    if (seat_at(done->cluster).host_of(0) == peer) created(*done);
  } else if (const auto* trouble = std::get_if<codec::Trouble>(&*read)) {
    ControllerSeat& seat = seat_at(trouble->cluster);
    if (seat.host_of(trouble->member) != peer) return;
    std::string& text = seat.line(trouble->member).trouble;
    if (text == trouble->text) return;
    text = trouble->text;
    note(trouble->cluster, peer, "", text.empty() ? "All is well again." : text);
  } else if (const auto* told = std::get_if<codec::Told>(&*read)) {
    if (seat_at(told->cluster).host_of(told->member) != peer) return;
    const core::Rule* rule = find_rule(told->rule);
    if (rule == nullptr) return;
    events_.add({0,
                 loop_.wall(),
                 seat_at(told->cluster).config().name,
                 peer,
                 peer,
                 rule->id,
                 rule->sentence,
                 told->epoch.value,
                 told->amount});
  }
}

void ControllerNode::send(net::Listener::Connection to, std::string frame) {
  listener_->send(to, std::move(frame));
}

void ControllerNode::event(int cluster, const core::Event& event) {
  log_event(loop_.wall(), site_, cluster, options_.host, event);
  const ControllerSeat& it = seat(cluster);
  std::string member;
  if (event.subject.is_set() && event.subject.member < it.config().members.size())
    member = it.host_of(event.subject.member);
  events_.add({0,
               loop_.wall(),
               it.config().name,
               options_.host,
               member,
               event.rule->id,
               event.rule->sentence,
               event.epoch.value,
               event.amount});
}

void ControllerNode::note(int cluster,
                          const std::string& member,
                          const std::string& rule,
                          std::string text) {
  const core::RecordPtr& record = seat(cluster).driver.record();
  const std::uint64_t epoch = record == nullptr ? 0 : record->key.epoch.value;
  events_.add({0,
               loop_.wall(),
               seat(cluster).config().name,
               options_.host,
               member,
               rule,
               std::move(text),
               epoch,
               {}});
}

void ControllerNode::audit(int cluster, const std::string& who, const std::string& what) {
  audit_->add({loop_.wall(), who, seat(cluster).config().name, what});
}

void ControllerNode::store_answered(int cluster,
                                    std::uint64_t token,
                                    const engine::StoreAnswer& answer) {
  seat_at(cluster).driver.store_done(moment(), token, answer);
  stepped(cluster);
}

void ControllerNode::tick(int cluster) {
  seat_at(cluster).driver.tick(moment());
  stepped(cluster);
}

void ControllerNode::stepped(int cluster) {
  ControllerSeat& it = seat_at(cluster);
  const core::RecordPtr& record = it.driver.record();
  if (record == nullptr || record->key == it.noted) return;
  const bool steady = record->phase == core::Phase::kSteady;
  under_way_ += static_cast<int>(it.steady) - static_cast<int>(steady);
  it.steady = steady;
  it.noted = record->key;
  const std::string text = record_text(site_, it.config(), *record);
  log_line(loop_.wall(), Level::kInfo, it.config().name, text);
  note(cluster, "", "", text);
  audit(cluster, options_.host, text);
}

bool ControllerNode::is_recording(int cluster) { return seat_at(cluster).driver.state().writing; }

bool ControllerNode::operate(int cluster,
                             const core::OperatorCommand& command,
                             const std::string& who,
                             std::string& why) {
  ControllerSeat& it = seat_at(cluster);
  const core::ControllerState& state = it.driver.state();
  if (state.record == nullptr) {
    why = "The cluster has no record yet; create it with `holdfast bootstrap`.";
    return false;
  }
  std::string what = operator_verb_name(command.verb);
  if (command.member >= 0) what += " to " + it.host_of(command.member);
  audit(cluster, who, what);
  note(cluster, "", "", who + " asks: " + what + '.');
  it.driver.operate(moment(), command);
  bool taken = state.writing;
  if (command.verb == core::OperatorVerb::kApprove) taken = state.approved == state.record->key;
  if (command.verb == core::OperatorVerb::kAcceptLoss)
    taken = state.accept_loss_for == state.record->key.epoch;
  if (!taken) why = refusal(site_, it, command, loop_.now());
  stepped(cluster);
  return taken;
}

void ControllerNode::create(int cluster, const std::string& who, Answer answer) {
  Creation& waiting = creations_[static_cast<std::size_t>(cluster)];
  if (waiting.answer && since(waiting.begun, loop_.now()) < kCreationLimit)
    return answer(problem(409, "The cluster is being created already."));
  const auto first = seat(cluster).line(0).connection;
  if (first == 0) {
    return answer(problem(
        503,
        seat(cluster).host_of(0) + " has the first member, and its agent is not connected here."));
  }
  audit(cluster, who, "create");
  note(cluster, "", "", who + " asks: create the cluster.");
  waiting = {std::move(answer), loop_.now()};
  store_->submit(cluster, {}, [this, cluster](const engine::StoreAnswer& read) {
    if (read.outcome != engine::StoreOutcome::kDone)
      return finish_creation(cluster, 503, "The store does not answer.");
    if (read.record != nullptr)
      return finish_creation(cluster, 409, "The cluster exists: the store holds its record.");
    const ControllerSeat& it = seat(cluster);
    for (int member = 1; member < it.policy.count(); ++member) {
      const auto& members = it.driver.state().members;
      const auto place = static_cast<std::size_t>(member);
      if (place < members.size() && members[place].report.self.is_set()) {
        return finish_creation(
            cluster, 409, it.host_of(member) + " holds data of this cluster already.");
      }
    }
    send(it.line(0).connection, codec::encode_errand(site_, codec::CreateCluster{cluster}));
  });
}

void ControllerNode::created(const codec::Created& created) {
  if (!creations_[static_cast<std::size_t>(created.cluster)].answer) return;
  if (created.life == 0) return finish_creation(created.cluster, 409, created.problem);
  record_first(created.cluster, created.life);
}

void ControllerNode::record_first(int cluster, std::uint32_t life) {
  auto first = std::make_shared<const core::Record>(
      core::lone_record(seat(cluster).policy, life, loop_.wall()));
  store_->create(cluster, std::move(first), [this, cluster](const engine::StoreAnswer& answer) {
    switch (answer.outcome) {
      case engine::StoreOutcome::kDone:
        return finish_creation(cluster, 200, "The cluster is created; its members join now.");
      case engine::StoreOutcome::kConflict:
        return finish_creation(cluster, 409, "The cluster exists: the store holds its record.");
      case engine::StoreOutcome::kUnknown:
        return finish_creation(
            cluster, 503, "The store broke off; the cluster may have been created. Ask again.");
    }
  });
}

void ControllerNode::finish_creation(int cluster, int status, const std::string& text) {
  Answer answer = std::exchange(creations_[static_cast<std::size_t>(cluster)].answer, nullptr);
  if (answer) answer(status < 300 ? accepted(text) : problem(status, text));
}

}  // namespace holdfast::node
