#include "real_loop.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <set>
#include <string>

#include "adapters/net/loop_impl.h"

namespace holdfast::store_test {

bool run_loop_until(net::Loop& loop, const std::function<bool()>& done, Duration limit) {
  const MonoTime end = loop.now() + limit;
  bool met = false;
  net::Timer timer(loop, [&] {
    met = done();
    if (met || loop.now() >= end) return loop.stop();
    timer.set(loop.now() + 2ms);
  });
  timer.set(loop.now());
  loop.impl().io.restart();
  loop.run();
  return met;
}

TemporaryFolder::TemporaryFolder() {
  std::string name = (std::filesystem::temp_directory_path() / "holdfast-store-XXXXXX").string();
  EXPECT_NE(mkdtemp(name.data()), nullptr);
  path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

model::Port free_port() {
  static std::set<model::Port> given;
  for (int i = 0; i < 100; ++i) {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    const bool got = ::bind(fd, generic, size) == 0 && ::getsockname(fd, generic, &size) == 0;
    ::close(fd);
    if (got && given.insert(ntohs(address.sin_port)).second) return ntohs(address.sin_port);
  }
  ADD_FAILURE() << "no free port";
  return 0;
}

}  // namespace holdfast::store_test
