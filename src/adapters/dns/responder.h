// A running responder: the board that decides, and the sockets that answer.
//
// It is fed by `push` and by nothing else, and goes on with what it was told last; `status` says
// how old that is. All calls from any thread.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "adapters/dns/counters.h"
#include "adapters/dns/publication.h"
#include "adapters/dns/socket.h"
#include "adapters/dns/tcp_server.h"
#include "adapters/dns/udp_worker.h"
#include "base/result.h"
#include "codec/dns/board.h"
#include "core/dns/known_health.h"

namespace holdfast::dns {

struct ResponderOptions {
  std::vector<Endpoint> listen;
  int threads = 1;  ///< for UDP, on each endpoint
  TcpLimits tcp;
};

/// A name that is answered differently from now on, or for another reason.
struct Change {
  std::string name;
  core::dns::Decision decision;
};

class Responder {
 public:
  /// Answers as if all were well, until something is pushed. Fails when it cannot listen. `heard`
  /// gets every change, in order, one call at a time; it must not call back.
  static Result<std::unique_ptr<Responder>> start(model::Dns dns,
                                                  const ResponderOptions& options,
                                                  std::function<void(const Change&)> heard);
  ~Responder();

  void push(const core::dns::KnownHealth& known);
  void push(model::Index target, const core::dns::TargetHealth& health);

  struct Status {
    Counts counts;
    bool fed = false;  ///< something was pushed
    Duration age{};    ///< of what was pushed last
  };
  [[nodiscard]] Status status() const;
  /// Where it listens, with ports that the system chose.
  [[nodiscard]] const std::vector<Endpoint>& endpoints() const { return endpoints_; }

 private:
  Responder(model::Dns dns, std::function<void(const Change&)> heard);

  Result<void> listen(const ResponderOptions& options);
  void keep_time();
  void announce(const std::vector<std::size_t>& names);

  std::function<void(const Change&)> heard_;
  mutable std::mutex mutex_;  ///< of the board; no query waits for it
  std::condition_variable wake_;
  bool stopping_ = false;
  codec::dns::Board board_;
  MonoTime fed_ = kLongAgo;
  Publication publication_;
  std::vector<Endpoint> endpoints_;
  std::vector<std::unique_ptr<UdpWorker>> workers_;
  std::unique_ptr<TcpServer> tcp_;
  std::thread timer_;
};

}  // namespace holdfast::dns
