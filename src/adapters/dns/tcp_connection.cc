#include "adapters/dns/tcp_connection.h"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "codec/dns/respond.h"

namespace holdfast::dns {
namespace {

constexpr std::size_t kReadSize = 16 * 1024;
/// Steps of it spread evenly over all 32 bits (Knuth, volume 3, section 6.4).
constexpr std::uint32_t kGoldenRatio = 2654435761U;

bool would_block() { return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR; }

}  // namespace

/// False for what is no DNS: too long, or what gets no answer.
bool TcpConnection::answer_all(const codec::dns::Snapshot& snapshot,
                               MonoTime now,
                               Counters& counters) {
  // Of every thread that has connections: TCP messages may be 64 KiB.
  thread_local std::array<std::uint8_t, codec::dns::kMessageMax> buffer;
  std::size_t at = 0;
  while (in_.size() - at >= 2 && out_.size() < kTcpWaitingMax) {
    const std::size_t size = codec::dns::read16(in_.data() + at);
    if (size > kTcpQueryMax) return false;
    if (in_.size() - at - 2 < size) break;
    std::copy_n(in_.data() + at + 2, size, buffer.data());
    at += 2 + size;
    draw_ += kGoldenRatio;
    const codec::dns::Response response =
        codec::dns::respond(snapshot, buffer, size, codec::dns::Transport::kTcp, draw_);
    counters.note(response);
    if (response.size == 0) return false;
    std::array<std::uint8_t, 2> length{};
    codec::dns::write16(length.data(), response.size);
    out_.insert(out_.end(), length.begin(), length.end());
    out_.insert(
        out_.end(), buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(response.size));
    active_ = now;
  }
  in_.erase(in_.begin(), in_.begin() + static_cast<std::ptrdiff_t>(at));
  return true;
}

TcpConnection::After TcpConnection::write(MonoTime now) {
  while (!out_.empty()) {
    const ssize_t sent = send(descriptor(), out_.data(), out_.size(), MSG_NOSIGNAL);
    if (sent < 0) return would_block() ? After::kGoOn : After::kClose;
    active_ = now;
    out_.erase(out_.begin(), out_.begin() + sent);
  }
  return ended_ ? After::kClose : After::kGoOn;
}

TcpConnection::After TcpConnection::on_readable(const codec::dns::Snapshot& snapshot,
                                                MonoTime now,
                                                Counters& counters) {
  std::array<std::uint8_t, kReadSize> some;
  const ssize_t got = recv(descriptor(), some.data(), some.size(), 0);
  if (got < 0) return would_block() ? After::kGoOn : After::kClose;
  if (got == 0) ended_ = true;
  in_.insert(in_.end(), some.begin(), some.begin() + got);
  return on_writable(snapshot, now, counters);
}

TcpConnection::After TcpConnection::on_writable(const codec::dns::Snapshot& snapshot,
                                                MonoTime now,
                                                Counters& counters) {
  // What came while the client took nothing is answered as soon as it does.
  for (;;) {
    const std::size_t waiting = in_.size();
    if (!answer_all(snapshot, now, counters)) {
      counters.note_closed();
      return After::kClose;
    }
    const After after = write(now);
    const bool stuck = wants_to_write() || in_.size() == waiting;
    if (after == After::kClose || stuck) return after;
  }
}

}  // namespace holdfast::dns
