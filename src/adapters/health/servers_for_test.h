// For tests: small servers on loopback that behave as told, well or badly, and a bench around the
// prober.
#pragma once

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cstring>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "adapters/health/prober.h"
#include "adapters/process/clock.h"

namespace holdfast::health {

/// Accepts one connection after the other and hands each to `serve`, which closes nothing.
class TinyServer {
 public:
  using Serve = std::function<void(int connection)>;

  explicit TinyServer(Serve serve, int type = SOCK_STREAM) : serve_(std::move(serve)) {
    listener_ = socket(AF_INET, type | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    bind(listener_, reinterpret_cast<sockaddr*>(&address), size);
    getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    if (type == SOCK_STREAM) listen(listener_, 64);
    thread_ = std::thread([this, type] {
      // Only here: the prober has to do without.
      sigset_t pipe;
      sigemptyset(&pipe);
      sigaddset(&pipe, SIGPIPE);
      pthread_sigmask(SIG_BLOCK, &pipe, nullptr);
      type == SOCK_STREAM ? accept_all() : serve_(listener_);
    });
  }
  ~TinyServer() {
    stopping_ = true;
    shutdown(listener_, SHUT_RDWR);
    // A datagram socket does not wake up by that.
    wake();
    thread_.join();
    close(listener_);
  }
  TinyServer(const TinyServer&) = delete;
  TinyServer& operator=(const TinyServer&) = delete;

  [[nodiscard]] std::string target() const { return "127.0.0.1:" + std::to_string(port_); }
  [[nodiscard]] int connections() const { return connections_; }
  [[nodiscard]] bool stopping() const { return stopping_; }

 private:
  void accept_all() {
    while (!stopping_) {
      const int connection = accept(listener_, nullptr, nullptr);
      if (connection < 0) break;
      ++connections_;
      serve_(connection);
      close(connection);
    }
  }

  void wake() const {
    const int self = socket(AF_INET, SOCK_DGRAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port_);
    sendto(self, "", 0, 0, reinterpret_cast<sockaddr*>(&address), sizeof address);
    close(self);
  }

  Serve serve_;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<int> connections_ = 0;
  std::atomic<bool> stopping_ = false;
  std::thread thread_;
};

inline std::string read_some(int connection) {
  char bytes[4096];
  const ssize_t n = recv(connection, bytes, sizeof bytes, 0);
  return n > 0 ? std::string(bytes, static_cast<std::size_t>(n)) : std::string();
}

inline void write_all(int connection, const std::string& text) {
  send(connection, text.data(), text.size(), MSG_NOSIGNAL);
}

/// Until the peer has gone, or a second has passed.
inline void wait_for_end(int connection) {
  pollfd it{connection, POLLIN, 0};
  while (poll(&it, 1, 1000) > 0 && !read_some(connection).empty()) {
  }
}

inline model::Check check_of(model::CheckKind kind, const std::string& target) {
  model::Check check;
  check.name = "it";
  check.kind = kind;
  check.target = target;
  check.timeout = check.connect_timeout = check.tls_timeout = check.answer_timeout = 2s;
  return check;
}

/// So many probes of one check, one after the other at once; what came of them.
inline std::vector<Outcome> probe(const model::Check& check, std::size_t times = 1) {
  std::vector<Outcome> outcomes;
  Result<std::unique_ptr<Talk>> talk = make_talk(check);
  if (!talk) {
    ADD_FAILURE() << talk.error().message;
    return {Outcome{}};
  }
  process::Interrupt done;
  Prober prober([&](const ProbeReport& report) {
    outcomes.push_back(report.outcome);
    if (outcomes.size() < times) return report.ended;
    done.raise();
    return kNever;
  });
  prober.add(std::move(*talk), process::boot_now());
  EXPECT_TRUE(prober.run(process::boot_now() + 20s, &done).has_value());
  if (outcomes.empty()) outcomes.push_back({false, "nothing came of it", {}, {}, {}, {}});
  return outcomes;
}

}  // namespace holdfast::health
