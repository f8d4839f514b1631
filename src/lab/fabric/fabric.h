// The network of a lab: carries packets between the hosts' TUN devices, each pair of hosts with its
// own latency, jitter, loss, bandwidth and cuts.
//
// A process of its own, told what to do over a channel, one JSON object a line, each answered:
//   {"do":"attach","host":N,"fds":1}   the host's TUN device
//   {"do":"detach","host":N}           nothing reaches the host or leaves it any more
//   {"do":"links","links":[[from,to,latency_us,jitter_us,loss_ppm,bytes_per_second,cut],…]}
//   {"do":"stats"}
// An answer means that the change is in effect: {"at_us":CLOCK_BOOTTIME, …}.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "lab/links.h"
#include "lab/os/channel.h"

namespace holdfast::lab {

struct FabricPlan {
  std::vector<std::uint32_t> addresses;  ///< of the hosts; fixed
  std::uint64_t seed = 1;                ///< of losses and jitter
  bool realtime = false;                 ///< SCHED_FIFO
};

/// Runs until the channel closes.
void run_fabric(const FabricPlan& plan, Channel control);

/// The request that sets these links, for the other end of the channel.
struct LinkChange {
  std::size_t from;
  std::size_t to;
  LinkSpec spec;
};
std::string links_request(const std::vector<LinkChange>& changes);

}  // namespace holdfast::lab
