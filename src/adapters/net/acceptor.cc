#include <boost/asio/ip/v6_only.hpp>
#include <utility>

#include "adapters/net/acceptor_impl.h"
#include "adapters/net/loop_impl.h"

namespace holdfast::net {
namespace asio = boost::asio;
using asio::ip::tcp;
using Error_code = boost::system::error_code;
namespace {

/// When the system has no descriptor left, trying at once would only burn time.
constexpr Duration kPauseAfterError = 100ms;

Error_code bind_to(tcp::acceptor& acceptor, const tcp::endpoint& endpoint) {
  Error_code error;
  acceptor.open(endpoint.protocol(), error);
  if (error) return error;
  acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error && endpoint.protocol() == tcp::v6()) {
    acceptor.set_option(asio::ip::v6_only(false), error);
  }
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
  Error_code ignored;
  if (error) acceptor.close(ignored);
  return error;
}

std::string address_of(const tcp::socket& socket) {
  Error_code error;
  const tcp::endpoint from = socket.remote_endpoint(error);
  return error ? std::string("a peer") : from.address().to_string();
}

}  // namespace

Acceptor::Acceptor(Loop& loop, std::shared_ptr<TlsContext> tls, Handler handler)
    : loop_(loop),
      tls_(std::move(tls)),
      handler_(std::move(handler)),
      acceptor_(loop.impl().io),
      pause_(loop, [this] { accept(); }) {}

Result<std::shared_ptr<Acceptor>> Acceptor::open(Loop& loop,
                                                 std::shared_ptr<TlsContext> tls,
                                                 model::Port port,
                                                 Handler handler) {
  auto made = std::make_shared<Acceptor>(loop, std::move(tls), std::move(handler));
  if (Result<void> listening = made->listen(port); !listening) {
    return tl::unexpected(std::move(listening).error());
  }
  made->accept();
  return made;
}

Result<void> Acceptor::listen(model::Port port) {
  Error_code error = bind_to(acceptor_, tcp::endpoint(tcp::v6(), port));
  // A host may have no IPv6 at all.
  if (error == asio::error::address_family_not_supported ||
      error == boost::system::errc::address_not_available) {
    error = bind_to(acceptor_, tcp::endpoint(tcp::v4(), port));
  }
  if (error) {
    return fail(error == asio::error::address_in_use ? Errc::kAlreadyExists : Errc::kUnavailable,
                "cannot listen on port " + std::to_string(port) + ": " + error.message());
  }
  port_ = acceptor_.local_endpoint(error).port();
  return {};
}

void Acceptor::close() {
  closed_ = true;
  pause_.cancel();
  Error_code ignored;
  acceptor_.close(ignored);
}

void Acceptor::accept() {
  acceptor_.async_accept([self = shared_from_this()](const Error_code& error, tcp::socket socket) {
    if (self->closed_) return;
    if (error) return self->pause_.set(self->loop_.now() + kPauseAfterError);
    if (self->open_ < kConnectionsMax) self->greet(std::move(socket));
    self->accept();
  });
}

void Acceptor::greet(tcp::socket socket) {
  tune(socket);
  if (tls_ == nullptr) return handler_.plain(std::move(socket));
  const std::string address = address_of(socket);
  auto stream = make_stream(loop_.impl().io, *tls_);
  stream->next_layer() = std::move(socket);
  taken();
  const auto limit = std::make_shared<Timer>(loop_, [stream] { net::close(*stream); });
  limit->set(loop_.now() + kHandshakeLimit);
  shake_hands(stream,
              Side::kAccepting,
              [self = shared_from_this(), stream, limit, address](const std::string& wrong) {
                limit->cancel();
                self->released();
                if (self->closed_) return net::close(*stream);
                if (!wrong.empty()) return self->handler_.refused(address + ": " + wrong);
                self->handler_.accepted(stream, peer_of(*stream));
              });
}

}  // namespace holdfast::net
