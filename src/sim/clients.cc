#include "sim/clients.h"

#include "base/probe.h"

namespace holdfast::sim {
namespace {

constexpr int kWritesMin = 20;  ///< per second and data class
constexpr int kWritesMax = 40;
constexpr Duration kShortestOutage = 100ms;
constexpr int kElsewhereShare = 3;  ///< for so many writes of clinics one of other clients

bool has_region(const model::Site& site, int host, model::Index region) {
  return site.region_of_host(static_cast<model::Index>(host)) == region;
}

}  // namespace

ClientHosts ClientHosts::of(const model::Site& site) {
  ClientHosts found;
  for (std::size_t i = 0; i < site.hosts.size(); ++i) {
    if (site.hosts[i].role == model::HostRole::kClinic) found.hosts.push_back(static_cast<int>(i));
  }
  found.clinics = static_cast<int>(found.hosts.size());
  for (model::Index region = 0; region < site.regions.size(); ++region) {
    if (site.regions[region].witness) continue;
    for (std::size_t i = 0; i < site.hosts.size(); ++i) {
      const int host = static_cast<int>(i);
      if (site.hosts[i].role != model::HostRole::kService || !has_region(site, host, region)) {
        continue;
      }
      found.hosts.push_back(host);
      break;
    }
  }
  return found;
}

Clients::Clients(
    const model::Site& site, Kernel& kernel, ClientPort& port, Ledger& ledger, Prng prng)
    : site_(site),
      kernel_(kernel),
      port_(port),
      ledger_(ledger),
      prng_(prng),
      hosts_(ClientHosts::of(site)),
      loads_(site.data_classes.size()),
      outages_(site.data_classes.size(), kShortestOutage) {
  for (std::size_t i = 0; i < site.data_classes.size(); ++i) {
    const model::DataClass& data_class = site.data_classes[i];
    if (data_class.kept != model::Kept::kCluster) continue;
    kept_.push_back(static_cast<int>(i));
    loads_[i].cluster = static_cast<int>(data_class.cluster);
    loads_[i].pause = Duration(1'000'000 / prng_.between(kWritesMin, kWritesMax));
    loads_[i].elsewhere = kElsewhereShare * loads_[i].pause;
    loads_[i].read_pause = prng_.between(40ms, 200ms);
  }
}

void Clients::start() {
  if (hosts_.hosts.empty()) return;
  for (const int i : kept_) {
    const Load& load = loads_[static_cast<std::size_t>(i)];
    const auto data_class = static_cast<std::uint64_t>(i);
    kernel_.in(prng_.between(Duration(0), load.pause), *this, kWrite, data_class);
    kernel_.in(prng_.between(Duration(0), load.elsewhere), *this, kElsewhere, data_class);
    kernel_.in(prng_.between(Duration(0), load.read_pause), *this, kRead, data_class);
  }
}

int Clients::pick_clinic() {
  const int clinics = hosts_.clinics > 0 ? hosts_.clinics : static_cast<int>(hosts_.hosts.size());
  return static_cast<int>(prng_.below(static_cast<std::uint64_t>(clinics)));
}

int Clients::pick_other() {
  const auto clinics = static_cast<std::uint64_t>(hosts_.clinics);
  const auto others = static_cast<std::uint64_t>(hosts_.hosts.size()) - clinics;
  return others == 0 ? pick_clinic() : static_cast<int>(clinics + prng_.below(others));
}

void Clients::write(int data_class, int client) {
  const int cluster = loads_[static_cast<std::size_t>(data_class)].cluster;
  const WriteId write = ledger_.open(kernel_.now(), cluster, data_class, client);
  port_.submit_write(hosts_.hosts[static_cast<std::size_t>(client)], cluster, data_class, write);
}

void Clients::on_event(std::uint32_t kind, std::uint64_t a, std::uint64_t) {
  Load& load = loads_[a];
  const int data_class = static_cast<int>(a);
  // An even pace: a long gap is then the site's doing and not chance.
  const auto again = [&](Duration pause) {
    kernel_.in(prng_.between(pause / 2, pause * 3 / 2), *this, kind, a);
  };
  switch (static_cast<Event>(kind)) {
    case kWrite: again(load.pause); return write(data_class, pick_clinic());
    case kElsewhere: again(load.elsewhere); return write(data_class, pick_other());
    case kRetry: load.retrying = false; return write(data_class, pick_clinic());
    case kRead: {
      again(load.read_pause);
      const int client = prng_.chance(50) ? pick_clinic() : pick_other();
      return port_.submit_read(hosts_.hosts[static_cast<std::size_t>(client)], load.cluster);
    }
  }
}

void Clients::on_client_result(WriteId write, ClientResult result) {
  ledger_.told(write, result);
  const WriteFate& fate = ledger_.fate(write);
  if (result == ClientResult::kAcked) {
    const bool always_there = hosts_.clinics == 0 || fate.client < hosts_.clinics;
    if (always_there) outages_.acknowledged(kernel_.now(), fate.data_class);
    return;
  }
  if (result == ClientResult::kRejected) {
    HF_PROBE(kWriteRejected);
  } else {
    HF_PROBE(kWriteUnknown);
  }
  Load& load = loads_[static_cast<std::size_t>(fate.data_class)];
  if (load.retrying) return;
  load.retrying = true;
  kernel_.in(prng_.between(4ms, 12ms), *this, kRetry, static_cast<std::uint64_t>(fate.data_class));
}

}  // namespace holdfast::sim
