#include "adapters/net/link.h"

#include <unistd.h>

#include <algorithm>
#include <boost/asio/connect.hpp>
#include <utility>
#include <vector>

#include "adapters/crypto/identity.h"
#include "adapters/net/frame_stream_impl.h"
#include "adapters/net/loop_impl.h"
#include "base/hash.h"
#include "base/prng.h"

namespace holdfast::net {
namespace asio = boost::asio;
using asio::ip::tcp;
using Error_code = boost::system::error_code;
namespace {

constexpr Duration kRetryMin = 50ms;
constexpr Duration kRetryMax = 500ms;
/// A connection that lasted so long is made again at once when it breaks.
constexpr Duration kLasting = 1s;

std::uint64_t seed_of(const std::string& peer, MonoTime now) {
  Hasher hash;
  hash.add(std::string_view(peer));
  hash.add(static_cast<std::uint64_t>(now.time_since_epoch().count()));
  hash.add(static_cast<std::uint64_t>(::getpid()));
  return hash.value();
}

}  // namespace

struct Link::Impl : std::enable_shared_from_this<Link::Impl> {
  Impl(Loop& the_loop,
       std::shared_ptr<TlsContext> the_tls,
       std::string the_peer,
       model::Port the_port,
       Handler the_handler)
      : loop(the_loop),
        tls(std::move(the_tls)),
        peer(std::move(the_peer)),
        port(the_port),
        handler(std::move(the_handler)),
        resolver(the_loop.impl().io),
        timer(the_loop, [this] { timer_fired(); }),
        prng(seed_of(peer, the_loop.now())) {}

  void attempt();
  void connect(std::uint64_t the_round);
  void greet(std::uint64_t the_round);
  void established();
  void attempt_failed(const std::string& why);
  void lost(const std::string& why);
  void retry_after(Duration pause);
  void timer_fired();
  void shut();

  /// Is this still the attempt that the callback was made for?
  [[nodiscard]] bool current(std::uint64_t the_round) const { return round == the_round; }

  Loop& loop;
  std::shared_ptr<TlsContext> tls;
  std::string peer;
  model::Port port;
  Handler handler;
  tcp::resolver resolver;
  Timer timer;
  Prng prng;

  std::uint64_t round = 0;
  std::shared_ptr<TlsStream> pending;       ///< being connected
  std::shared_ptr<FrameStream> connection;  ///< once both sides could speak
  std::vector<tcp::endpoint> known;         ///< where the peer was last found
  bool ask_again = false;                   ///< the known addresses failed
  bool up = false;
  MonoTime up_since{};
  Duration pause = kRetryMin;
  std::string problem = "not yet connected";
};

void Link::Impl::attempt() {
  const std::uint64_t the_round = ++round;
  pending = make_stream(loop.impl().io, *tls);
  timer.set(loop.now() + kHandshakeLimit);
  // A name service that does not answer must not keep hosts apart that have met before.
  if (!known.empty() && !ask_again) return connect(the_round);
  resolver.async_resolve(
      peer,
      std::to_string(port),
      [self = shared_from_this(), the_round](const Error_code& error,
                                             const tcp::resolver::results_type& results) {
        if (!self->current(the_round)) return;
        self->ask_again = false;
        if (error) return self->attempt_failed("its address is not known: " + error.message());
        self->known.clear();
        for (const auto& result : results) self->known.push_back(result.endpoint());
        self->connect(the_round);
      });
}

void Link::Impl::connect(std::uint64_t the_round) {
  asio::async_connect(
      pending->lowest_layer(),
      known,
      [self = shared_from_this(), the_round](const Error_code& error, const tcp::endpoint&) {
        if (!self->current(the_round)) return;
        if (error) {
          self->ask_again = true;
          return self->attempt_failed("it cannot be reached: " + error.message());
        }
        tune(self->pending->next_layer());
        self->greet(the_round);
      });
}

void Link::Impl::greet(std::uint64_t the_round) {
  shake_hands(
      pending, Side::kConnecting, [self = shared_from_this(), the_round](const std::string& wrong) {
        if (!self->current(the_round)) return;
        if (!wrong.empty()) return self->attempt_failed(wrong);
        const PeerName who = peer_of(*self->pending);
        if (who.name != self->peer || who.unit != crypto::kHostUnit) {
          return self->attempt_failed("its certificate is of " + who.unit + " '" + who.name +
                                      "', not of host '" + self->peer + '\'');
        }
        self->established();
      });
}

void Link::Impl::established() {
  timer.cancel();
  const std::weak_ptr<Impl> weak = weak_from_this();
  const auto with_self = [weak](auto work) {
    return [weak, work](auto&&... arguments) {
      if (const auto self = weak.lock()) work(*self, arguments...);
    };
  };
  FrameStream::Handler callbacks;
  callbacks.heard = with_self([](Impl& self) {
    self.up = true;
    self.up_since = self.loop.now();
    self.pause = kRetryMin;
    self.problem.clear();
    if (self.handler.up) self.handler.up();
  });
  callbacks.frame =
      with_self([](Impl& self, std::string_view frame) { self.handler.frame(frame); });
  callbacks.closed = with_self([](Impl& self, const std::string& why) { self.lost(why); });
  connection = std::make_shared<FrameStream>(loop, std::move(pending), std::move(callbacks));
  pending = nullptr;
  connection->start();
}

void Link::Impl::attempt_failed(const std::string& why) {
  ++round;
  problem = why;
  resolver.cancel();
  if (pending) close(*pending);
  pending = nullptr;
  retry_after(pause);
  pause = std::min(2 * pause, kRetryMax);
}

void Link::Impl::lost(const std::string& why) {
  const bool was_up = std::exchange(up, false);
  const bool lasted = was_up && loop.now() - up_since > kLasting;
  connection = nullptr;
  problem = why;
  retry_after(lasted ? Duration(0) : pause);
  if (!was_up) pause = std::min(2 * pause, kRetryMax);
  if (was_up && handler.down) handler.down();
}

void Link::Impl::retry_after(Duration wait) {
  // Hosts that lost each other together do not all come back in the same instant.
  timer.set(loop.now() + prng.between(wait / 2, wait));
}

void Link::Impl::timer_fired() {
  const auto self = shared_from_this();
  if (pending) return attempt_failed("it did not answer within a second");
  attempt();
}

void Link::Impl::shut() {
  ++round;
  timer.cancel();
  resolver.cancel();
  if (pending) close(*pending);
  if (connection) connection->close();
  up = false;
}

Link::Link(Loop& loop,
           std::shared_ptr<TlsContext> tls,
           std::string peer,
           model::Port port,
           Handler handler)
    : impl_(
          std::make_shared<Impl>(loop, std::move(tls), std::move(peer), port, std::move(handler))) {
  impl_->attempt();
}

Link::~Link() { impl_->shut(); }

void Link::send(std::string frame) {
  if (impl_->connection) impl_->connection->send(std::move(frame));
}

bool Link::up() const { return impl_->up; }
const std::string& Link::problem() const { return impl_->problem; }

}  // namespace holdfast::net
