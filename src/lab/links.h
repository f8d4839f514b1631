// How packets travel from one host of a lab to another: what distance asks for, and what faults do
// to it.
//
// Pure: the fabric is told the outcome, one LinkSpec for each ordered pair of hosts.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "model/site.h"

namespace holdfast::lab {

/// One direction between two hosts.
struct LinkSpec {
  Duration latency{};
  Duration jitter{};                  ///< each packet waits a random part of it more
  double loss = 0;                    ///< share of the packets, 0 to 1
  std::int64_t bytes_per_second = 0;  ///< 0: no limit
  bool cut = false;

  friend bool operator==(const LinkSpec&, const LinkSpec&) = default;
};

/// One-way times by distance; the longest one that applies counts.
struct Distances {
  Duration same_zone = 50us;
  Duration zones = 250us;   ///< between zones of a region
  Duration regions = 15ms;  ///< between regions
  Duration outside = 1ms;   ///< to and from hosts outside all zones
};

/// Of a whole site, indexed [from * hosts + to].
using LinkTable = std::vector<LinkSpec>;
LinkTable distances_of(const model::Site& site, const Distances& distances);

/// A fault on the way from any of some hosts to any of others.
struct LinkFault {
  std::vector<std::size_t> from;
  std::vector<std::size_t> to;
  bool one_way = false;
  LinkSpec worse;  ///< latency and jitter come on top, losses add up, the lowest bandwidth counts
};

/// The table with a fault laid over it. A pair meets a fault once, however often its hosts are
/// named; a host always reaches itself.
void apply(const LinkFault& fault, std::size_t hosts, LinkTable& table);

/// The hosts meant by "host=NAME", "zone=NAME", "region=NAME", "all", or just a host's name.
Result<std::vector<std::size_t>> select_hosts(const model::Site& site, const std::string& selector);

}  // namespace holdfast::lab
