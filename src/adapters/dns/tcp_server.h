// Answers over TCP (RFC 7766): one thread for all connections, many queries on each, everything
// bounded. UDP is where the speed is; here it is enough that no client can hurt another.
#pragma once

#include <memory>
#include <thread>
#include <vector>

#include "adapters/dns/counters.h"
#include "adapters/dns/publication.h"
#include "adapters/dns/socket.h"
#include "adapters/process/interrupt.h"
#include "base/time.h"

namespace holdfast::dns {

struct TcpLimits {
  std::size_t connections = 512;  ///< at once; one more ends the one that is idle for longest
  Duration idle = 10s;            ///< without a whole query, or without taking its answers
};

class TcpServer {
 public:
  TcpServer(std::vector<Socket> listeners, const Publication& publication, const TcpLimits& limits);
  /// Stops at once; connections are closed.
  ~TcpServer();
  TcpServer(const TcpServer&) = delete;
  TcpServer& operator=(const TcpServer&) = delete;

  void start();
  [[nodiscard]] const Counters& counters() const { return counters_; }

 private:
  class Loop;

  std::vector<Socket> listeners_;
  const Publication& publication_;
  TcpLimits limits_;
  Counters counters_;
  process::Interrupt stop_;
  std::thread thread_;
};

}  // namespace holdfast::dns
