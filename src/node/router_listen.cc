// The router's ear: apart from the rest, which tests run without a network.
#include "model/endpoints.h"
#include "node/router.h"

namespace holdfast::node {

Result<bool> Router::listen(std::shared_ptr<net::TlsContext> tls) {
  auto listener = net::Listener::open(
      loop_,
      std::move(tls),
      model::kRouterPort,
      {[this](net::Listener::Connection, const std::string& peer, std::string_view frame) {
         take(peer, frame);
       },
       {}});
  if (!listener) return tl::unexpected(std::move(listener).error());
  listener_ = std::move(*listener);
  return true;
}

}  // namespace holdfast::node
