#include "lab/os/poller.h"

#include <sys/epoll.h>

#include <algorithm>

#include "base/assert.h"
#include "lab/os/clock.h"

namespace holdfast::lab {

Poller::Poller() : epoll_(::epoll_create1(EPOLL_CLOEXEC)) { HF_ASSERT(epoll_.open()); }

void Poller::watch(int fd, std::function<void()> ready) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.fd = fd;
  const int done = ::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event);
  HF_ASSERT(done == 0);
  watched_[fd] = std::move(ready);
}

void Poller::unwatch(int fd) {
  if (watched_.erase(fd) != 0) ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, fd, nullptr);
}

void Poller::at(MonoTime when, std::function<void()> what) {
  deadlines_.emplace(when, std::move(what));
}

int Poller::patience_ms() const {
  if (deadlines_.empty()) return -1;
  const Duration left = deadlines_.begin()->first - boot_now();
  return static_cast<int>(std::clamp<std::int64_t>((left.count() + 999) / 1000, 0, 60'000));
}

void Poller::fire_due() {
  const MonoTime now = boot_now();
  while (running_ && !deadlines_.empty() && deadlines_.begin()->first <= now) {
    const std::function<void()> what = std::move(deadlines_.begin()->second);
    deadlines_.erase(deadlines_.begin());
    what();
  }
}

void Poller::run() {
  running_ = true;
  while (running_) {
    epoll_event events[16];
    const int count = ::epoll_wait(epoll_.get(), events, 16, patience_ms());
    for (int i = 0; i < count && running_; ++i) {
      const auto found = watched_.find(events[i].data.fd);
      if (found == watched_.end()) continue;
      const std::function<void()> ready = found->second;  // it may unwatch itself
      ready();
    }
    fire_due();
  }
}

}  // namespace holdfast::lab
