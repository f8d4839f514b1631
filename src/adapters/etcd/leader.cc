#include "adapters/etcd/leader.h"

#include <algorithm>
#include <utility>

#include "adapters/etcd/etcd_member.h"
#include "base/assert.h"
#include "base/json_writer.h"
#include "codec/json_reader.h"

namespace holdfast::etcd {
namespace {

using codec::Json;

constexpr Duration kAskLimit = 1s;
constexpr Duration kMoveLimit = 3s;
/// Entries of the log; a member further behind would make everybody wait for it.
constexpr std::uint64_t kBehindMax = 100;

std::uint64_t number(const Json& json) { return json.as_uint64_text().value_or(0); }

}  // namespace

std::vector<std::string> leader_preference(const model::Site& site,
                                           const std::vector<model::Index>& primary_hosts) {
  const auto rank = [&](const std::string& host) {
    const model::Index region = site.region_of_host(site.find_host(host).value_or(0));
    if (region != model::kNoIndex && site.regions[region].witness) return 0;
    const bool has_primary =
        std::any_of(primary_hosts.begin(), primary_hosts.end(), [&](model::Index primary) {
          return site.region_of_host(primary) == region;
        });
    return has_primary ? 2 : 1;
  };
  std::vector<std::string> hosts = store_hosts(site);
  std::stable_sort(
      hosts.begin(), hosts.end(), [&](const auto& a, const auto& b) { return rank(a) < rank(b); });
  return hosts;
}

struct LeaderMover::Impl : std::enable_shared_from_this<LeaderMover::Impl> {
  struct Status {
    std::uint64_t id = 0;
    std::uint64_t leader = 0;
    std::uint64_t applied = 0;
    std::string name;
  };

  explicit Impl(net::Loop& the_loop) : loop(the_loop) {}

  /// Status of every member, then the names of all from the first that answers.
  void survey() {
    waiting = clients.size();
    statuses.assign(clients.size(), {});
    for (std::size_t i = 0; i < clients.size(); ++i) {
      post(i, "/v3/maintenance/status", "{}", kAskLimit, [this, i](const HttpAnswer& answer) {
        const auto json = codec::parse_json(answer.body);
        if (answer.status == 200 && json) {
          statuses[i].id = number(json->at("header").at("member_id"));
          statuses[i].leader = number(json->at("leader"));
          statuses[i].applied = number(json->at("raftAppliedIndex"));
        }
        if (--waiting == 0) names();
      });
    }
  }

  void names() {
    const auto alive = std::find_if(
        statuses.begin(), statuses.end(), [](const Status& it) { return it.leader != 0; });
    if (alive == statuses.end()) return finish("no member of the store knows a leader");
    leader = alive->leader;
    const auto at = static_cast<std::size_t>(alive - statuses.begin());
    post(at, "/v3/cluster/member/list", "{}", kAskLimit, [this](const HttpAnswer& answer) {
      const auto json = codec::parse_json(answer.body);
      if (answer.status != 200 || !json) return finish("the members could not be listed");
      for (const Json& it : json->at("members").items) {
        const std::uint64_t id = number(it.at("ID"));
        if (id == leader) outcome.leader = it.at("name").text;
        for (Status& status : statuses) {
          if (status.id == id) status.name = it.at("name").text;
        }
      }
      decide();
    });
  }

  void decide() {
    std::size_t at_leader = clients.size();
    std::uint64_t newest = 0;
    for (std::size_t i = 0; i < statuses.size(); ++i) {
      if (statuses[i].id == leader) at_leader = i;
      newest = std::max(newest, statuses[i].applied);
    }
    for (const std::string& name : wanted) {
      if (name == outcome.leader) return finish("");
      const auto it = std::find_if(
          statuses.begin(), statuses.end(), [&](const Status& s) { return s.name == name; });
      const bool fit = it != statuses.end() && it->id != 0 && it->leader == leader &&
                       newest - it->applied <= kBehindMax;
      if (!fit) continue;
      if (at_leader == clients.size()) return finish("the leader " + outcome.leader + " is silent");
      return transfer(at_leader, *it);
    }
    finish("none of the wanted members answers and has caught up");
  }

  void transfer(std::size_t at_leader, const Status& to) {
    JsonWriter json;
    json.begin_object().field("targetID", std::to_string(to.id)).end_object();
    post(at_leader,
         "/v3/maintenance/transfer-leadership",
         json.text(),
         kMoveLimit,
         [this, name = to.name](const HttpAnswer& answer) {
           if (answer.status != 200) {
             return finish("moving the leader to " + name + " failed: " + answer.problem +
                           answer.body.substr(0, 200));
           }
           outcome.leader = name;
           outcome.moved = true;
           finish("");
         });
  }

  void post(std::size_t client,
            std::string path,
            std::string body,
            Duration limit,
            std::function<void(const HttpAnswer&)> then) {
    clients[client]->post(std::move(path),
                          std::move(body),
                          limit,
                          [weak = weak_from_this(), then = std::move(then)](const HttpAnswer& it) {
                            if (const auto self = weak.lock()) then(it);
                          });
  }

  void finish(std::string problem) {
    outcome.problem = std::move(problem);
    const auto tell = std::exchange(done, nullptr);
    tell(outcome);
  }

  net::Loop& loop;
  std::vector<std::unique_ptr<HttpClient>> clients;
  std::vector<Status> statuses;  ///< by client; id 0 = it did not answer
  std::size_t waiting = 0;
  std::uint64_t leader = 0;
  std::vector<std::string> wanted;
  LeaderOutcome outcome;
  std::function<void(const LeaderOutcome&)> done;
};

LeaderMover::LeaderMover(net::Loop& loop,
                         const std::vector<Endpoint>& endpoints,
                         std::shared_ptr<TlsSettings> tls)
    : impl_(std::make_shared<Impl>(loop)) {
  HF_ASSERT(!endpoints.empty());
  for (const Endpoint& it : endpoints) {
    impl_->clients.push_back(std::make_unique<HttpClient>(loop, it, tls));
  }
}

LeaderMover::~LeaderMover() = default;

void LeaderMover::move(std::vector<std::string> wanted,
                       std::function<void(const LeaderOutcome&)> done) {
  HF_ASSERT(!impl_->done);
  impl_->wanted = std::move(wanted);
  impl_->done = std::move(done);
  impl_->outcome = {};
  impl_->survey();
}

}  // namespace holdfast::etcd
