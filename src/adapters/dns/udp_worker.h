// One thread that answers what comes to one UDP socket: a system call takes a batch of queries, a
// second one sends the answers. Between them nothing is locked, and nothing is allocated.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <thread>

#include "adapters/dns/counters.h"
#include "adapters/dns/publication.h"
#include "adapters/dns/socket.h"

namespace holdfast::dns {

class UdpWorker {
 public:
  /// `seed`: of the draws among several answers. The publication has to outlive the worker.
  UdpWorker(Socket socket, const Publication& publication, std::uint64_t seed);
  /// Stops, within the time that a receive waits at most.
  ~UdpWorker();
  UdpWorker(const UdpWorker&) = delete;
  UdpWorker& operator=(const UdpWorker&) = delete;

  void start();
  [[nodiscard]] const Counters& counters() const { return counters_; }

 private:
  class Batch;

  void run();

  Socket socket_;
  const Publication& publication_;
  std::uint64_t seed_;
  Counters counters_;
  std::unique_ptr<Batch> batch_;
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

}  // namespace holdfast::dns
