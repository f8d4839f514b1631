#include "adapters/dns/counters.h"

namespace holdfast::dns {

void Counts::add(const Counts& other) {
  for (std::size_t i = 0; i < rcodes.size(); ++i) rcodes[i] += other.rcodes[i];
  truncated += other.truncated;
  dropped += other.dropped;
  unsent += other.unsent;
  connections += other.connections;
  closed += other.closed;
}

Counts Counters::read() const {
  const auto value = [](const Count& count) { return count.load(std::memory_order_relaxed); };
  Counts counts;
  for (std::size_t i = 0; i < rcodes_.size(); ++i) counts.rcodes[i] = value(rcodes_[i]);
  counts.truncated = value(truncated_);
  counts.dropped = value(dropped_);
  counts.unsent = value(unsent_);
  counts.connections = value(connections_);
  counts.closed = value(closed_);
  return counts;
}

}  // namespace holdfast::dns
