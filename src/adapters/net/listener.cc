#include <map>
#include <utility>

#include "adapters/crypto/identity.h"
#include "adapters/net/acceptor_impl.h"
#include "adapters/net/frame_stream_impl.h"
#include "adapters/net/loop_impl.h"

namespace holdfast::net {
struct Listener::Impl : std::enable_shared_from_this<Listener::Impl> {
  Impl(Loop& the_loop, Handler the_handler) : loop(the_loop), handler(std::move(the_handler)) {}

  void welcome(std::shared_ptr<TlsStream> stream, const PeerName& who);
  void shut();

  struct Peer {
    std::string name;
    std::shared_ptr<FrameStream> stream;
  };

  Loop& loop;
  Handler handler;
  std::shared_ptr<Acceptor> acceptor;
  std::map<Connection, Peer> peers;
  Connection last = 0;
};

void Listener::Impl::welcome(std::shared_ptr<TlsStream> stream, const PeerName& who) {
  if (who.unit != crypto::kHostUnit || who.name.empty()) {
    close(*stream);
    if (handler.refused) handler.refused(who.unit + " '" + who.name + "' is no host");
    return;
  }
  const Connection id = ++last;
  const std::weak_ptr<Impl> weak = weak_from_this();
  FrameStream::Handler callbacks;
  callbacks.heard = [] {};
  callbacks.frame = [weak, id, name = who.name](std::string_view frame) {
    if (const auto self = weak.lock()) self->handler.frame(id, name, frame);
  };
  callbacks.closed = [weak, id, name = who.name](const std::string&) {
    const auto self = weak.lock();
    if (!self) return;
    self->peers.erase(id);
    self->acceptor->released();
    if (self->handler.closed) self->handler.closed(id, name);
  };
  auto frames = std::make_shared<FrameStream>(loop, std::move(stream), std::move(callbacks));
  acceptor->taken();
  peers.emplace(id, Peer{who.name, frames});
  frames->start();
}

void Listener::Impl::shut() {
  acceptor->close();
  for (auto& [id, peer] : peers) peer.stream->close();
  peers.clear();
}

Result<std::unique_ptr<Listener>> Listener::open(Loop& loop,
                                                 std::shared_ptr<TlsContext> tls,
                                                 model::Port port,
                                                 Handler handler) {
  auto impl = std::make_shared<Impl>(loop, std::move(handler));
  const std::weak_ptr<Impl> weak = impl;
  Acceptor::Handler callbacks;
  callbacks.accepted = [weak](std::shared_ptr<TlsStream> stream, const PeerName& who) {
    if (const auto self = weak.lock()) self->welcome(std::move(stream), who);
  };
  callbacks.refused = [weak](const std::string& why) {
    const auto self = weak.lock();
    if (self && self->handler.refused) self->handler.refused(why);
  };
  Result<std::shared_ptr<Acceptor>> acceptor =
      Acceptor::open(loop, std::move(tls), port, std::move(callbacks));
  if (!acceptor) return tl::unexpected(std::move(acceptor).error());
  impl->acceptor = std::move(*acceptor);
  return std::unique_ptr<Listener>(new Listener(std::move(impl)));
}

Listener::Listener(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}
Listener::~Listener() { impl_->shut(); }

void Listener::send(Connection to, std::string frame) {
  const auto found = impl_->peers.find(to);
  if (found != impl_->peers.end()) found->second.stream->send(std::move(frame));
}

model::Port Listener::port() const { return impl_->acceptor->port(); }

}  // namespace holdfast::net
