// TLS as Asio has it, for the files of adapters/net only: the loaded context, streams, handshakes.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <functional>
#include <memory>
#include <string>

#include "adapters/net/link.h"

namespace holdfast::net {

using TlsStream = boost::asio::ssl::stream<boost::asio::ip::tcp::socket>;

/// A peer that is not through with its handshake by then is let go; so is a connect attempt.
inline constexpr Duration kHandshakeLimit = 1s;

/// Serves both directions: every process here accepts and connects with the same identity.
class TlsState final : public TlsContext {
 public:
  TlsState() : context(boost::asio::ssl::context::tls) {}
  boost::asio::ssl::context context;
};

[[nodiscard]] std::shared_ptr<TlsStream> make_stream(boost::asio::io_context& io,
                                                     const TlsContext& tls);

/// Small messages leave at once, and what the other host does not confirm within two seconds ends
/// the connection.
void tune(boost::asio::ip::tcp::socket& socket);

struct PeerName {
  std::string name;  ///< common name
  std::string unit;  ///< organizational unit
};
/// Pre: the handshake is done, so that the certificate is verified.
[[nodiscard]] PeerName peer_of(TlsStream& stream);

enum class Side { kConnecting, kAccepting };

/// Calls `done` once: with an empty text when both have proven themselves (when connecting: when
/// the peer has), else with what is wrong, and the stream is closed. The caller limits the time by
/// closing the stream.
void shake_hands(const std::shared_ptr<TlsStream>& stream,
                 Side side,
                 std::function<void(const std::string& problem)> done);

void close(TlsStream& stream);
void close(boost::asio::ip::tcp::socket& socket);

}  // namespace holdfast::net
