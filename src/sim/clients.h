// Synthetic clients: for each data class kept in a cluster a steady trickle of small writes and
// some reads.
//
// Each write is tried once; after a rejection a new one follows soon, so that the end of an outage
// is seen within milliseconds. All clients of the site share one event stream.
#pragma once

#include <vector>

#include "base/prng.h"
#include "model/site.h"
#include "sim/client_port.h"
#include "sim/kernel.h"
#include "sim/ledger.h"
#include "sim/outage.h"

namespace holdfast::sim {

/// The hosts that clients live on: first every clinic, then one service host of each region with
/// data.
struct ClientHosts {
  std::vector<int> hosts;
  int clinics = 0;  ///< how many of them stand outside all regions and are always there

  [[nodiscard]] static ClientHosts of(const model::Site& site);
};

class Clients : public Handler, public ClientSink {
 public:
  Clients(const model::Site& site, Kernel& kernel, ClientPort& port, Ledger& ledger, Prng prng);

  void start();
  void on_event(std::uint32_t kind, std::uint64_t a, std::uint64_t b) override;
  void on_client_result(WriteId write, ClientResult result) override;

  [[nodiscard]] OutageTracker& outages() { return outages_; }
  [[nodiscard]] const OutageTracker& outages() const { return outages_; }
  /// Data classes that are kept in a cluster, as indices into Site::data_classes.
  [[nodiscard]] const std::vector<int>& data_classes() const { return kept_; }

 private:
  enum Event : std::uint32_t { kWrite, kElsewhere, kRetry, kRead };
  struct Load {
    int cluster = -1;
    Duration pause{};      ///< mean between two writes of clinics
    Duration elsewhere{};  ///< and of everyone else
    Duration read_pause{};
    bool retrying = false;
  };

  [[nodiscard]] int pick_clinic();
  [[nodiscard]] int pick_other();
  void write(int data_class, int client);

  const model::Site& site_;
  Kernel& kernel_;
  ClientPort& port_;
  Ledger& ledger_;
  Prng prng_;
  ClientHosts hosts_;
  std::vector<int> kept_;
  std::vector<Load> loads_;  ///< per data class of the site
  OutageTracker outages_;
};

}  // namespace holdfast::sim
