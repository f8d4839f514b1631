#include "adapters/dns/responder.h"

#include <algorithm>
#include <utility>

#include "adapters/process/clock.h"
#include "base/prng.h"
#include "codec/dns/report.h"

namespace holdfast::dns {
namespace {

/// How often replaced snapshots are freed, and deadlines looked at, at least.
constexpr Duration kHousekeeping = 100ms;
/// Where the system chooses a port for UDP, the same has to be free for TCP.
constexpr int kPortTries = 16;

struct Pair {
  Socket udp;
  Socket tcp;
};

Result<Pair> open_pair(const Endpoint& wanted) {
  for (int tries = 0;; ++tries) {
    Result<Socket> udp = open_udp(wanted);
    if (!udp) return tl::unexpected(std::move(udp).error());
    Result<Socket> tcp = open_tcp(bound_to(*udp));
    if (tcp) return Pair{std::move(*udp), std::move(*tcp)};
    if (wanted.port != 0 || tries == kPortTries) return tl::unexpected(std::move(tcp).error());
  }
}

}  // namespace

Responder::Responder(model::Dns dns, std::function<void(const Change&)> heard)
    : heard_(std::move(heard)),
      board_(std::move(dns), process::boot_now()),
      publication_(board_.snapshot()) {}

Result<std::unique_ptr<Responder>> Responder::start(model::Dns dns,
                                                    const ResponderOptions& options,
                                                    std::function<void(const Change&)> heard) {
  std::unique_ptr<Responder> responder(new Responder(std::move(dns), std::move(heard)));
  if (Result<void> listening = responder->listen(options); !listening) {
    return tl::unexpected(std::move(listening).error());
  }
  for (const auto& worker : responder->workers_) worker->start();
  responder->tcp_->start();
  responder->timer_ = std::thread([it = responder.get()] { it->keep_time(); });
  return responder;
}

Responder::~Responder() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  if (timer_.joinable()) timer_.join();
}

Result<void> Responder::listen(const ResponderOptions& options) {
  std::vector<Socket> listeners;
  Prng seeds(static_cast<std::uint64_t>(process::boot_now().time_since_epoch().count()));
  for (const Endpoint& wanted : options.listen) {
    Result<Pair> pair = open_pair(wanted);
    if (!pair) return tl::unexpected(std::move(pair).error());
    endpoints_.push_back(bound_to(pair->udp));
    listeners.push_back(std::move(pair->tcp));
    workers_.push_back(
        std::make_unique<UdpWorker>(std::move(pair->udp), publication_, seeds.next()));
    for (int i = 1; i < options.threads; ++i) {
      Result<Socket> another = open_udp(endpoints_.back());
      if (!another) return tl::unexpected(std::move(another).error());
      workers_.push_back(
          std::make_unique<UdpWorker>(std::move(*another), publication_, seeds.next()));
    }
  }
  tcp_ = std::make_unique<TcpServer>(std::move(listeners), publication_, options.tcp);
  return {};
}

void Responder::announce(const std::vector<std::size_t>& names) {
  if (names.empty()) return;
  publication_.publish(board_.snapshot());
  for (const std::size_t name : names) {
    const codec::dns::Standing& standing = board_.names()[name];
    if (heard_)
      heard_({codec::dns::full_name(*standing.zone, *standing.answer), standing.decision});
  }
}

void Responder::push(const core::dns::KnownHealth& known) {
  const std::lock_guard lock(mutex_);
  fed_ = process::boot_now();
  announce(board_.take(known, fed_));
  wake_.notify_all();
}

void Responder::push(model::Index target, const core::dns::TargetHealth& health) {
  const std::lock_guard lock(mutex_);
  fed_ = process::boot_now();
  announce(board_.take(target, health, fed_));
  wake_.notify_all();
}

void Responder::keep_time() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    const MonoTime now = process::boot_now();
    if (board_.next_deadline() <= now) announce(board_.tick(now));
    publication_.collect();
    const MonoTime next = std::min(board_.next_deadline(), now + kHousekeeping);
    wake_.wait_for(lock, std::max<Duration>(next - now, 1ms));
  }
}

Responder::Status Responder::status() const {
  Status status;
  for (const auto& worker : workers_) status.counts.add(worker->counters().read());
  status.counts.add(tcp_->counters().read());
  const std::lock_guard lock(mutex_);
  status.fed = fed_ != kLongAgo;
  status.age = status.fed ? process::boot_now() - fed_ : Duration{};
  return status;
}

}  // namespace holdfast::dns
