#include "sim/network.h"

#include <algorithm>

#include "base/assert.h"

namespace holdfast::sim {
namespace {

constexpr int kHostBits = 16;
constexpr std::uint64_t kHostMask = (1U << kHostBits) - 1;
constexpr int kWorstLoss = 95;
constexpr int kRetransmissionsMax = 6;

}  // namespace

Network::Network(Kernel& kernel, PacketSink& sink, Prng prng, const NetTiming& timing, int hosts)
    : kernel_(kernel),
      sink_(sink),
      prng_(prng),
      timing_(timing),
      hosts_(hosts),
      paths_(static_cast<std::size_t>(hosts) * static_cast<std::size_t>(hosts)) {}

void Network::set_latency(int from, int to, Duration one_way) { path(from, to).latency = one_way; }

void Network::heal(int from, int to) {
  HF_ASSERT(path(from, to).cuts > 0);
  --path(from, to).cuts;
}

void Network::impair(int from, int to, int percent) { path(from, to).loss += percent; }

void Network::relieve(int from, int to, int percent) {
  path(from, to).loss -= percent;
  HF_ASSERT(path(from, to).loss >= 0);
}

void Network::send(int from, int to, Carriage carriage, Packet packet) {
  Path& it = path(from, to);
  if (it.cuts > 0) return sink_.release(packet);
  if (carriage == Carriage::kStream) return send_stream(from, to, it, packet);
  send_datagram(from, to, it, packet);
}

Duration Network::delay(const Path& path) {
  const std::int64_t spread = path.latency.count() * timing_.jitter_percent / 100;
  return path.latency + Duration(prng_.between(0, spread));
}

void Network::send_datagram(int from, int to, const Path& path, Packet packet) {
  Duration takes = delay(path);
  if (path.loss > 0) {
    const int percent = std::min(path.loss, kWorstLoss);
    if (prng_.chance(percent)) return sink_.release(packet);
    takes += prng_.between(Duration(0), 2 * path.latency + 20ms);
    if (prng_.chance(percent / 2.0)) {
      sink_.retain(packet);
      deliver_at(kernel_.now() + takes + prng_.between(Duration(0), 50ms), from, to, packet);
    }
  }
  deliver_at(kernel_.now() + takes, from, to, packet);
}

void Network::send_stream(int from, int to, Path& path, Packet packet) {
  Duration takes = delay(path);
  if (path.loss > 0) {
    const int percent = std::min(path.loss, kWorstLoss);
    Duration timeout = timing_.retransmission;
    for (int i = 0; i < kRetransmissionsMax && prng_.chance(percent); ++i) {
      takes += timeout;
      timeout *= 2;
    }
  }
  // Equal times keep the order of sending, so a stream never overtakes itself.
  path.last_arrival = std::max(path.last_arrival, kernel_.now() + takes);
  deliver_at(path.last_arrival, from, to, packet);
}

void Network::deliver_at(SimTime when, int from, int to, Packet packet) {
  const std::uint64_t ends =
      static_cast<std::uint64_t>(from) << kHostBits | static_cast<std::uint64_t>(to);
  kernel_.at(when, *this, packet.kind, ends, packet.arg);
}

void Network::on_event(std::uint32_t kind, std::uint64_t a, std::uint64_t b) {
  const int from = static_cast<int>(a >> kHostBits);
  const int to = static_cast<int>(a & kHostMask);
  const Packet packet{kind, b};
  // What was under way when the path was cut is lost with it.
  if (open(from, to)) sink_.on_packet(from, to, packet);
  sink_.release(packet);
}

}  // namespace holdfast::sim
