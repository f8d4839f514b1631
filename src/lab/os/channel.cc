#include "lab/os/channel.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

#include <algorithm>

#include "lab/os/clock.h"
#include "lab/os/files.h"

namespace holdfast::lab {
namespace {

constexpr std::size_t kDescriptorsMax = 16;  ///< in one line
constexpr int kSendPatienceMs = 5000;

bool wait_for(int fd, short what, int limit_ms) {
  pollfd one{fd, what, 0};
  return ::poll(&one, 1, limit_ms) > 0;
}

}  // namespace

Result<std::pair<Channel, Channel>> Channel::pair() {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
    return system_error("make a socket pair");
  }
  return std::make_pair(Channel(Fd(ends[0])), Channel(Fd(ends[1])));
}

bool Channel::send(std::string_view line, const std::vector<int>& descriptors) {
  if (!open() || descriptors.size() > kDescriptorsMax) return false;
  std::string text(line);
  text += '\n';
  std::size_t sent = 0;
  while (sent < text.size()) {
    iovec part{text.data() + sent, text.size() - sent};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int) * kDescriptorsMax)] = {};
    if (sent == 0 && !descriptors.empty()) {
      const std::size_t bytes = sizeof(int) * descriptors.size();
      message.msg_control = control;
      message.msg_controllen = CMSG_SPACE(bytes);
      cmsghdr* head = CMSG_FIRSTHDR(&message);
      if (head == nullptr) return false;
      head->cmsg_level = SOL_SOCKET;
      head->cmsg_type = SCM_RIGHTS;
      head->cmsg_len = CMSG_LEN(bytes);
      ::memcpy(CMSG_DATA(head), descriptors.data(), bytes);
    }
    const ssize_t count = ::sendmsg(socket_.get(), &message, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (count >= 0) {
      sent += static_cast<std::size_t>(count);
    } else if (errno == EAGAIN) {
      if (!wait_for(socket_.get(), POLLOUT, kSendPatienceMs)) return false;
    } else if (errno != EINTR) {
      return false;
    }
  }
  return true;
}

bool Channel::receive() {
  if (!open()) return false;
  for (;;) {
    char text[16384];
    iovec part{text, sizeof text};
    msghdr message{};
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int) * kDescriptorsMax)];
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control;
    message.msg_controllen = sizeof control;
    const ssize_t count = ::recvmsg(socket_.get(), &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return errno == EAGAIN;
    if (count == 0) return false;
    for (cmsghdr* head = CMSG_FIRSTHDR(&message); head != nullptr;
         head = CMSG_NXTHDR(&message, head)) {
      if (head->cmsg_level != SOL_SOCKET || head->cmsg_type != SCM_RIGHTS) continue;
      const std::size_t many = (head->cmsg_len - CMSG_LEN(0)) / sizeof(int);
      for (std::size_t i = 0; i < many; ++i) {
        int fd = -1;
        ::memcpy(&fd, CMSG_DATA(head) + i * sizeof(int), sizeof fd);
        descriptors_.emplace_back(fd);
      }
    }
    buffer_.append(text, static_cast<std::size_t>(count));
    if (buffer_.size() > kLineMax && buffer_.find('\n') == std::string::npos) return false;
  }
}

std::optional<std::string> Channel::next() {
  const std::size_t end = buffer_.find('\n');
  if (end == std::string::npos) return std::nullopt;
  std::string line = buffer_.substr(0, end);
  buffer_.erase(0, end + 1);
  return line;
}

std::optional<std::string> Channel::wait(Duration limit) {
  const MonoTime deadline = boot_now() + limit;
  bool alive = true;
  for (;;) {
    if (std::optional<std::string> line = next()) return line;
    if (!alive) return std::nullopt;
    const Duration left = deadline - boot_now();
    if (left <= Duration(0)) return std::nullopt;
    wait_for(socket_.get(), POLLIN, static_cast<int>(left.count() / 1000 + 1));
    alive = receive();
  }
}

std::vector<Fd> Channel::take(std::size_t count) {
  std::vector<Fd> taken;
  for (std::size_t i = 0; i < count && !descriptors_.empty(); ++i) {
    taken.push_back(std::move(descriptors_.front()));
    descriptors_.pop_front();
  }
  return taken;
}

}  // namespace holdfast::lab
