#include "workload/http_call.h"

#include <fcntl.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include "codec/health/http.h"
#include "codec/units.h"
#include "workload/machine.h"

namespace holdfast::workload {
namespace {

constexpr std::size_t kAnswerMax = 1U << 20;

bool wait_for(int socket, short events, MonoTime deadline) {
  const Duration left = std::max(Duration(0), deadline - boot_now());
  const timespec time = {left / 1s, (left % 1s).count() * 1000};
  pollfd poll{socket, events, 0};
  return ppoll(&poll, 1, &time, nullptr) > 0;
}

std::string text_of(const addrinfo& it) {
  std::array<char, NI_MAXHOST> text{};
  const auto size = static_cast<socklen_t>(text.size());
  if (getnameinfo(it.ai_addr, it.ai_addrlen, text.data(), size, nullptr, 0, NI_NUMERICHOST) != 0)
    return "?";
  return text.data();
}

/// A connected socket, or −1 with errno.
int connected_socket(const addrinfo& to, MonoTime deadline) {
  const int made = ::socket(to.ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (made < 0) return -1;
  const int on = 1;
  setsockopt(made, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  int error = 0;
  if (::connect(made, to.ai_addr, to.ai_addrlen) != 0) {
    error = errno;
    if (error == EINPROGRESS) {
      socklen_t size = sizeof error;
      error = ETIMEDOUT;
      if (wait_for(made, POLLOUT, deadline)) getsockopt(made, SOL_SOCKET, SO_ERROR, &error, &size);
    }
  }
  if (error == 0) return made;
  ::close(made);
  errno = error;
  return -1;
}

tl::unexpected<Error> unanswered(const std::string& why) { return fail(Errc::kMaybeApplied, why); }

}  // namespace

Result<Service> parse_service(const std::string& url) {
  constexpr std::string_view kScheme = "http://";
  const auto wrong = [&] {
    return fail(Errc::kInvalidInput,
                "\"" + url + "\" is neither http://HOST nor http://HOST:PORT.");
  };
  if (url.compare(0, kScheme.size(), kScheme) != 0) return wrong();
  std::string rest = url.substr(kScheme.size());
  if (!rest.empty() && rest.back() == '/') rest.pop_back();
  Service service{rest, 80};
  if (const std::size_t colon = rest.rfind(':'); colon != rest.npos) {
    const auto port = codec::parse_int(std::string_view(rest).substr(colon + 1));
    if (!port.ok() || port.value < 1 || port.value > 65535) return wrong();
    service = {rest.substr(0, colon), static_cast<model::Port>(port.value)};
  }
  if (service.host.empty() || service.host.find('/') != std::string::npos) return wrong();
  return service;
}

void HttpCall::close() {
  if (socket_ >= 0) ::close(socket_);
  socket_ = -1;
}

Result<void> HttpCall::connect(const Service& service, Duration patience, MonoTime deadline) {
  close();
  host_ = service.host;
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* list = nullptr;
  const int wrong =
      getaddrinfo(service.host.c_str(), std::to_string(service.port).c_str(), &hints, &list);
  if (wrong != 0)
    return fail(Errc::kUnavailable, service.host + " has no address: " + gai_strerror(wrong));
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> found(list, &freeaddrinfo);
  std::string tried;
  for (const addrinfo* it = list; it != nullptr && boot_now() < deadline; it = it->ai_next) {
    address_ = text_of(*it);
    socket_ = connected_socket(*it, std::min(deadline, boot_now() + patience));
    if (socket_ >= 0) return {};
    tried += (tried.empty() ? "" : ", ") + address_ + ": " + std::strerror(errno);
  }
  return fail(Errc::kUnavailable, "nobody answers at " + service.host + " (" + tried + ")");
}

Result<void> HttpCall::send_all(const std::string& bytes, MonoTime deadline) {
  for (std::size_t sent = 0; sent < bytes.size();) {
    const ssize_t n = ::send(socket_, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
    if (n > 0) {
      sent += static_cast<std::size_t>(n);
    } else if (errno != EAGAIN || !wait_for(socket_, POLLOUT, deadline)) {
      return unanswered("the request could not be sent");
    }
  }
  return {};
}

Result<HttpAnswer> HttpCall::ask(const std::string& method,
                                 const std::string& target,
                                 const std::string& body,
                                 MonoTime deadline) {
  std::string request = method + ' ' + target + " HTTP/1.1\r\nHost: " + host_ + "\r\n";
  if (!body.empty())
    request +=
        "Content-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) + "\r\n";
  request += "\r\n" + body;
  Result<void> sent = send_all(request, deadline);
  Result<HttpAnswer> answer =
      sent ? hear(deadline) : Result<HttpAnswer>(tl::unexpected(std::move(sent).error()));
  if (!answer) close();
  return answer;
}

Result<HttpAnswer> HttpCall::hear(MonoTime deadline) {
  using State = codec::health::HttpReader::State;
  codec::health::HttpReader reader(kAnswerMax);
  std::array<char, 4096> block{};
  for (;;) {
    if (!wait_for(socket_, POLLIN, deadline)) return unanswered("no answer");
    const ssize_t n = ::recv(socket_, block.data(), block.size(), 0);
    if (n < 0 && errno == EAGAIN) continue;
    if (n < 0) return unanswered(std::strerror(errno));
    const State state =
        n == 0 ? reader.end() : reader.take({block.data(), static_cast<std::size_t>(n)});
    if (state == State::kBroken) return unanswered(reader.problem());
    if (state == State::kMore) continue;
    HttpAnswer answer{reader.status(), reader.body()};
    if (!reader.keeps_alive()) close();
    return answer;
  }
}

}  // namespace holdfast::workload
