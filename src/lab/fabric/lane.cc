#include "lab/fabric/lane.h"

#include <algorithm>
#include <cmath>

namespace holdfast::lab {
namespace {

/// A narrow link keeps so much waiting, and loses what comes on top.
constexpr std::int64_t kBacklogMaxNs = 250'000'000;

std::int64_t to_ns(Duration time) { return time.count() * 1000; }

}  // namespace

Lane::Verdict Lane::admit(std::int64_t now_ns,
                          std::size_t bytes,
                          std::size_t segments,
                          Prng& prng,
                          std::int64_t& due_ns) {
  if (spec_.cut) return Verdict::kCut;
  if (spec_.loss > 0) {
    // Segments that travel together are lost together, as often as one of them would be.
    const double kept = std::pow(1 - spec_.loss, static_cast<double>(segments));
    if (prng.unit() >= kept) return Verdict::kLost;
  }
  std::int64_t leaves_ns = now_ns;
  if (spec_.bytes_per_second > 0) {
    const std::int64_t begins_ns = std::max(now_ns, free_at_ns_);
    if (begins_ns - now_ns > kBacklogMaxNs) return Verdict::kFull;
    const double seconds = static_cast<double>(bytes) / static_cast<double>(spec_.bytes_per_second);
    free_at_ns_ = begins_ns + static_cast<std::int64_t>(seconds * 1e9);
    leaves_ns = free_at_ns_;
  }
  due_ns = leaves_ns + to_ns(spec_.latency);
  if (spec_.jitter > Duration(0)) {
    due_ns += static_cast<std::int64_t>(prng.unit() * static_cast<double>(to_ns(spec_.jitter)));
  }
  due_ns = std::max(due_ns, last_due_ns_);
  last_due_ns_ = due_ns;
  return Verdict::kCarry;
}

void Lane::change(const LinkSpec& spec, std::int64_t now_ns, PacketPool& pool) {
  if (spec.cut) clear(pool);
  const std::int64_t moved_ns = to_ns(spec.latency - spec_.latency);
  for (Queued& queued : queue_) queued.due_ns = std::max(now_ns, queued.due_ns + moved_ns);
  last_due_ns_ = queue_.empty() ? 0 : queue_.back().due_ns;
  if (spec.bytes_per_second != spec_.bytes_per_second) free_at_ns_ = now_ns;
  spec_ = spec;
}

void Lane::clear(PacketPool& pool) {
  for (const Queued& queued : queue_) pool.release(queued.packet);
  queue_.clear();
}

}  // namespace holdfast::lab
