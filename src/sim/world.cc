// Building the world from a site, starting it, and looking at it.

#include "sim/world.h"

#include <algorithm>

#include "base/assert.h"
#include "sim/controller_places.h"

namespace holdfast::sim {
namespace {

enum Stream : std::uint64_t { kNetwork = 1, kStore, kRouting, kGateway, kInstances = 100 };

int total_hosts(const model::Site& site) {
  return static_cast<int>(site.hosts.size() + controller_places(site).size());
}

int index_or_none(model::Index index) {
  return index == model::kNoIndex ? -1 : static_cast<int>(index);
}

std::vector<core::ClusterPolicy> make_policies(const model::Site& site) {
  std::vector<core::ClusterPolicy> policies;
  for (const model::Cluster& cluster : site.clusters) {
    policies.push_back(core::make_policy(site, cluster));
  }
  return policies;
}

}  // namespace

World::World(const model::Site& site, const SimOptions& options)
    : site_(site),
      options_(options),
      prng_(options.seed),
      policies_(make_policies(site_)),
      network_(kernel_, *this, prng_.fork(kNetwork), options.net, total_hosts(site)),
      routing_(kernel_, network_, prng_.fork(kRouting), site_),
      gateway_(*this, prng_.fork(kGateway)),
      faults_(*this) {
  build_hosts();
  set_latencies();
  build_processes();
  observers_.add(routing_);
}

void World::build_hosts() {
  const std::vector<ControllerPlace> places = controller_places(site_);
  hosts_.resize(static_cast<std::size_t>(total_hosts(site_)));
  for (std::size_t i = 0; i < hosts_.size(); ++i) {
    Host& host = hosts_[i];
    host.index = static_cast<int>(i);
    if (i < site_.hosts.size()) {
      host.zone = index_or_none(site_.hosts[i].zone);
      host.region = index_or_none(site_.region_of_host(static_cast<model::Index>(i)));
      host.power_loss_protection = site_.hosts[i].power_loss_protection;
    } else {
      host.controller = static_cast<int>(i - site_.hosts.size());
      const ControllerPlace& place = places[i - site_.hosts.size()];
      host.region = place.region;
      host.zone = place.zone;
    }
    host.wall_at_start = WallTime{} + 480'000h + prng_.between(-2ms, 2ms);
    // Hosts have been up for a while: their boot-time clocks have nothing in common.
    boot(host, SimTime{}, MonoTime{} + prng_.between(Duration(1h), Duration(2000h)), prng_);
  }
}

void World::set_latencies() {
  const NetTiming& net = options_.net;
  for (const Host& a : hosts_) {
    for (const Host& b : hosts_) {
      Duration takes = net.between;
      if (a.region < 0 || b.region < 0) takes = net.outside;
      if (a.region >= 0 && a.region == b.region) takes = net.region;
      if (a.zone >= 0 && a.zone == b.zone) takes = net.zone;
      if (a.index == b.index) takes = net.local;
      network_.set_latency(a.index, b.index, takes);
    }
  }
}

void World::build_processes() {
  for (std::size_t i = 0; i < hosts_.size(); ++i) agents_.push_back(nullptr);
  for (int cluster = 0; cluster < clusters(); ++cluster) {
    first_instance_.push_back(instances());
    for (int member = 0; member < members(cluster); ++member) {
      const int index = instances();
      const std::size_t at = policy(cluster).members[static_cast<std::size_t>(member)].host;
      if (agents_[at] == nullptr) agents_[at] = std::make_unique<AgentProcess>(to_agent_);
      const Prng stream = prng_.fork(kInstances + static_cast<std::uint64_t>(index));
      instances_.push_back(std::make_unique<Instance>(*this,
                                                      index,
                                                      MemberRef{cluster, member},
                                                      hosts_[at],
                                                      *agents_[at],
                                                      policy(cluster),
                                                      stream));
      agents_[at]->add(index, *instances_.back());
      hosts_[at].instances.push_back(index);
    }
  }
  // The store's leader stands where no primary and, if that can be, no standby dies with it.
  std::vector<Store::Place> places;
  for (int at = static_cast<int>(site_.hosts.size()); at < hosts(); ++at) {
    const int region = host(at).region;
    const bool home = region == index_or_none(site_.home_region);
    const bool witness = site_.regions[static_cast<std::size_t>(region)].witness;
    places.push_back({at, home ? 2 : witness ? 0 : 1});
    controllers_.push_back(
        std::make_unique<ControllerProcess>(*this, host(at).controller, host(at)));
  }
  StoreSite& self = *this;
  store_ = std::make_unique<Store>(kernel_, network_, self, prng_.fork(kStore), places, clusters());
}

void World::install(int cluster, std::vector<core::RecordPtr>& records) {
  std::vector<std::uint32_t> lives;
  for (int i = 0; i < members(cluster); ++i) {
    lives.push_back(static_cast<std::uint32_t>(prng_.next()) | 1U);
  }
  const WallTime wall = hosts_.front().wall(kernel_.now());
  const auto record =
      std::make_shared<const core::Record>(core::bootstrap_record(policy(cluster), lives, wall));
  records.push_back(record);
  for (int i = 0; i < members(cluster); ++i) {
    Instance& it = instance({cluster, i});
    const core::Incarnation self{static_cast<std::uint8_t>(i), lives[static_cast<std::size_t>(i)]};
    it.postgres().bootstrap(self, self == record->primary, record->primary, record->pairs.back());
    core::AgentDisk disk;
    disk.record = record;
    disk.sealed = record->key.epoch;
    disk.boot = it.host().boot;
    it.storage().install(disk);
  }
}

bool World::start(Duration limit) {
  std::vector<core::RecordPtr> records;
  for (int cluster = 0; cluster < clusters(); ++cluster) install(cluster, records);
  store_->begin(records);
  for (Host& it : hosts_) start_processes(it);
  const SimTime until = kernel_.now() + limit;
  do {
    while (!settled() && kernel_.now() < until) run_for(10ms);
    // Clients' hosts learn of it, too; a set that was still changing settles again.
    run_for(50ms);
  } while (!settled() && kernel_.now() < until);
  return settled();
}

void World::start_processes(Host& host) {
  for (const int i : host.instances) instance(i).boot();
  if (AgentProcess* it = agent(host.index)) it->start();
  if (host.controller >= 0) controller(host.controller).start();
}

int World::index_of(MemberRef ref) const {
  return first_instance_[static_cast<std::size_t>(ref.cluster)] + ref.member;
}

const std::vector<WalEntry>& World::wal(MemberRef member) const {
  return instances_[static_cast<std::size_t>(index_of(member))]->postgres().wal();
}

Lsn World::flushed(MemberRef member) const {
  return instances_[static_cast<std::size_t>(index_of(member))]->postgres().wal_flushed().lsn;
}

const core::PgObservation& World::observation(MemberRef member) const {
  return instances_[static_cast<std::size_t>(index_of(member))]->postgres().observation();
}

bool World::settled() const {
  for (int cluster = 0; cluster < clusters(); ++cluster) {
    if (!settled(cluster)) return false;
  }
  return true;
}

bool World::settled(int cluster) const {
  const core::RecordPtr& record = store_->record(cluster);
  if (record == nullptr || record->phase != core::Phase::kSteady) return false;
  if (record->pairs.size() != 1) return false;
  for (int i = 0; i < members(cluster); ++i) {
    const core::PgObservation& pg = observation({cluster, i});
    if (i != record->primary.member) {
      const bool streams = pg.state == core::PgState::kStandby &&
                           pg.receiver == core::ReceiverState::kStreaming &&
                           pg.receiver_epoch == record->key.epoch;
      if (!streams) return false;
    } else if (!pg.open || pg.life != record->primary.life ||
               pg.proven != record->pairs.back().id) {
      return false;
    }
  }
  return true;
}

std::size_t World::under_way() const {
  return to_agent_.held() + to_controller_.held() + to_postgres_.held() + store_->under_way();
}

}  // namespace holdfast::sim
