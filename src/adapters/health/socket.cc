#include "adapters/health/socket.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace holdfast::health {
namespace {

int open_socket(const model::SocketAddress& target, int type, bool& connected) {
  const int family = target.v6 ? AF_INET6 : AF_INET;
  const int descriptor = socket(family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return -1;
  if (type == SOCK_STREAM) {
    const int on = 1;
    setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  }
  sockaddr_storage storage{};
  socklen_t size = 0;
  if (target.v6) {
    sockaddr_in6 address{};
    address.sin6_family = AF_INET6;
    address.sin6_port = htons(target.port);
    std::memcpy(&address.sin6_addr, target.address.data(), 16);
    std::memcpy(&storage, &address, size = sizeof address);
  } else {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(target.port);
    std::memcpy(&address.sin_addr, target.address.data(), 4);
    std::memcpy(&storage, &address, size = sizeof address);
  }
  connected = connect(descriptor, reinterpret_cast<const sockaddr*>(&storage), size) == 0;
  if (connected || errno == EINPROGRESS) return descriptor;
  const int number = errno;
  close(descriptor);
  errno = number;
  return -1;
}

}  // namespace

int open_stream(const model::SocketAddress& target, bool& connected) {
  return open_socket(target, SOCK_STREAM, connected);
}

int open_datagram(const model::SocketAddress& target) {
  bool connected = false;
  return open_socket(target, SOCK_DGRAM, connected);
}

void close_socket(int& descriptor, Farewell farewell) {
  if (descriptor < 0) return;
  if (farewell == Farewell::kReset) {
    const linger now{1, 0};
    setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &now, sizeof now);
  }
  close(descriptor);
  descriptor = -1;
}

int connect_error(int descriptor) {
  int number = 0;
  socklen_t size = sizeof number;
  if (getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &number, &size) != 0) return errno;
  return number;
}

std::string errno_words(int number) {
  switch (number) {
    case ECONNREFUSED: return "the connection is refused: nothing listens there";
    case ECONNRESET:
    case EPIPE: return "the connection is reset by the other side";
    case EHOSTUNREACH: return "there is no way to the host";
    case ENETUNREACH: return "there is no way to the network";
    case ETIMEDOUT: return "nobody answers at the address";
    case EADDRNOTAVAIL: return "no local port is left for the connection";
    case EMFILE:
    case ENFILE: return "no descriptor is left on this host";
    default: return std::string("the system says: ") + std::strerror(number);
  }
}

}  // namespace holdfast::health
