// Lines of text over a unix stream socket, each with file descriptors if need be.
//
// A line that brings descriptors says how many; they are taken in the order in which they were
// sent. Sending waits for a slow reader, up to a bound; both ends are parts of the lab.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "lab/os/fd.h"

namespace holdfast::lab {

inline constexpr std::size_t kLineMax = 1U << 22U;

class Channel {
 public:
  Channel() = default;
  explicit Channel(Fd socket) : socket_(std::move(socket)) {}

  /// Both ends of one, close-on-exec.
  static Result<std::pair<Channel, Channel>> pair();

  /// `line` has no newline. False when the other end is gone or does not read.
  bool send(std::string_view line, const std::vector<int>& descriptors = {});
  /// Reads what has arrived. False once the other end is gone and everything is read.
  bool receive();
  /// The next whole line, if one has arrived.
  std::optional<std::string> next();
  /// receive() and next(), waiting up to `limit`; nothing: time is up, or the other end is gone.
  std::optional<std::string> wait(Duration limit);
  /// The oldest descriptors not taken yet; fewer if fewer have come.
  std::vector<Fd> take(std::size_t count);

  [[nodiscard]] int fd() const { return socket_.get(); }
  [[nodiscard]] bool open() const { return socket_.open(); }
  void close() { socket_.reset(); }

 private:
  Fd socket_;
  std::string buffer_;
  std::deque<Fd> descriptors_;
};

}  // namespace holdfast::lab
