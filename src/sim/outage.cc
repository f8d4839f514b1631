#include "sim/outage.h"

#include <algorithm>

namespace holdfast::sim {

void OutageTracker::acknowledged(SimTime now, int data_class) {
  const auto i = static_cast<std::size_t>(data_class);
  ++acked_[i];
  if (last_[i] != kLongAgo && now - last_[i] > shortest_) {
    outages_.push_back({data_class, last_[i], now});
  }
  last_[i] = now;
}

void OutageTracker::finish(SimTime now) {
  for (std::size_t i = 0; i < last_.size(); ++i) {
    if (last_[i] == kLongAgo || now - last_[i] <= shortest_) continue;
    outages_.push_back({static_cast<int>(i), last_[i], now});
    last_[i] = now;
  }
}

Duration OutageTracker::longest(int data_class, SimTime from, SimTime to) const {
  Duration longest{};
  for (const Outage& outage : outages_) {
    if (outage.data_class != data_class || outage.to < from || outage.from > to) continue;
    longest = std::max(longest, outage.length());
  }
  return longest;
}

}  // namespace holdfast::sim
