// Non-blocking sockets to literal addresses, and their errors in plain words.
#pragma once

#include <cstdint>
#include <string>

#include "model/socket_address.h"

namespace holdfast::health {

/// How one attempt to move bytes ended; kWait: nothing until the socket is ready again.
enum class IoState : std::uint8_t { kDone, kWait, kEnded, kFailed };

/// A connected or connecting socket; -1 with errno when there is none.
[[nodiscard]] int open_stream(const model::SocketAddress& target, bool& connected);
[[nodiscard]] int open_datagram(const model::SocketAddress& target);

enum class Farewell : std::uint8_t {
  kOrderly,  ///< FIN: the peer sees a clean end, and we keep the port for a minute
  kReset,    ///< RST: nothing is left behind, at the price of a peer that sees a reset
};
/// -1 is fine. The descriptor is -1 afterwards.
void close_socket(int& descriptor, Farewell farewell);

/// 0 when the connection stands.
[[nodiscard]] int connect_error(int descriptor);

/// A clause, as in "the connection is refused".
[[nodiscard]] std::string errno_words(int number);

}  // namespace holdfast::health
