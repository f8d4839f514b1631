// Frames over one established TLS connection, for the files of adapters/net only: what a link and a
// listener have in common.
//
// Each frame has its length in front, four bytes, the highest first. An empty frame says "I am
// here": it is the first on every connection, it is sent when there is nothing else to send, and it
// is never passed on. Who is silent for too long is gone.
#pragma once

#include <array>
#include <deque>

#include "adapters/net/tls_impl.h"

namespace holdfast::net {

inline constexpr Duration kPingEvery = 250ms;
inline constexpr Duration kSilenceMax = 900ms;

/// What may wait to be sent; beyond it the oldest goes.
inline constexpr std::size_t kQueueFrames = 256;
inline constexpr std::size_t kQueueBytes = 4U << 20;

class FrameStream : public std::enable_shared_from_this<FrameStream> {
 public:
  struct Handler {
    std::function<void()> heard;  ///< once: the peer has accepted us, too
    std::function<void(std::string_view frame)> frame;
    std::function<void(const std::string& why)> closed;  ///< once, unless close() was called
  };

  FrameStream(Loop& loop, std::shared_ptr<TlsStream> stream, Handler handler);

  void start();
  /// Pre: neither empty nor longer than kFrameMax.
  void send(std::string frame);
  /// Says nothing more to the handler.
  void close();

 private:
  void read();
  void take(std::size_t size);
  void deliver(std::string_view frame);
  void queue(std::string frame);
  void write();
  void tick();
  void end(const std::string& why);

  Loop& loop_;
  std::shared_ptr<TlsStream> stream_;
  Handler handler_;
  Timer timer_;
  bool closed_ = false;
  bool heard_ = false;

  std::array<char, 16384> block_{};
  std::string in_;  ///< the beginning of a frame whose end is not here yet
  MonoTime heard_at_{};
  MonoTime ticked_at_{};

  std::deque<std::string> queue_;
  std::size_t queued_bytes_ = 0;
  std::string out_;  ///< being written
  bool writing_ = false;
  bool sent_ = false;  ///< something, since the last tick
};

}  // namespace holdfast::net
