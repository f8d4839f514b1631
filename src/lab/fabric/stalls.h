// How long this machine did not run what should have run: a thread that sleeps a millisecond at a
// time and measures by how much it woke late.
//
// A failover that happens during a stall is judged differently from one that happens in peace, so
// every measurement in the lab has to know.
#pragma once

#include <cstdint>
#include <memory>

#include "base/json_writer.h"

namespace holdfast::lab {

class StallWatch {
 public:
  StallWatch();
  ~StallWatch();
  StallWatch(const StallWatch&) = delete;
  StallWatch& operator=(const StallWatch&) = delete;

  /// Adds "longest_stall_us", "longest_stall_at_us" and "stalls": the latest ones above 10 ms, as
  /// [at_us, us], CLOCK_BOOTTIME of their end.
  void write(JsonWriter& json) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace holdfast::lab
