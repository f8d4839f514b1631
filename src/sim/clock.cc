#include "sim/clock.h"

#include <algorithm>

#include "base/assert.h"

namespace holdfast::sim {
namespace {

constexpr std::int64_t kMillion = 1'000'000;
constexpr std::int64_t kPpmMax = 500'000;

/// floor(value × ppm / 1,000,000), also for negative products.
std::int64_t share(std::int64_t value, std::int64_t ppm) {
  const std::int64_t product = value * ppm;
  const std::int64_t quotient = product / kMillion;
  return product % kMillion < 0 ? quotient - 1 : quotient;
}

}  // namespace

void HostClock::begin_piece(const Piece& piece) {
  if (pieces_.full()) pieces_.erase_at(0);
  pieces_.push_back(piece);
}

void HostClock::boot(SimTime now, MonoTime reading) {
  const std::int64_t ppm = pieces_.back().ppm;
  pieces_.clear();
  begin_piece({now, reading, ppm});
}

void HostClock::drift(SimTime now, std::int64_t ppm) {
  HF_ASSERT(ppm > -kPpmMax && ppm < kPpmMax);
  begin_piece({now, host_time_of(now), ppm});
}

MonoTime HostClock::host_time_of(SimTime t) const {
  std::size_t i = pieces_.size() - 1;
  while (i > 0 && pieces_[i].from > t) --i;
  const Piece& piece = pieces_[i];
  const Duration passed = t - piece.from;
  return piece.reading + passed + Duration(share(passed.count(), piece.ppm));
}

SimTime HostClock::sim_time_of(MonoTime reading) const {
  if (reading == kNever) return kNever;
  std::size_t i = pieces_.size() - 1;
  while (i > 0 && pieces_[i].reading > reading) --i;
  const Piece& piece = pieces_[i];
  const std::int64_t ahead = (reading - piece.reading).count();
  SimTime t = piece.from + Duration(ahead - share(ahead, piece.ppm));
  // The first guess is off by the square of the drift; a few steps settle it.
  while (true) {
    const MonoTime read = host_time_of(t);
    if (read < reading) {
      const std::int64_t missing = (reading - read).count();
      t += Duration(std::max<std::int64_t>(1, missing / 2));
      continue;
    }
    const std::int64_t over = (read - reading).count();
    if (over > 2) {
      t -= Duration(over / 2);
      continue;
    }
    if (host_time_of(t - 1us) < reading) return t;
    t -= 1us;
  }
}

void LazyTimer::set(Kernel& kernel,
                    const HostClock& clock,
                    Handler& handler,
                    std::uint32_t kind,
                    std::uint64_t a,
                    MonoTime deadline) {
  due_ = deadline;
  if (deadline == kNever) return;
  const bool overdue = deadline <= clock.host_time_of(kernel.now());
  const SimTime at = overdue ? kernel.now() : clock.sim_time_of(deadline);
  if (scheduled_ <= at) return;
  scheduled_ = at;
  kernel.at(at, handler, kind, a, ++number_);
}

bool LazyTimer::fired(Kernel& kernel,
                      const HostClock& clock,
                      Handler& handler,
                      std::uint32_t kind,
                      std::uint64_t a,
                      std::uint64_t number) {
  if (number != number_) return false;
  scheduled_ = kNever;
  if (due_ == kNever) return false;
  if (clock.host_time_of(kernel.now()) < due_) {
    set(kernel, clock, handler, kind, a, due_);
    return false;
  }
  due_ = kNever;
  return true;
}

void LazyTimer::clock_changed(
    Kernel& kernel, const HostClock& clock, Handler& handler, std::uint32_t kind, std::uint64_t a) {
  scheduled_ = kNever;
  ++number_;
  set(kernel, clock, handler, kind, a, due_);
}

void LazyTimer::cancel() {
  due_ = kNever;
  scheduled_ = kNever;
  ++number_;
}

}  // namespace holdfast::sim
