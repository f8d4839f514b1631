// The network between hosts: latency, cuts, loss, and the difference between datagrams and streams.
//
// Every ordered pair of hosts has its own path. Faults are counted, not set, so overlapping ones
// compose and heal in any order. A cut path tells nobody: what is sent into it is gone.
#pragma once

#include <cstdint>
#include <vector>

#include "base/prng.h"
#include "sim/kernel.h"

namespace holdfast::sim {

/// How far apart hosts are, one way. Randomised per seed.
struct NetTiming {
  Duration local = 100us;  ///< a host to itself, processes included
  Duration zone = 250us;
  Duration region = 500us;          ///< two zones of one region
  Duration between = 15ms;          ///< two regions
  Duration outside = 2ms;           ///< to and from hosts outside all zones
  int jitter_percent = 20;          ///< up to so much is added
  Duration retransmission = 200ms;  ///< what a lost segment costs a stream
};

/// Something under way. What kind and argument mean is known to the sink.
struct Packet {
  std::uint32_t kind = 0;
  std::uint64_t arg = 0;
};

enum class Carriage : std::uint8_t {
  kDatagram,  ///< may be lost, doubled and overtaken on a bad path
  kStream,    ///< in order, and only late on a bad path
};

/// Takes what arrives. Packets may share a payload: `retain` before a copy, `release` after each
/// end.
class PacketSink {
 public:
  virtual ~PacketSink() = default;
  virtual void on_packet(int from, int to, Packet packet) = 0;
  virtual void retain(Packet packet) = 0;
  virtual void release(Packet packet) = 0;
};

class Network : public Handler {
 public:
  Network(Kernel& kernel, PacketSink& sink, Prng prng, const NetTiming& timing, int hosts);

  void set_latency(int from, int to, Duration one_way);
  /// The packet's payload is released when it has arrived, or cannot any more.
  void send(int from, int to, Carriage carriage, Packet packet);

  void cut(int from, int to) { ++path(from, to).cuts; }
  void heal(int from, int to);
  /// Loss in percent; what is not lost may be doubled, late and out of order.
  void impair(int from, int to, int percent);
  void relieve(int from, int to, int percent);
  [[nodiscard]] bool open(int from, int to) const { return path(from, to).cuts == 0; }
  [[nodiscard]] bool open_both(int a, int b) const { return open(a, b) && open(b, a); }
  [[nodiscard]] Duration latency(int from, int to) const { return path(from, to).latency; }
  [[nodiscard]] int hosts() const { return hosts_; }

  void on_event(std::uint32_t kind, std::uint64_t a, std::uint64_t b) override;

 private:
  struct Path {
    Duration latency{};
    SimTime last_arrival{};  ///< of streams
    std::uint32_t cuts = 0;
    int loss = 0;  ///< sum of percents
  };
  [[nodiscard]] Path& path(int from, int to) { return paths_[index(from, to)]; }
  [[nodiscard]] const Path& path(int from, int to) const { return paths_[index(from, to)]; }
  [[nodiscard]] std::size_t index(int from, int to) const {
    return static_cast<std::size_t>(from) * static_cast<std::size_t>(hosts_) +
           static_cast<std::size_t>(to);
  }
  [[nodiscard]] Duration delay(const Path& path);
  void send_datagram(int from, int to, const Path& path, Packet packet);
  void send_stream(int from, int to, Path& path, Packet packet);
  void deliver_at(SimTime when, int from, int to, Packet packet);

  Kernel& kernel_;
  PacketSink& sink_;
  Prng prng_;
  NetTiming timing_;
  int hosts_;
  std::vector<Path> paths_;
};

}  // namespace holdfast::sim
