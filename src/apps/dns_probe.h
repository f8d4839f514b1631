// Feeds a DNS responder from this host's own probes: each target follows the health check that has
// its name.
//
// One vantage point, so that a responder needs nobody to go on; verdicts of several are a
// controller's to weigh. Targets without a check stay unknown, which counts as usable.
#pragma once

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "adapters/dns/responder.h"
#include "adapters/health/watch.h"
#include "adapters/process/interrupt.h"
#include "model/site.h"

namespace holdfast::apps {

class DnsProbe {
 public:
  /// Probes from now on, on a thread of its own, until destroyed. `from`: the host that probes;
  /// empty: this machine, every check. kInvalidInput if no check has the name of a target.
  static Result<std::unique_ptr<DnsProbe>> start(const model::Site& site,
                                                 const std::string& from,
                                                 dns::Responder& responder);
  ~DnsProbe();
  DnsProbe(const DnsProbe&) = delete;
  DnsProbe& operator=(const DnsProbe&) = delete;

 private:
  DnsProbe(const model::Site& site, dns::Responder& responder);

  void seen(const health::Seen& seen);

  const model::Site site_;
  dns::Responder& responder_;
  std::vector<model::Index> targets_;  ///< by check: the target that follows it, or kNoIndex
  process::Interrupt stop_;
  std::unique_ptr<health::Watch> watch_;
  std::thread thread_;
};

}  // namespace holdfast::apps
