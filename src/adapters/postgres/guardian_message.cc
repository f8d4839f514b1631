#include "adapters/postgres/guardian_message.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <sstream>
#include <utility>

namespace holdfast::postgres {
namespace {

constexpr const char* kHead = "holdfast-guardian 1";

}  // namespace

std::string write_message(const GuardianMessage& it) {
  std::ostringstream out;
  out << kHead << '\n'
      << it.cluster << '\n'
      << it.directory << '\n'
      << it.sockets << '\n'
      << it.port << ' ' << it.postmaster.pid << ' ' << it.postmaster.started << ' '
      << it.deadline.time_since_epoch().count() << ' ' << it.pace.count() << '\n';
  return out.str();
}

std::optional<GuardianMessage> read_message(const std::string& text) {
  std::istringstream in(text);
  GuardianMessage it;
  std::string head;
  std::int64_t deadline = 0, pace = 0;
  if (!std::getline(in, head) || head != kHead) return std::nullopt;
  if (!std::getline(in, it.cluster) || !std::getline(in, it.directory)) return std::nullopt;
  if (!std::getline(in, it.sockets) || it.directory.empty()) return std::nullopt;
  if (!(in >> it.port >> it.postmaster.pid >> it.postmaster.started >> deadline >> pace)) {
    return std::nullopt;
  }
  it.deadline = MonoTime(Duration(deadline));
  it.pace = Duration(pace);
  return it;
}

GuardianLink::GuardianLink(std::string socket_path)
    : path_(std::move(socket_path)),
      socket_(socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)) {}

GuardianLink::~GuardianLink() {
  if (socket_ >= 0) close(socket_);
}

bool GuardianLink::send(const GuardianMessage& message) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path_.size() >= sizeof address.sun_path) return false;
  std::memcpy(address.sun_path, path_.c_str(), path_.size() + 1);
  const std::string text = write_message(message);
  const ssize_t n = sendto(socket_,
                           text.data(),
                           text.size(),
                           MSG_NOSIGNAL,
                           reinterpret_cast<const sockaddr*>(&address),
                           sizeof address);
  return n == static_cast<ssize_t>(text.size());
}

}  // namespace holdfast::postgres
