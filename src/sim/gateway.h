// The way of client requests: from a client's host to the leader it believes in, and the answer
// back.
//
// A client waits one second; then it does not know what became of its write. Each write is answered
// once.
#pragma once

#include <vector>

#include "base/prng.h"
#include "sim/client_port.h"
#include "sim/network.h"
#include "sim/packets.h"
#include "sim/pool.h"

namespace holdfast::sim {

class World;

class Gateway : public ClientPort, public Handler {
 public:
  Gateway(World& world, Prng prng) : world_(world), prng_(prng) {}

  /// Where answers go; may be changed. Must outlive the run.
  void set_sink(ClientSink& sink) { sink_ = &sink; }

  void submit_write(int client_host, int cluster, int data_class, WriteId write) override;
  void submit_read(int client_host, int cluster) override;

  /// A member's PostgreSQL on `host` has answered.
  void answer(int host, WriteId write, ClientResult result);
  void on_packet(Packet packet);
  [[nodiscard]] Pool<ClientCall>& calls() { return calls_; }
  /// Writes that no answer has come for yet.
  [[nodiscard]] std::size_t waiting() const { return waiting_.size(); }

  void on_event(std::uint32_t kind, std::uint64_t a, std::uint64_t b) override;

 private:
  enum Kind : std::uint32_t { kTimeout, kRefused };
  struct Waiting {
    WriteId write = 0;
    int client_host = 0;
  };
  [[nodiscard]] std::vector<Waiting>::iterator find(WriteId write);
  void finish(WriteId write, ClientResult result);
  void send(int client_host, int cluster, WriteId write);

  World& world_;
  Prng prng_;
  ClientSink* sink_ = nullptr;
  std::vector<Waiting> waiting_;  ///< ascending by write
  Pool<ClientCall> calls_;
};

}  // namespace holdfast::sim
