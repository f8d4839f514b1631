#include "lab/fabric/stalls.h"

#include <time.h>

#include <atomic>
#include <deque>
#include <mutex>
#include <thread>

#include "lab/os/clock.h"

namespace holdfast::lab {
namespace {

constexpr std::int64_t kTickNs = 1'000'000;
constexpr std::int64_t kNotableNs = 10'000'000;
constexpr std::size_t kKept = 64;

struct Stall {
  std::int64_t at_ns = 0;
  std::int64_t ns = 0;
};

}  // namespace

struct StallWatch::Impl {
  void watch() {
    while (!stop) {
      const std::int64_t due_ns = boot_ns() + kTickNs;
      const timespec due{due_ns / 1'000'000'000, due_ns % 1'000'000'000};
      ::clock_nanosleep(CLOCK_BOOTTIME, TIMER_ABSTIME, &due, nullptr);
      note(boot_ns(), due_ns);
    }
  }
  void note(std::int64_t now_ns, std::int64_t due_ns) {
    const Stall stall{now_ns, now_ns - due_ns};
    if (stall.ns <= longest_seen && stall.ns < kNotableNs) return;
    const std::lock_guard<std::mutex> lock(mutex);
    if (stall.ns > longest.ns) longest = stall;
    longest_seen = longest.ns;
    if (stall.ns < kNotableNs) return;
    latest.push_back(stall);
    if (latest.size() > kKept) latest.pop_front();
  }

  std::atomic<bool> stop = false;
  std::int64_t longest_seen = 0;  ///< of the thread's own
  mutable std::mutex mutex;
  Stall longest;
  std::deque<Stall> latest;
  std::thread thread;
};

StallWatch::StallWatch() : impl_(std::make_unique<Impl>()) {
  impl_->thread = std::thread([impl = impl_.get()] { impl->watch(); });
}

StallWatch::~StallWatch() {
  impl_->stop = true;
  impl_->thread.join();
}

void StallWatch::write(JsonWriter& json) const {
  const std::lock_guard<std::mutex> lock(impl_->mutex);
  json.field("longest_stall_us", impl_->longest.ns / 1000);
  json.field("longest_stall_at_us", impl_->longest.at_ns / 1000);
  json.key("stalls").begin_array();
  for (const Stall& stall : impl_->latest) {
    json.begin_array().value(stall.at_ns / 1000).value(stall.ns / 1000).end_array();
  }
  json.end_array();
}

}  // namespace holdfast::lab
