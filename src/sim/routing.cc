#include "sim/routing.h"

namespace holdfast::sim {
namespace {

constexpr Duration kDelayMin = 2ms;
constexpr Duration kDelayMax = 10ms;
constexpr Duration kRetryMin = 100ms;
constexpr Duration kRetryMax = 250ms;
constexpr int kMemberBits = 8;

}  // namespace

Routing::Routing(Kernel& kernel, const Network& network, Prng prng, const model::Site& site)
    : kernel_(kernel),
      network_(network),
      prng_(prng),
      site_(site),
      newest_(site.clusters.size()),
      views_(site.hosts.size() * site.clusters.size()) {
  for (std::size_t i = 0; i < site.hosts.size(); ++i) {
    const model::HostRole role = site.hosts[i].role;
    const bool fit = role == model::HostRole::kClinic || role == model::HostRole::kService;
    if (fit) clients_.push_back(static_cast<int>(i));
  }
}

void Routing::on_open(SimTime, MemberRef at, core::Incarnation, Epoch epoch, bool open) {
  View& newest = newest_[static_cast<std::size_t>(at.cluster)];
  if (!open || epoch < newest.epoch) return;
  newest = {at.member, epoch};
  for (const int host : clients_) {
    const std::uint64_t who =
        static_cast<std::uint64_t>(host) << 32 | static_cast<std::uint64_t>(at.cluster);
    const std::uint64_t what = epoch.value << kMemberBits | static_cast<std::uint64_t>(at.member);
    kernel_.in(prng_.between(kDelayMin, kDelayMax), *this, 0, who, what);
  }
}

void Routing::on_event(std::uint32_t, std::uint64_t a, std::uint64_t b) {
  constexpr std::uint64_t kLow = 0xffffffffU;
  const std::size_t cluster = a & kLow;
  const int host = static_cast<int>(a >> 32);
  const int member = static_cast<int>(b & ((1U << kMemberBits) - 1));
  const Epoch epoch{b >> kMemberBits};
  // Something newer is on its way to this host, or here.
  if (epoch < newest_[cluster].epoch) return;
  const int from =
      static_cast<int>(site_.clusters[cluster].members[static_cast<std::size_t>(member)].host);
  if (!network_.open(from, host)) {
    kernel_.in(prng_.between(kRetryMin, kRetryMax), *this, 0, a, b);
    return;
  }
  View& it = views_[static_cast<std::size_t>(host) * newest_.size() + cluster];
  if (epoch >= it.epoch) it = {member, epoch};
}

}  // namespace holdfast::sim
