#include "node/store_leader.h"

#include <utility>

#include "adapters/etcd/etcd_store.h"
#include "adapters/etcd/leader.h"
#include "node/host_files.h"
#include "node/log.h"

namespace holdfast::node {
namespace {

constexpr Duration kEvery = 7s;  ///< longer than a move may take

}  // namespace

struct StoreLeader::Impl {
  Impl(net::Loop& the_loop,
       const model::Site& the_site,
       const std::vector<etcd::Endpoint>& endpoints,
       const std::shared_ptr<etcd::TlsSettings>& tls,
       std::function<std::vector<model::Index>()> the_primaries)
      : loop(the_loop),
        site(the_site),
        primaries(std::move(the_primaries)),
        mover(the_loop, endpoints, tls),
        timer(the_loop, [this] { look(); }) {
    timer.set(loop.now() + kEvery);
  }

  void look() {
    timer.set(loop.now() + kEvery);
    if (busy) return;
    busy = true;
    mover.move(etcd::leader_preference(site, primaries()), [this](const etcd::LeaderOutcome& it) {
      busy = false;
      if (it.leader != leader)
        log_line(loop.wall(), Level::kInfo, "store", "The store's leader is " + it.leader + '.');
      leader = it.leader;
      if (it.problem == said) return;
      said = it.problem;
      if (!said.empty()) log_line(loop.wall(), Level::kWarning, "store", said);
    });
  }

  net::Loop& loop;
  const model::Site& site;
  std::function<std::vector<model::Index>()> primaries;
  etcd::LeaderMover mover;
  net::Timer timer;
  std::string leader{};
  std::string said{};
  bool busy = false;
};

StoreLeader::StoreLeader(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
StoreLeader::~StoreLeader() = default;

Result<std::unique_ptr<StoreLeader>> StoreLeader::open(
    net::Loop& loop,
    const model::Site& site,
    const std::string& host,
    const std::string& dir,
    std::function<std::vector<model::Index>()> primaries) {
  Result<std::shared_ptr<etcd::TlsSettings>> tls = etcd::load_tls(host_tls(dir));
  if (!tls) return tl::unexpected<Error>(tls.error());
  return std::unique_ptr<StoreLeader>(new StoreLeader(std::make_unique<Impl>(
      loop, site, etcd::store_endpoints(site, host), *tls, std::move(primaries))));
}

const std::string& StoreLeader::leader() const { return impl_->leader; }

}  // namespace holdfast::node
