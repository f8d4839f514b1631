#include "adapters/process/interrupt.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>

#include "adapters/process/clock.h"
#include "base/assert.h"

namespace holdfast::process {
namespace {

/// Milliseconds for poll, rounded up so that nobody spins before a deadline.
int milliseconds_until(MonoTime deadline) {
  if (deadline == kNever) return -1;
  const MonoTime now = boot_now();
  if (deadline <= now) return 0;
  const auto left = (deadline - now + 999us) / 1ms;
  return static_cast<int>(std::min<std::int64_t>(left, 3'600'000));
}

}  // namespace

Interrupt::Interrupt() : descriptor_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  HF_ASSERT(descriptor_ >= 0);
}

Interrupt::~Interrupt() { close(descriptor_); }

void Interrupt::raise() {
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = write(descriptor_, &one, sizeof one);
}

void Interrupt::clear() {
  std::uint64_t count = 0;
  [[maybe_unused]] const ssize_t got = read(descriptor_, &count, sizeof count);
}

bool Interrupt::raised() const {
  pollfd it{descriptor_, POLLIN, 0};
  return poll(&it, 1, 0) > 0;
}

bool Interrupt::sleep(Duration time) const {
  return wait_for(-1, false, boot_now() + time, this) == Waited::kTimeout;
}

Waited wait_for(int descriptor, bool to_write, MonoTime deadline, const Interrupt* interrupt) {
  for (;;) {
    pollfd both[2] = {{descriptor, static_cast<short>(to_write ? POLLOUT : POLLIN), 0},
                      {interrupt != nullptr ? interrupt->descriptor() : -1, POLLIN, 0}};
    const int ready = poll(both, 2, milliseconds_until(deadline));
    if (ready < 0 && errno != EINTR)
      return Waited::kReady;  // the next call on it says what is wrong
    if (ready > 0 && both[1].revents != 0) return Waited::kInterrupted;
    if (ready > 0) return Waited::kReady;
    if (boot_now() >= deadline) return Waited::kTimeout;
  }
}

}  // namespace holdfast::process
