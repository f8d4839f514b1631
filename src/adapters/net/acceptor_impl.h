// Accepts connections on one port, for the files of adapters/net only: over TLS it hands over those
// whose peer has proven who it is; without TLS everyone.
#pragma once

#include <boost/asio/ip/tcp.hpp>

#include "adapters/net/tls_impl.h"

namespace holdfast::net {

/// Handshakes and connections at once; one more is closed right away.
inline constexpr int kConnectionsMax = 256;

class Acceptor : public std::enable_shared_from_this<Acceptor> {
 public:
  struct Handler {
    std::function<void(std::shared_ptr<TlsStream> stream, const PeerName& who)> accepted;
    std::function<void(const std::string& why)> refused;
    std::function<void(boost::asio::ip::tcp::socket socket)> plain{};  ///< used without TLS
  };
  /// Every address, IPv4 and IPv6; port 0 takes a free one. `tls` may be null.
  static Result<std::shared_ptr<Acceptor>> open(Loop& loop,
                                                std::shared_ptr<TlsContext> tls,
                                                model::Port port,
                                                Handler handler);
  Acceptor(Loop& loop, std::shared_ptr<TlsContext> tls, Handler handler);

  [[nodiscard]] model::Port port() const { return port_; }
  void close();

  /// The handler kept what it was handed; `released` when that is closed.
  void taken() { ++open_; }
  void released() { --open_; }

 private:
  Result<void> listen(model::Port port);
  void accept();
  void greet(boost::asio::ip::tcp::socket socket);

  Loop& loop_;
  std::shared_ptr<TlsContext> tls_;
  Handler handler_;
  boost::asio::ip::tcp::acceptor acceptor_;
  Timer pause_;
  model::Port port_ = 0;
  int open_ = 0;
  bool closed_ = false;
};

}  // namespace holdfast::net
