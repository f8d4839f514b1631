// How long clients were without acknowledged writes: gaps between acknowledgements, per data class.
//
// Measured where it hurts, on the clients' side. Only clients that no fault can take away are
// counted.
#pragma once

#include <vector>

#include "sim/kernel.h"

namespace holdfast::sim {

struct Outage {
  int data_class = 0;
  SimTime from{};  ///< the last acknowledgement before
  SimTime to{};    ///< the first one after

  [[nodiscard]] Duration length() const { return to - from; }
};

class OutageTracker {
 public:
  /// Gaps shorter than `shortest` are the ordinary pace of writes.
  OutageTracker(std::size_t data_classes, Duration shortest)
      : last_(data_classes, kLongAgo), acked_(data_classes), shortest_(shortest) {}

  void acknowledged(SimTime now, int data_class);
  /// The run is over: gaps that are still open end here.
  void finish(SimTime now);

  [[nodiscard]] SimTime last(int data_class) const {
    return last_[static_cast<std::size_t>(data_class)];
  }
  [[nodiscard]] std::uint64_t acked(int data_class) const {
    return acked_[static_cast<std::size_t>(data_class)];
  }
  [[nodiscard]] const std::vector<Outage>& outages() const { return outages_; }
  /// The longest gap of a class that overlaps [from, to]; 0 if none was longer than the usual pace.
  [[nodiscard]] Duration longest(int data_class, SimTime from, SimTime to) const;

 private:
  std::vector<SimTime> last_;
  std::vector<std::uint64_t> acked_;
  std::vector<Outage> outages_;
  Duration shortest_;
};

}  // namespace holdfast::sim
