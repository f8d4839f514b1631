#include "sim/kernel.h"

#include <algorithm>

namespace holdfast::sim {

void Kernel::at(
    SimTime when, Handler& handler, std::uint32_t kind, std::uint64_t a, std::uint64_t b) {
  heap_.push_back({std::max(when, now_), seq_++, &handler, a, b, kind});
  std::push_heap(heap_.begin(), heap_.end(), later);
}

void Kernel::run_until(SimTime until) {
  while (!heap_.empty() && heap_.front().when <= until) {
    std::pop_heap(heap_.begin(), heap_.end(), later);
    const Entry entry = heap_.back();
    heap_.pop_back();
    now_ = entry.when;
    ++events_;
    hash_.add(static_cast<std::uint64_t>(entry.when.time_since_epoch().count()));
    hash_.add(entry.kind);
    entry.handler->on_event(entry.kind, entry.a, entry.b);
  }
  now_ = std::max(now_, until);
}

}  // namespace holdfast::sim
