// Which member each client's host believes to be the leader: learned from members that open, newest
// epoch wins.
//
// News reaches a host over the network, so whoever is cut off goes on believing in the old leader.
#pragma once

#include <vector>

#include "base/prng.h"
#include "model/site.h"
#include "sim/network.h"
#include "sim/observer.h"

namespace holdfast::sim {

class Routing : public Observer, public Handler {
 public:
  Routing(Kernel& kernel, const Network& network, Prng prng, const model::Site& site);

  /// The member that this host would write to, or −1. Pre: a host of the site.
  [[nodiscard]] int leader(int host, int cluster) const { return view(host, cluster).member; }

  void on_open(SimTime, MemberRef, core::Incarnation, Epoch, bool open) override;
  void on_event(std::uint32_t kind, std::uint64_t a, std::uint64_t b) override;

 private:
  struct View {
    int member = -1;
    Epoch epoch;
  };
  [[nodiscard]] const View& view(int host, int cluster) const {
    return views_[static_cast<std::size_t>(host) * newest_.size() +
                  static_cast<std::size_t>(cluster)];
  }

  Kernel& kernel_;
  const Network& network_;
  Prng prng_;
  const model::Site& site_;
  std::vector<int> clients_;  ///< hosts that can have clients
  std::vector<View> newest_;  ///< by cluster: the truth, as far as opened members told it
  std::vector<View> views_;   ///< by host and cluster
};

}  // namespace holdfast::sim
