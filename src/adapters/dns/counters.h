// What a responder has done, counted by the thread that did it and read by any.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "codec/dns/respond.h"

namespace holdfast::dns {

struct Counts {
  std::array<std::uint64_t, codec::dns::kRcodes> rcodes{};  ///< responses, by rcode
  std::uint64_t truncated = 0;                              ///< of these, those with TC
  std::uint64_t dropped = 0;                                ///< messages that get no answer
  std::uint64_t unsent = 0;       ///< responses that the system refused to send
  std::uint64_t connections = 0;  ///< TCP connections taken
  std::uint64_t closed = 0;       ///< TCP connections closed by us: idle, too many, or no DNS

  void add(const Counts& other);
};

/// One writer; readers see each number whole.
class Counters {
 public:
  void note(const codec::dns::Response& response) {
    if (response.size == 0) return bump(dropped_);
    bump(rcodes_[static_cast<std::size_t>(response.rcode)]);
    if (response.truncated) bump(truncated_);
  }
  void note_unsent() { bump(unsent_); }
  void note_connection() { bump(connections_); }
  void note_closed() { bump(closed_); }

  [[nodiscard]] Counts read() const;

 private:
  using Count = std::atomic<std::uint64_t>;
  /// No other thread writes, so that no locked instruction is needed.
  static void bump(Count& count) {
    count.store(count.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  }

  std::array<Count, codec::dns::kRcodes> rcodes_{};
  Count truncated_{0};
  Count dropped_{0};
  Count unsent_{0};
  Count connections_{0};
  Count closed_{0};
};

}  // namespace holdfast::dns
