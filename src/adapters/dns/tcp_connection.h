// One client over TCP: bytes in, whole queries answered, bytes out when the client takes them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "adapters/dns/counters.h"
#include "adapters/dns/socket.h"
#include "base/time.h"
#include "codec/dns/snapshot.h"

namespace holdfast::dns {

/// A query longer than that is none that we would answer.
inline constexpr std::size_t kTcpQueryMax = 4096;
/// With so many bytes of answers waiting nothing more is read: the client has to take some first.
inline constexpr std::size_t kTcpWaitingMax = 128 * 1024;

class TcpConnection {
 public:
  /// `draw`: where its draws among several answers begin.
  TcpConnection(Socket socket, MonoTime now, std::uint32_t draw)
      : socket_(std::move(socket)), active_(now), draw_(draw) {}

  [[nodiscard]] int descriptor() const { return socket_.get(); }
  /// When it last asked something whole, or took some of its answers.
  [[nodiscard]] MonoTime active() const { return active_; }
  [[nodiscard]] bool wants_to_write() const { return !out_.empty(); }
  [[nodiscard]] bool wants_to_read() const { return out_.size() < kTcpWaitingMax && !ended_; }

  enum class After { kGoOn, kClose };

  /// Reads what is there and answers the queries in it.
  After on_readable(const codec::dns::Snapshot& snapshot, MonoTime now, Counters& counters);
  After on_writable(const codec::dns::Snapshot& snapshot, MonoTime now, Counters& counters);

 private:
  bool answer_all(const codec::dns::Snapshot& snapshot, MonoTime now, Counters& counters);
  After write(MonoTime now);

  Socket socket_;
  MonoTime active_;
  std::uint32_t draw_;
  std::vector<std::uint8_t> in_;
  std::vector<std::uint8_t> out_;
  bool ended_ = false;  ///< the client sends no more
};

}  // namespace holdfast::dns
