// The router with a real HAProxy: how fast clients follow the writer, and what happens when there
// is none, when the router or HAProxy is started anew, and when somebody meddles.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <future>
#include <memory>
#include <optional>

#include "codec/haproxy_config.h"
#include "core/testing/sites.h"
#include "model/endpoints.h"
#include "node/proxy_rig_for_test.h"
#include "node/router.h"
#include "node/small_file.h"

namespace holdfast::node {
namespace {

using testing::Client;
using testing::eventually;
using testing::kCancel;
using testing::kHello;
using testing::Steady;

constexpr const char* kHosts =
    "127.0.0.1 localhost\n"
    "127.0.0.11 db-east-a\n"
    "127.0.0.12 db-east-b\n"
    "127.0.0.13 db-east-c\n"
    "127.0.0.14 db-west-a\n"
    "127.0.0.15 db-west-b\n";
const int kPort = model::writer_port(0);

/// A router on a loop of its own, told what agents would say.
class Host {
 public:
  explicit Host(const std::string& dir)
      : router_(std::in_place, loop_, core::testing::ris_site(), "svc-east-a", dir) {
    EXPECT_TRUE(router_->start().has_value());
    thread_ = std::thread([this] { loop_.run(); });
  }
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;
  ~Host() {
    loop_.stop();
    thread_.join();
  }
  /// When the router was told, which is before it decides.
  Steady::time_point tell(int member, std::uint64_t epoch, bool open) {
    codec::ToController message{0, member, ++heartbeat_, {}};
    core::MemberReport& report = message.report;
    report.self = {static_cast<std::uint8_t>(member), 7};
    report.heartbeat = heartbeat_;
    report.state = core::PgState::kPrimary;
    report.open = open;
    report.leads = Epoch{epoch};
    report.record.epoch = Epoch{epoch};
    const auto told = std::make_shared<std::promise<Steady::time_point>>();
    std::future<Steady::time_point> at = told->get_future();
    loop_.post([this, told, message] {
      const Steady::time_point now = Steady::now();
      router_->hear(message);
      told->set_value(now);
    });
    return at.get();
  }

 private:
  net::Loop loop_;
  std::optional<Router> router_;
  std::uint64_t heartbeat_ = 0;
  std::thread thread_;
};

/// HAProxy with what the router wrote, and the first two members of `registry`.
struct Rig {
  explicit Rig(const std::string& path)
      : dir(path),
        east_a("127.0.0.11", model::postgres_port(0), "east-a"),
        east_b("127.0.0.12", model::postgres_port(0), "east-b") {
    EXPECT_TRUE(east_a.good() && east_b.good());
    host.emplace(dir);
    start_proxy();
  }
  void start_proxy() {
    proxy.emplace(dir + "/haproxy.cfg", dir + "/haproxy.log");
    EXPECT_TRUE(eventually([] { return Client(kPort).say(kHello) != "refused"; }))
        << read_file(dir + "/haproxy.log")->value_or("no log");
  }
  [[nodiscard]] std::string file(const std::string& name) const {
    return read_file(dir + "/" + name)->value_or("");
  }
  /// Who answers a new connection.
  [[nodiscard]] static std::string who() { return Client(kPort).say(kHello); }

  std::string dir;
  testing::FakeDatabase east_a;
  testing::FakeDatabase east_b;
  std::optional<Host> host;
  std::optional<testing::Proxy> proxy;
};

/// Runs the test in a network of its own, or says why it cannot.
void in_own_network(const std::function<void(Rig&)>& test) {
  if (geteuid() != 0) GTEST_SKIP() << "needs root: it makes a network of its own";
  const testing::TestFolder folder;
  folder.write("hosts", kHosts);
  bool entered = false;
  int why = 0;
  std::thread([&] {
    entered = testing::enter_own_network(folder.path + "/hosts");
    why = errno;
    if (!entered) return;
    Rig rig(folder.path);
    test(rig);
  }).join();
  ASSERT_TRUE(entered) << "no network of its own: " << std::strerror(why);
}

double in_ms(Steady::duration time) {
  return std::chrono::duration<double, std::milli>(time).count();
}

void print(const char* what, std::vector<double> values) {
  std::sort(values.begin(), values.end());
  std::printf("%-52s median %.2f ms, worst %.2f ms, of %zu\n",
              what,
              values[values.size() / 2],
              values.back(),
              values.size());
}

TEST(RouterSlow, clients_follow_the_writer_and_old_sessions_end) {
  in_own_network([](Rig& rig) {
    rig.host->tell(0, 1, true);
    ASSERT_TRUE(eventually([] { return Rig::who() == "east-a"; }));
    std::vector<double> ended;
    std::vector<double> served;
    std::vector<double> ordinary;
    for (std::uint64_t epoch = 2; epoch < 42; ++epoch) {
      const bool to_b = epoch % 2 == 0;
      Client session(kPort);
      ASSERT_EQ(session.say(kHello), to_b ? "east-a" : "east-b");
      std::optional<Steady::time_point> dead;
      std::thread waiting([&] {
        EXPECT_NE(session.wait_for_end(), "silent");
        dead = Steady::now();
      });
      const Steady::time_point told = rig.host->tell(to_b ? 1 : 0, epoch, true);
      waiting.join();
      ended.push_back(in_ms(*dead - told));
      // Whoever comes after its session ended finds the new writer, at the first try.
      const std::string who = Rig::who();
      served.push_back(in_ms(Steady::now() - told));
      ASSERT_EQ(who, to_b ? "east-b" : "east-a");
      const Steady::time_point before = Steady::now();
      ASSERT_EQ(Rig::who(), who);
      ordinary.push_back(in_ms(Steady::now() - before));
    }
    print("decision to the end of a session to the old writer:", ended);
    print("decision to a new session with the new writer:", served);
    print("for comparison, a new session while nothing changes:", ordinary);
  });
}

TEST(RouterSlow, without_a_writer_connections_are_reset_at_once) {
  in_own_network([](Rig& rig) {
    EXPECT_EQ(Rig::who(), "reset");
    rig.host->tell(0, 1, true);
    ASSERT_TRUE(eventually([] { return Rig::who() == "east-a"; }));
    Client session(kPort);
    ASSERT_EQ(session.say(kHello), "east-a");
    rig.host->tell(0, 1, false);
    EXPECT_NE(session.wait_for_end(), "silent");
    ASSERT_TRUE(eventually([] { return Rig::who() == "reset"; }));
    std::vector<double> refused;
    for (int i = 0; i < 50; ++i) {
      const Steady::time_point before = Steady::now();
      ASSERT_EQ(Client(kPort).wait_for_end(), "reset");
      refused.push_back(in_ms(Steady::now() - before));
    }
    print("connection to its reset while there is no writer:", refused);
    EXPECT_TRUE(eventually(
        [&] { return rig.file("router.json").find("\"writer\": null") != std::string::npos; }));
  });
}

TEST(RouterSlow, router_started_anew_moves_nobody) {
  in_own_network([](Rig& rig) {
    rig.host->tell(1, 4, true);
    ASSERT_TRUE(eventually([] { return Rig::who() == "east-b"; }));
    Client session(kPort);
    ASSERT_EQ(session.say(kHello), "east-b");
    for (const bool remembers : {true, false}) {
      rig.host.reset();
      ASSERT_EQ(session.say("x"), "east-b");
      if (!remembers) std::filesystem::remove(rig.dir + "/router.state");
      std::filesystem::remove(rig.dir + "/router.json");
      rig.host.emplace(rig.dir);
      ASSERT_TRUE(eventually([&] {
        return rig.file("router.json").find("\"as_wanted\": true") != std::string::npos;
      }));
      EXPECT_NE(rig.file("router.json").find("\"writer\": \"db-east-b\""), std::string::npos)
          << rig.file("router.json");
      ASSERT_EQ(session.say("x"), "east-b") << "remembers: " << remembers;
    }
  });
}

TEST(RouterSlow, haproxy_started_anew_without_a_router_knows_the_last_writer) {
  in_own_network([](Rig& rig) {
    rig.host->tell(1, 4, true);
    ASSERT_TRUE(eventually([] { return Rig::who() == "east-b"; }));
    // At every change, a moment later.
    ASSERT_TRUE(eventually([&] {
      return rig.file("haproxy.cfg")
                 .find(
                     "db-east-b:5432 init-addr libc,255.255.255.255 "
                     "on-marked-down shutdown-sessions\n") != std::string::npos;
    }));
    rig.host.reset();
    rig.proxy.reset();
    ASSERT_EQ(Rig::who(), "refused");
    rig.start_proxy();
    EXPECT_EQ(Rig::who(), "east-b");
  });
}

TEST(RouterSlow, what_somebody_changed_by_hand_is_mended) {
  in_own_network([](Rig& rig) {
    rig.host->tell(1, 4, true);
    ASSERT_TRUE(eventually([] { return Rig::who() == "east-b"; }));
    net::Loop loop;
    std::string said = "nothing";
    haproxy::Question meddling(loop,
                               rig.dir + "/haproxy.sock",
                               "set server registry/db-east-b state maint;"
                               "set server registry/db-east-a state ready",
                               [&](const Result<std::string>& answer) {
                                 said = answer ? *answer : answer.error().message;
                                 loop.stop();
                               });
    loop.run();
    EXPECT_EQ(said.find_first_not_of('\n'), std::string::npos) << said;
    EXPECT_TRUE(eventually([] { return Rig::who() == "east-b"; }));
  });
}

TEST(RouterSlow, name_that_resolves_later_is_reached_then) {
  in_own_network([](Rig& rig) {
    const std::ofstream::openmode anew = std::ios::binary | std::ios::trunc;
    std::ofstream(rig.dir + "/hosts", anew) << "127.0.0.1 localhost\n127.0.0.11 db-east-a\n";
    rig.proxy.reset();
    rig.start_proxy();
    rig.host->tell(1, 1, true);
    ASSERT_TRUE(eventually([] { return Rig::who() == "closed"; })) << Rig::who();
    std::ofstream(rig.dir + "/hosts", anew) << kHosts;
    // A router that starts looks all names up at once.
    rig.host.reset();
    rig.host.emplace(rig.dir);
    EXPECT_TRUE(eventually([] { return Rig::who() == "east-b"; })) << Rig::who();
  });
}

TEST(RouterSlow, cancel_requests_do_not_reach_the_database) {
  in_own_network([](Rig& rig) {
    rig.host->tell(0, 1, true);
    ASSERT_TRUE(eventually([] { return Rig::who() == "east-a"; }));
    const int before = rig.east_a.connections();
    const std::string answer = Client(kPort).say(kCancel);
    EXPECT_TRUE(answer == "closed" || answer == "reset") << answer;
    EXPECT_EQ(rig.east_a.connections(), before);
    EXPECT_EQ(Rig::who(), "east-a");
  });
}

}  // namespace
}  // namespace holdfast::node
