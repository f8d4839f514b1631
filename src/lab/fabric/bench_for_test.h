// Hosts for tests of the fabric alone: a network namespace and a TUN device each, no disk, no
// processes. Needs root.
#pragma once

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdint>
#include <thread>
#include <utility>
#include <vector>

#include "base/assert.h"
#include "base/json_writer.h"
#include "codec/json_reader.h"
#include "lab/addresses.h"
#include "lab/fabric/fabric.h"
#include "lab/os/channel.h"
#include "lab/os/fd.h"
#include "lab/os/tun.h"

namespace holdfast::lab {

/// The addresses are 10.77.1.1, 10.77.1.2 …
class FabricBench {
 public:
  explicit FabricBench(std::size_t hosts) {
    FabricPlan plan;
    std::vector<Fd> tuns;
    for (std::uint32_t i = 0; i < hosts; ++i) {
      plan.addresses.push_back(kNetwork | (1U << 8U) | (i + 1));
      // A thread may have namespaces of its own; they outlive it while a descriptor is open.
      std::thread([&] {
        HF_ASSERT(::unshare(CLONE_NEWNET) == 0);
        namespaces_.emplace_back(::open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC));
        Result<Fd> tun = make_tun(plan.addresses.back(), kNetworkPrefix, 1500);
        HF_ASSERT(tun.has_value());
        tuns.push_back(std::move(*tun));
      }).join();
    }
    Result<std::pair<Channel, Channel>> ends = Channel::pair();
    HF_ASSERT(ends.has_value());
    control_ = std::move(ends->first);
    fabric_ = ::fork();
    HF_ASSERT(fabric_ >= 0);
    if (fabric_ == 0) {
      control_.close();
      run_fabric(plan, std::move(ends->second));
      ::_exit(0);
    }
    ends->second.close();
    for (std::size_t i = 0; i < hosts; ++i) {
      tell(R"({"do":"attach","fds":1,"host":)" + std::to_string(i) + "}", tuns[i].get());
    }
  }
  ~FabricBench() {
    control_.close();
    ::kill(fabric_, SIGKILL);
    ::waitpid(fabric_, nullptr, 0);
  }
  FabricBench(const FabricBench&) = delete;
  FabricBench& operator=(const FabricBench&) = delete;

  /// A socket in that host's namespace, bound to `port` of its address.
  [[nodiscard]] Fd socket(std::size_t host, int type, std::uint16_t port = 0) {
    Fd socket;
    std::thread([&] {
      HF_ASSERT(::setns(namespaces_[host].get(), CLONE_NEWNET) == 0);
      socket = Fd(::socket(AF_INET, type | SOCK_CLOEXEC, 0));
    }).join();
    const sockaddr_in self = address(host, port);
    HF_ASSERT(::bind(socket.get(), reinterpret_cast<const sockaddr*>(&self), sizeof self) == 0);
    return socket;
  }
  static sockaddr_in address(std::size_t host, std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(kNetwork | (1U << 8U) | (static_cast<std::uint32_t>(host) + 1));
    return address;
  }
  void set(std::size_t from, std::size_t to, const LinkSpec& spec) {
    tell(links_request({{from, to, spec}}));
  }
  void set_both(std::size_t a, std::size_t b, const LinkSpec& spec) {
    tell(links_request({{a, b, spec}, {b, a, spec}}));
  }
  void detach(std::size_t host) { tell(R"({"do":"detach","host":)" + std::to_string(host) + "}"); }
  codec::Json stats() { return tell(R"({"do":"stats"})"); }

 private:
  codec::Json tell(const std::string& request, int fd = -1) {
    control_.send(request, fd >= 0 ? std::vector<int>{fd} : std::vector<int>{});
    const std::optional<std::string> answer = control_.wait(5s);
    HF_ASSERT(answer.has_value());
    return *codec::parse_json(*answer);
  }

  std::vector<Fd> namespaces_;
  Channel control_;
  pid_t fabric_ = 0;
};

}  // namespace holdfast::lab
