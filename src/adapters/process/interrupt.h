// A request to give up what is being waited for, across threads.
//
// Whoever blocks on a descriptor polls this one beside it, so that a stop never waits for a
// timeout.
#pragma once

#include "base/time.h"

namespace holdfast::process {

class Interrupt {
 public:
  Interrupt();
  ~Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

  // All from any thread.
  void raise();
  void clear();
  [[nodiscard]] bool raised() const;
  /// Readable while raised.
  [[nodiscard]] int descriptor() const { return descriptor_; }
  /// False if it was raised before the time was over.
  bool sleep(Duration time) const;

 private:
  int descriptor_;
};

enum class Waited { kReady, kTimeout, kInterrupted };

/// Waits until `descriptor` is readable (or writable). `interrupt` may be null.
Waited wait_for(int descriptor, bool to_write, MonoTime deadline, const Interrupt* interrupt);

}  // namespace holdfast::process
