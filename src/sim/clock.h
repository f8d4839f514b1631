// A host's boot-time clock as the true time sees it: piecewise linear, never backwards, invertible.
//
// Drift changes begin a new piece; a boot begins anew at zero. The last pieces are kept, so that
// instants of the recent past still map to what the host read then.
#pragma once

#include <cstdint>

#include "base/inline_vec.h"
#include "sim/kernel.h"

namespace holdfast::sim {

class HostClock {
 public:
  /// The clock reads `reading` at `now`.
  void boot(SimTime now, MonoTime reading);
  /// From now on it runs off by `ppm` parts per million. Pre: |ppm| < 500,000.
  void drift(SimTime now, std::int64_t ppm);

  [[nodiscard]] MonoTime host_time_of(SimTime t) const;
  /// The first true time at which the clock reads at least `reading`; kNever stays kNever.
  [[nodiscard]] SimTime sim_time_of(MonoTime reading) const;
  [[nodiscard]] std::int64_t ppm() const { return pieces_.back().ppm; }

 private:
  struct Piece {
    SimTime from{};
    MonoTime reading{};
    std::int64_t ppm = 0;
  };
  void begin_piece(const Piece& piece);

  InlineVec<Piece, 8> pieces_{Piece{}};  ///< oldest first; the last is open-ended
};

/// One deadline on a host's clock, kept with as few kernel events as possible: an event that comes
/// too early is scheduled again, and one that was replaced is known by its number.
class LazyTimer {
 public:
  /// Due at `deadline`; replaces the one before. kNever: not at all.
  void set(Kernel& kernel,
           const HostClock& clock,
           Handler& handler,
           std::uint32_t kind,
           std::uint64_t a,
           MonoTime deadline);
  /// Called with the number that the event carried: true if the deadline is reached now.
  bool fired(Kernel& kernel,
             const HostClock& clock,
             Handler& handler,
             std::uint32_t kind,
             std::uint64_t a,
             std::uint64_t number);
  /// The clock has changed: the same deadline comes at another true time.
  void clock_changed(Kernel& kernel,
                     const HostClock& clock,
                     Handler& handler,
                     std::uint32_t kind,
                     std::uint64_t a);
  void cancel();
  [[nodiscard]] MonoTime due() const { return due_; }

 private:
  MonoTime due_ = kNever;
  SimTime scheduled_ = kNever;  ///< when the outstanding event comes
  std::uint64_t number_ = 0;    ///< of the outstanding event
};

}  // namespace holdfast::sim
