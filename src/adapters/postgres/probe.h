// A new connection and a small write, again and again: what a client would feel.
#pragma once

#include <atomic>
#include <thread>

#include "adapters/postgres/context.h"

namespace holdfast::postgres {

class Probe {
 public:
  explicit Probe(Context& context);
  ~Probe();
  Probe(const Probe&) = delete;
  Probe& operator=(const Probe&) = delete;

  /// kNever while they succeed, or nothing runs. From any thread.
  [[nodiscard]] MonoTime failing_since() const { return failing_since_; }

 private:
  void run();
  bool succeeds();

  Context& context_;
  std::atomic<MonoTime> failing_since_{kNever};
  std::thread thread_;
};

}  // namespace holdfast::postgres
