// One direction between two hosts: when each packet arrives, in the order in which they were sent.
//
// Knows no descriptor and no clock; the fabric hands it the time.
#pragma once

#include <cstdint>
#include <deque>

#include "base/prng.h"
#include "lab/fabric/pool.h"
#include "lab/links.h"

namespace holdfast::lab {

class Lane {
 public:
  struct Queued {
    std::int64_t due_ns;
    PacketPool::Packet packet;
  };

  enum class Verdict { kCarry, kCut, kLost, kFull };

  /// What becomes of a packet of `bytes` in `segments` pieces that is sent now; `due_ns` is set
  /// when it is carried. It then must be pushed.
  Verdict admit(std::int64_t now_ns,
                std::size_t bytes,
                std::size_t segments,
                Prng& prng,
                std::int64_t& due_ns);
  void push(std::int64_t due_ns, const PacketPool::Packet& packet) {
    queue_.push_back({due_ns, packet});
  }

  /// Takes effect at once, for the packets on their way, too: a cut loses them, another latency
  /// moves them.
  void change(const LinkSpec& spec, std::int64_t now_ns, PacketPool& pool);
  void clear(PacketPool& pool);

  [[nodiscard]] bool empty() const { return queue_.empty(); }
  [[nodiscard]] const Queued& front() const { return queue_.front(); }
  void pop() { queue_.pop_front(); }

 private:
  LinkSpec spec_;
  std::deque<Queued> queue_;
  std::int64_t last_due_ns_ = 0;
  std::int64_t free_at_ns_ = 0;  ///< when a link of limited bandwidth has sent what it was given
};

}  // namespace holdfast::lab
