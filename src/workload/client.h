// One client: a thread that writes, or reads, one operation after the other and records each.
//
// An operation begins when its pace says so, whether there is a connection or not, and has one
// deadline. If it was not sent by then it is refused; if it was sent and not answered it is
// unknown, and its connection is dropped. While operations are silent longer than usual the client
// does not wait for their deadline: it finds another way and goes on with the next one, as the
// other workplaces of a department would. So the gap between acknowledgements is that of the
// service, not that of a client's patience.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/prng.h"
#include "base/time.h"
#include "workload/dialer.h"
#include "workload/operation.h"

namespace holdfast::workload {

struct ClientPlan {
  OpKind kind = OpKind::kWrite;
  std::uint32_t client = 0;
  std::uint16_t cluster = 0;              ///< place in the header
  std::vector<std::string> data_classes;  ///< written for in turn
  std::int32_t keys = 32;
  Duration pace = 10ms;
  Duration deadline = 1s;
  Duration suspicion = 100ms;   ///< silence after which the next operation takes another way
  std::size_t open_max = 8;     ///< operations under way at once
  std::vector<Target> targets;  ///< the cluster's ways in
  Login login;
  DialTimes dial;
  std::size_t first_target = 0;
};

struct ClientPorts {
  std::function<OpId()> next_id;
  std::function<void(const Operation&)> record;
};

/// The `n`th operation of this client (from 0), begun now.
Operation next_operation(
    const ClientPlan& plan, const ClientPorts& ports, Prng& prng, std::uint64_t n, MonoTime now);

/// Until `stop`; then what is under way is waited for, no longer than its deadline.
void run_client(const ClientPlan& plan, const ClientPorts& ports, const std::atomic<bool>& stop);

}  // namespace holdfast::workload
