#include "adapters/dns/socket.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <charconv>
#include <cstring>

namespace holdfast::dns {
namespace {

/// A burst that arrives while a thread is not running waits here.
constexpr int kReceiveBuffer = 4 << 20;
constexpr int kBacklog = 256;

struct SystemAddress {
  sockaddr_storage storage{};
  socklen_t size = 0;

  sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }
};

SystemAddress system_address(const Endpoint& endpoint) {
  SystemAddress result;
  if (endpoint.address.v6) {
    sockaddr_in6 address{};
    address.sin6_family = AF_INET6;
    address.sin6_port = htons(endpoint.port);
    std::memcpy(&address.sin6_addr, endpoint.address.bytes.data(), 16);
    std::memcpy(&result.storage, &address, sizeof address);
    result.size = sizeof address;
  } else {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(endpoint.port);
    std::memcpy(&address.sin_addr, endpoint.address.bytes.data(), 4);
    std::memcpy(&result.storage, &address, sizeof address);
    result.size = sizeof address;
  }
  return result;
}

bool set(const Socket& socket, int level, int option, int value) {
  return setsockopt(socket.get(), level, option, &value, sizeof value) == 0;
}

tl::unexpected<Error> failed(const Endpoint& endpoint, const char* protocol) {
  const int error = errno;
  std::string message =
      "cannot listen on " + endpoint.text() + " (" + protocol + "): " + std::strerror(error);
  if (error == EACCES) message += "; ports below 1024 need CAP_NET_BIND_SERVICE";
  return fail(error == EADDRINUSE ? Errc::kAlreadyExists : Errc::kUnavailable, std::move(message));
}

Result<Socket> open_bound(const Endpoint& endpoint, int type, const char* protocol) {
  const bool v6 = endpoint.address.v6;
  Socket socket(::socket(v6 ? AF_INET6 : AF_INET, type | SOCK_CLOEXEC, 0));
  const bool udp = type == SOCK_DGRAM;
  bool good = socket.get() >= 0 && (!v6 || set(socket, IPPROTO_IPV6, IPV6_V6ONLY, 1));
  good = good && set(socket, SOL_SOCKET, udp ? SO_REUSEPORT : SO_REUSEADDR, 1);
  if (good && udp && endpoint.is_wildcard()) {
    good = v6 ? set(socket, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1)
              : set(socket, IPPROTO_IP, IP_PKTINFO, 1);
  }
  if (udp) set(socket, SOL_SOCKET, SO_RCVBUF, kReceiveBuffer);
  SystemAddress address = system_address(endpoint);
  good = good && bind(socket.get(), address.get(), address.size) == 0;
  if (!good) return failed(endpoint, protocol);
  return socket;
}

}  // namespace

std::string Endpoint::text() const {
  const std::string shown = address.v6 ? '[' + ip_text(address) + ']' : ip_text(address);
  return shown + ':' + std::to_string(port);
}

Result<Endpoint> parse_endpoint(std::string_view text) {
  const std::string_view whole = text;
  Endpoint endpoint;
  std::string_view port;
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    port = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
    text = end == std::string_view::npos ? std::string_view{} : text.substr(1, end - 1);
  } else if (const std::size_t colon = text.find(':'); colon == text.rfind(':')) {
    port = colon == std::string_view::npos ? std::string_view{} : text.substr(colon);
    text = text.substr(0, colon);
  }
  const auto address = parse_ip(text);
  bool good = address.has_value();
  if (good && !port.empty()) {
    good = port[0] == ':';
    port.remove_prefix(1);
    const auto read = std::from_chars(port.data(), port.data() + port.size(), endpoint.port);
    good = good && read.ec == std::errc{} && read.ptr == port.data() + port.size();
  }
  if (!good) {
    return fail(Errc::kInvalidInput,
                "'" + std::string(whole) +
                    "' is no place to listen; write 127.0.0.1:5353, [::1]:5353 or 10.0.0.1");
  }
  endpoint.address = *address;
  return endpoint;
}

Result<Socket> open_udp(const Endpoint& endpoint) {
  return open_bound(endpoint, SOCK_DGRAM, "UDP");
}

Result<Socket> open_tcp(const Endpoint& endpoint) {
  Result<Socket> socket = open_bound(endpoint, SOCK_STREAM | SOCK_NONBLOCK, "TCP");
  if (socket && listen(socket->get(), kBacklog) != 0) return failed(endpoint, "TCP");
  return socket;
}

Endpoint bound_to(const Socket& socket) {
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  Endpoint endpoint;
  if (getsockname(socket.get(), reinterpret_cast<sockaddr*>(&storage), &size) != 0) return endpoint;
  endpoint.address.v6 = storage.ss_family == AF_INET6;
  if (endpoint.address.v6) {
    sockaddr_in6 address{};
    std::memcpy(&address, &storage, sizeof address);
    endpoint.port = ntohs(address.sin6_port);
    std::memcpy(endpoint.address.bytes.data(), &address.sin6_addr, 16);
  } else {
    sockaddr_in address{};
    std::memcpy(&address, &storage, sizeof address);
    endpoint.port = ntohs(address.sin_port);
    std::memcpy(endpoint.address.bytes.data(), &address.sin_addr, 4);
  }
  return endpoint;
}

}  // namespace holdfast::dns
