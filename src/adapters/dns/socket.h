// The sockets of a responder: an address and a port, bound for UDP and for TCP.
#pragma once

#include <unistd.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "base/ip_address.h"
#include "base/result.h"

namespace holdfast::dns {

/// A file descriptor that is closed once, by its owner.
class Socket {
 public:
  Socket() = default;
  explicit Socket(int fd) : fd_(fd) {}
  Socket(Socket&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Socket& operator=(Socket&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Socket() {
    if (fd_ >= 0) close(fd_);
  }

  [[nodiscard]] int get() const { return fd_; }

 private:
  int fd_ = -1;
};

struct Endpoint {
  IpAddress address;
  std::uint16_t port = 53;  ///< 0: the system chooses

  /// All addresses of the host: then each answer has to be told where it leaves from.
  [[nodiscard]] bool is_wildcard() const { return address.bytes == IpAddress{}.bytes; }
  [[nodiscard]] std::string text() const;
};

/// "127.0.0.1:5353", "[::1]:5353", "10.0.0.1" (port 53).
Result<Endpoint> parse_endpoint(std::string_view text);

/// Others of the same process may bind the same; the system spreads clients over them. Where the
/// endpoint is a wildcard, packets say which address they came to.
Result<Socket> open_udp(const Endpoint& endpoint);
Result<Socket> open_tcp(const Endpoint& endpoint);
/// Where it is bound, with the port that the system chose.
[[nodiscard]] Endpoint bound_to(const Socket& socket);

}  // namespace holdfast::dns
