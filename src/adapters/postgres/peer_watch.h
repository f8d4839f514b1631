// What a standby does towards its leader besides streaming: prepares its own replication slot
// there, ends a sender that still holds it, and sees whether the leader's host refuses connections.
#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

#include "adapters/postgres/context.h"

namespace holdfast::postgres {

class PeerWatch {
 public:
  explicit PeerWatch(Context& context);
  ~PeerWatch();
  PeerWatch(const PeerWatch&) = delete;
  PeerWatch& operator=(const PeerWatch&) = delete;

  /// An unset peer: nobody. From any thread.
  void follow(core::Incarnation peer, Epoch epoch);

 private:
  void run();
  void prepare_slot(core::Incarnation peer, Epoch epoch, bool end_holder);
  bool look_whether_refused(const PeerAddress& peer);

  Context& context_;
  std::mutex mutex_;
  std::condition_variable changed_;
  core::Incarnation peer_;
  Epoch epoch_;
  std::uint64_t round_ = 0;
  bool stop_ = false;
  process::Interrupt interrupt_;
  std::thread thread_;
};

}  // namespace holdfast::postgres
