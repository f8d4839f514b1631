#include "node/name_watch.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <sys/socket.h>

#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>

namespace holdfast::node {
namespace {

/// Numeric forms of all addresses of a name.
std::set<std::string> look_up(const std::string& name) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* list = nullptr;
  std::set<std::string> addresses;
  if (getaddrinfo(name.c_str(), nullptr, &hints, &list) != 0) return addresses;
  for (const addrinfo* it = list; it != nullptr; it = it->ai_next) {
    char text[NI_MAXHOST] = {};
    const int error =
        getnameinfo(it->ai_addr, it->ai_addrlen, text, sizeof text, nullptr, 0, NI_NUMERICHOST);
    if (error == 0) addresses.insert(text);
  }
  freeaddrinfo(list);
  return addresses;
}

}  // namespace

struct NameWatch::Impl {
  std::vector<std::string> names{};
  std::chrono::milliseconds pause{};
  std::function<void(const Addresses&)> found{};
  std::mutex mutex{};
  std::condition_variable wake{};
  bool over = false;
  std::thread thread{};

  [[nodiscard]] Addresses round() const {
    Addresses addresses;
    for (const std::string& name : names) {
      std::set<std::string> of_name = look_up(name);
      if (!of_name.empty()) addresses.emplace(name, std::move(of_name));
    }
    return addresses;
  }
};

NameWatch::NameWatch(net::Loop& loop,
                     std::vector<std::string> names,
                     std::chrono::milliseconds pause,
                     std::function<void(const Addresses&)> found)
    : impl_(std::make_shared<Impl>()) {
  impl_->names = std::move(names);
  impl_->pause = pause;
  impl_->found = std::move(found);
  // The work that is posted may outlive the watch, which then is not called.
  impl_->thread = std::thread([&loop, it = impl_.get(), weak = std::weak_ptr(impl_)] {
    std::unique_lock lock(it->mutex);
    while (!it->over) {
      lock.unlock();
      loop.post([weak, addresses = it->round()] {
        if (const auto alive = weak.lock()) alive->found(addresses);
      });
      lock.lock();
      it->wake.wait_for(lock, it->pause, [it] { return it->over; });
    }
  });
}

NameWatch::~NameWatch() {
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->over = true;
  }
  impl_->wake.notify_one();
  impl_->thread.join();
}

}  // namespace holdfast::node
