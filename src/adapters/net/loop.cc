#include "adapters/net/loop.h"

#include <time.h>

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <utility>

#include "adapters/net/loop_impl.h"

namespace holdfast::net {
namespace asio = boost::asio;
namespace {

Duration read_clock(clockid_t id) {
  timespec value{};
  clock_gettime(id, &value);
  return std::chrono::seconds(value.tv_sec) +
         std::chrono::duration_cast<Duration>(std::chrono::nanoseconds(value.tv_nsec));
}

}  // namespace

Loop::Loop() : impl_(std::make_unique<LoopImpl>()) {}
Loop::~Loop() = default;

void Loop::run() { impl_->io.run(); }
void Loop::stop() { impl_->io.stop(); }
void Loop::post(std::function<void()> work) { asio::post(impl_->io, std::move(work)); }

MonoTime Loop::now() const { return MonoTime(read_clock(CLOCK_BOOTTIME)); }
WallTime Loop::wall() const { return WallTime(read_clock(CLOCK_REALTIME)); }

struct Timer::Impl {
  Impl(Loop& the_loop, std::function<void()> the_fired)
      : loop(the_loop), timer(the_loop.impl().io), fired(std::move(the_fired)) {}

  Loop& loop;
  asio::steady_timer timer;
  std::function<void()> fired;
  std::uint64_t round = 0;  ///< a wait that was replaced has an older one
};

Timer::Timer(Loop& loop, std::function<void()> fired)
    : impl_(std::make_shared<Impl>(loop, std::move(fired))) {}

Timer::~Timer() { cancel(); }

void Timer::set(MonoTime deadline) {
  const std::uint64_t round = ++impl_->round;
  impl_->timer.cancel();
  if (deadline == kNever) return;
  // The steady clock does not count suspend: a timer may then fire late, never early, and who is
  // called reads the clock anyway.
  const MonoTime now = impl_->loop.now();
  impl_->timer.expires_after(deadline > now ? deadline - now : Duration(0));
  impl_->timer.async_wait([self = impl_, round](const boost::system::error_code& error) {
    if (!error && self->round == round) self->fired();
  });
}

void Timer::cancel() {
  ++impl_->round;
  impl_->timer.cancel();
}

struct ReadWatch::Impl : std::enable_shared_from_this<ReadWatch::Impl> {
  Impl(Loop& loop, int the_descriptor, std::function<void()> the_ready)
      : stream(loop.impl().io, the_descriptor), ready(std::move(the_ready)) {}

  void wait() {
    stream.async_wait(asio::posix::stream_descriptor::wait_read,
                      [self = shared_from_this()](const boost::system::error_code& error) {
                        if (error || self->gone) return;
                        self->ready();
                        if (!self->gone) self->wait();
                      });
  }

  asio::posix::stream_descriptor stream;
  std::function<void()> ready;
  bool gone = false;
};

ReadWatch::ReadWatch(Loop& loop, int descriptor, std::function<void()> ready)
    : impl_(std::make_shared<Impl>(loop, descriptor, std::move(ready))) {
  impl_->wait();
}

ReadWatch::~ReadWatch() {
  impl_->gone = true;
  impl_->stream.release();
}

}  // namespace holdfast::net
