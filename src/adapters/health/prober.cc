#include "adapters/health/prober.h"

#include <signal.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "adapters/process/clock.h"

namespace holdfast::health {
namespace {

using process::boot_now;

constexpr std::uint64_t kInterruptTag = ~std::uint64_t{0};
constexpr std::size_t kEventsAtOnce = 256;

/// A slot and the descriptor's count: what is left over of an older descriptor is passed over.
std::uint64_t tag_of(std::uint32_t slot, std::uint32_t opened) {
  return std::uint64_t{opened} << 32 | slot;
}

/// Whole milliseconds, never early: a probe that begins half a millisecond late harms nobody.
int wait_ms(MonoTime until, MonoTime now) {
  if (until <= now) return 0;
  const auto left = std::min<Duration>(until - now, 1s);
  return static_cast<int>(std::chrono::ceil<std::chrono::milliseconds>(left).count());
}

/// While it lives, a write to a connection that was reset is an error and not the end of the
/// process: TLS libraries write without asking for that.
class NoPipeSignal {
 public:
  NoPipeSignal() {
    sigset_t pipe;
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe, &before_);
  }
  ~NoPipeSignal() {
    if (sigismember(&before_, SIGPIPE) == 0) {
      sigset_t pipe;
      sigemptyset(&pipe);
      sigaddset(&pipe, SIGPIPE);
      const timespec at_once{0, 0};
      sigtimedwait(&pipe, nullptr, &at_once);
    }
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }
  NoPipeSignal(const NoPipeSignal&) = delete;
  NoPipeSignal& operator=(const NoPipeSignal&) = delete;

 private:
  sigset_t before_{};
};

}  // namespace

struct Prober::Slot {
  std::unique_ptr<Talk> talk;
  MonoTime due{};
  MonoTime started{};
  std::uint32_t armed = 0;  ///< the talk's descriptor count that epoll knows
};

Prober::Prober(Take take, ProberLimits limits)
    : take_(std::move(take)), limits_(limits), epoll_(epoll_create1(EPOLL_CLOEXEC)) {}

Prober::~Prober() {
  if (epoll_ >= 0) close(epoll_);
}

std::uint32_t Prober::add(std::unique_ptr<Talk> talk, MonoTime first_due) {
  const auto slot = static_cast<std::uint32_t>(slots_.size());
  slots_.push_back({std::move(talk), first_due, {}, 0});
  timers_.grow_to(slots_.size());
  timers_.set(slot, first_due);
  return slot;
}

Result<bool> Prober::run(MonoTime until, const process::Interrupt* interrupt) {
  if (epoll_ < 0) return fail(Errc::kExhausted, "the system has no descriptor left for epoll");
  if (interrupt != nullptr) {
    epoll_event event{EPOLLIN, {.u64 = kInterruptTag}};
    epoll_ctl(epoll_, EPOLL_CTL_ADD, interrupt->descriptor(), &event);
  }
  const NoPipeSignal no_pipe_signal;
  std::array<epoll_event, kEventsAtOnce> events{};
  MonoTime now = boot_now();
  while (now < until && (interrupt == nullptr || !interrupt->raised())) {
    start_due(now);
    const MonoTime wake = std::min(until, timers_.next());
    const int count = epoll_wait(
        epoll_, events.data(), static_cast<int>(events.size()), wait_ms(wake, boot_now()));
    if (count < 0 && errno != EINTR)
      return fail(Errc::kInternal, std::string("epoll_wait: ") + std::strerror(errno));
    for (int i = 0; i < count; ++i) handle(events[static_cast<std::size_t>(i)].data.u64);
    now = boot_now();
  }
  if (interrupt != nullptr) epoll_ctl(epoll_, EPOLL_CTL_DEL, interrupt->descriptor(), nullptr);
  return true;
}

void Prober::start_due(MonoTime now) {
  while (timers_.next() <= now) expire_or_start(timers_.first(), now);
}

void Prober::expire_or_start(std::uint32_t slot, MonoTime now) {
  Slot& it = slots_[slot];
  if (!it.talk->over()) {
    it.talk->expire(now);
    return settle(slot, now);
  }
  if (in_flight_ < limits_.in_flight) return start(slot, now);
  timers_.set(slot, kNever);
  waiting_.push_back(slot);
}

void Prober::start(std::uint32_t slot, MonoTime now) {
  Slot& it = slots_[slot];
  it.started = now;
  ++in_flight_;
  it.talk->begin(now);
  settle(slot, boot_now());
}

/// After any step of a talk that is under way.
void Prober::settle(std::uint32_t slot, MonoTime now) {
  Slot& it = slots_[slot];
  arm(slot);
  if (!it.talk->over()) return timers_.set(slot, it.talk->deadline());
  --in_flight_;
  it.due = take_({slot, it.due, it.started, now, it.talk->outcome()});
  timers_.set(slot, it.due);
  start_waiting(now);
}

/// For each that ended, one that waited: its time has come already, so the heap starts it next.
void Prober::start_waiting(MonoTime now) {
  if (waiting_.empty() || in_flight_ >= limits_.in_flight) return;
  timers_.set(waiting_.front(), now);
  waiting_.pop_front();
}

void Prober::arm(std::uint32_t slot) {
  Slot& it = slots_[slot];
  if (it.talk->descriptor() < 0) return;
  const bool known = it.armed == it.talk->opened();
  const bool edge = (it.talk->events() & EPOLLET) != 0;
  if (known && edge) return;
  it.armed = it.talk->opened();
  epoll_event event{it.talk->events(), {.u64 = tag_of(slot, it.armed)}};
  const int descriptor = it.talk->descriptor();
  // A library may have closed one descriptor and opened another of the same number.
  if (known && epoll_ctl(epoll_, EPOLL_CTL_MOD, descriptor, &event) == 0) return;
  epoll_ctl(epoll_, EPOLL_CTL_ADD, descriptor, &event);
}

void Prober::handle(std::uint64_t tag) {
  if (tag == kInterruptTag) return;
  const auto slot = static_cast<std::uint32_t>(tag & 0xffffffffU);
  Slot& it = slots_[slot];
  if (it.talk->descriptor() < 0 || tag >> 32 != it.talk->opened()) return;
  const bool under_way = !it.talk->over();
  it.talk->ready(boot_now());
  if (under_way) settle(slot, boot_now());
}

}  // namespace holdfast::health
