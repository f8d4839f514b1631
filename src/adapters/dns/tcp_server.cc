#include "adapters/dns/tcp_server.h"

#include <sys/epoll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <map>

#include "adapters/dns/tcp_connection.h"
#include "adapters/process/clock.h"
#include "base/assert.h"

namespace holdfast::dns {
namespace {

constexpr int kEvents = 64;
constexpr int kLookAroundMs = 1000;  ///< how often idle connections are looked for

}  // namespace

class TcpServer::Loop {
 public:
  explicit Loop(TcpServer& server)
      : server_(server), epoll_(epoll_create1(EPOLL_CLOEXEC)), subscription_(server.publication_) {
    HF_ASSERT(epoll_.get() >= 0);
    watch(server_.stop_.descriptor(), EPOLLIN, EPOLL_CTL_ADD);
    for (const Socket& listener : server_.listeners_) {
      watch(listener.get(), EPOLLIN, EPOLL_CTL_ADD);
    }
  }

  void run() {
    std::array<epoll_event, kEvents> events{};
    for (;;) {
      const int count = epoll_wait(epoll_.get(), events.data(), kEvents, kLookAroundMs);
      now_ = process::boot_now();
      for (int i = 0; i < count; ++i) {
        const epoll_event& event = events[static_cast<std::size_t>(i)];
        if (event.data.fd == server_.stop_.descriptor()) return;
        if (is_listener(event.data.fd)) {
          accept_all(event.data.fd);
        } else {
          serve(event.data.fd, event.events);
        }
      }
      close_idle();
    }
  }

 private:
  void watch(int descriptor, std::uint32_t events, int operation) {
    epoll_event event{};
    event.events = events;
    event.data.fd = descriptor;
    epoll_ctl(epoll_.get(), operation, descriptor, &event);
  }

  [[nodiscard]] bool is_listener(int descriptor) const {
    return std::any_of(server_.listeners_.begin(), server_.listeners_.end(), [&](const Socket& it) {
      return it.get() == descriptor;
    });
  }

  void accept_all(int listener) {
    for (;;) {
      Socket socket(accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
      if (socket.get() < 0) return;
      server_.counters_.note_connection();
      if (connections_.size() >= server_.limits_.connections) close_oldest();
      const int descriptor = socket.get();
      watch(descriptor, EPOLLIN, EPOLL_CTL_ADD);
      connections_.emplace(descriptor,
                           TcpConnection(std::move(socket), now_, ++taken_ * 0x9e3779b9U));
    }
  }

  void serve(int descriptor, std::uint32_t events) {
    const auto found = connections_.find(descriptor);
    if (found == connections_.end()) return;
    TcpConnection& connection = found->second;
    const codec::dns::Snapshot& snapshot = subscription_.current();
    const bool readable = (events & ~std::uint32_t{EPOLLOUT}) != 0 && connection.wants_to_read();
    const auto after = readable ? connection.on_readable(snapshot, now_, server_.counters_)
                                : connection.on_writable(snapshot, now_, server_.counters_);
    if (after == TcpConnection::After::kClose) {
      connections_.erase(found);
      return;
    }
    const std::uint32_t wanted =
        (connection.wants_to_read() ? EPOLLIN : 0U) | (connection.wants_to_write() ? EPOLLOUT : 0U);
    watch(descriptor, wanted, EPOLL_CTL_MOD);
  }

  void close_oldest() {
    const auto oldest = std::min_element(
        connections_.begin(), connections_.end(), [](const auto& a, const auto& b) {
          return a.second.active() < b.second.active();
        });
    connections_.erase(oldest);
    server_.counters_.note_closed();
  }

  void close_idle() {
    for (auto it = connections_.begin(); it != connections_.end();) {
      if (now_ - it->second.active() < server_.limits_.idle) {
        ++it;
        continue;
      }
      it = connections_.erase(it);
      server_.counters_.note_closed();
    }
  }

  TcpServer& server_;
  Socket epoll_;
  Subscription subscription_;
  MonoTime now_ = process::boot_now();
  std::uint32_t taken_ = 0;
  std::map<int, TcpConnection> connections_;  ///< by descriptor
};

TcpServer::TcpServer(std::vector<Socket> listeners,
                     const Publication& publication,
                     const TcpLimits& limits)
    : listeners_(std::move(listeners)), publication_(publication), limits_(limits) {}

TcpServer::~TcpServer() {
  stop_.raise();
  if (thread_.joinable()) thread_.join();
}

void TcpServer::start() {
  thread_ = std::thread([this] { Loop(*this).run(); });
}

}  // namespace holdfast::dns
