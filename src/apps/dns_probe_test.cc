// A name follows what its responder's own probes see: real sockets on loopback, no resolver.
#include "apps/dns_probe.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <fstream>
#include <mutex>

#include "apps/load_site.h"

namespace holdfast::apps {
namespace {

/// Accepts on loopback until it is closed.
class Listener {
 public:
  Listener() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    socklen_t size = sizeof address;
    EXPECT_EQ(::bind(socket_, generic, size), 0);
    EXPECT_EQ(::listen(socket_, 64), 0);
    EXPECT_EQ(::getsockname(socket_, generic, &size), 0);
    port_ = ntohs(address.sin_port);
  }
  ~Listener() { close(); }
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  void close() {
    if (socket_ >= 0) ::close(socket_);
    socket_ = -1;
  }
  [[nodiscard]] std::string target() const { return "127.0.0.1:" + std::to_string(port_); }

 private:
  int socket_;
  int port_ = 0;
};

std::string site_text(const std::string& east, const std::string& west) {
  return R"(application: RIS
regions: {east: {zones: [a, b]}, west: {zones: [a]}, witness: {zones: [a], witness: true}}
hosts:
  db-east-a: {zone: east-a}
  db-east-b: {zone: east-b}
  db-west-a: {zone: west-a}
  ctl-witness-a: {zone: witness-a, role: controller}
clusters:
  ris:
    durability: zone
    lossy_takeover: true
    members: [db-east-a, db-east-b, {host: db-west-a, asynchronous: true}]
data_classes: {orders: {rto: 15min, rpo: 5min, cluster: ris}}
failover: {region: automatic}
checks:
  east: {kind: tcp, target: ")" +
         east + R"(", interval: 100ms, timeout: 100ms, fall: 2}
  west: {kind: tcp, target: ")" +
         west + R"(", interval: 100ms, timeout: 100ms}
dns:
  targets: {east: {addresses: [127.0.0.1]}, west: {addresses: [127.0.0.2]}}
  zones:
    - apex: ris.example
      contact: hostmaster@ris.example
      name_servers: [ns.other.example.]
      answers:
        - name: ris
          policy: failover
          groups: [{name: east, targets: [east]}, {name: west, targets: [west]}]
)";
}

/// The group that was answered last, as the responder tells it.
class Heard {
 public:
  void take(const dns::Change& change) {
    const std::lock_guard lock(mutex_);
    group_ = change.decision.group;
    changed_.notify_all();
  }
  bool await(std::size_t group) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(20), [&] { return group_ == group; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t group_ = 0;
};

model::Site site_of(const std::string& text) {
  const std::string path = testing::TempDir() + "dns-probe-" + std::to_string(getpid()) + ".yaml";
  std::ofstream(path) << text;
  Result<model::Site> site = load_site(path);
  std::remove(path.c_str());
  EXPECT_TRUE(site.has_value()) << site.error().message;
  return site ? std::move(*site) : model::Site{};
}

TEST(DnsProbe, name_moves_to_the_other_region_when_the_first_one_stops_answering) {
  Listener east;
  const Listener west;
  const model::Site site = site_of(site_text(east.target(), west.target()));
  Heard heard;
  dns::ResponderOptions options;
  options.listen = {dns::parse_endpoint("127.0.0.1:0").value()};
  auto responder = dns::Responder::start(
      site.dns, options, [&](const dns::Change& change) { heard.take(change); });
  ASSERT_TRUE(responder.has_value()) << responder.error().message;
  auto probe = DnsProbe::start(site, {}, **responder);
  ASSERT_TRUE(probe.has_value()) << probe.error().message;
  east.close();
  EXPECT_TRUE(heard.await(1));
}

TEST(DnsProbe, targets_without_a_check_are_told_before_anything_starts) {
  model::Site site = site_of(site_text("127.0.0.1:1", "127.0.0.1:2"));
  for (model::Check& check : site.checks) check.name += "-other";
  dns::ResponderOptions options;
  options.listen = {dns::parse_endpoint("127.0.0.1:0").value()};
  auto responder = dns::Responder::start(site.dns, options, {});
  ASSERT_TRUE(responder.has_value()) << responder.error().message;
  const auto probe = DnsProbe::start(site, {}, **responder);
  ASSERT_FALSE(probe.has_value());
  EXPECT_NE(probe.error().message.find("of its own name"), std::string::npos);
}

}  // namespace
}  // namespace holdfast::apps
