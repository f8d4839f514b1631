#include "adapters/haproxy/keeper.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace holdfast::haproxy {
namespace {

/// Plays HAProxy on the same loop: takes one line, remembers it, answers as told and hangs up.
class FakeProxy {
 public:
  FakeProxy(net::Loop& loop, const std::string& path) : loop_(loop) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof(address.sun_path) - 1);
    listener_ = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    EXPECT_EQ(bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(listen(listener_, 8), 0);
    watch_ = std::make_unique<net::ReadWatch>(loop_, listener_, [this] { serve(); });
  }
  FakeProxy(const FakeProxy&) = delete;
  FakeProxy& operator=(const FakeProxy&) = delete;
  ~FakeProxy() {
    watch_.reset();
    close(listener_);
    for (const int it : hung_) close(it);
  }

  std::string ready = "s";  ///< the server that is ready, of backend b
  bool obeys = true;        ///< does what it is told
  bool hangs = false;       ///< takes the line and never answers
  std::string says_first;   ///< before the table
  std::vector<std::string> heard;

 private:
  void serve() {
    const int session = accept(listener_, nullptr, nullptr);
    std::array<char, 20000> buffer;
    const ssize_t count = recv(session, buffer.data(), buffer.size(), 0);
    heard.emplace_back(buffer.data(), static_cast<std::size_t>(count));
    const std::string& line = heard.back();
    for (const char* server : {"s", "t"}) {
      const bool told = line.find("b/" + std::string(server) + " state ready") != std::string::npos;
      if (told && obeys) ready = server;
    }
    const std::string text = says_first +
                             "1\n# be_id be_name srv_name srv_addr srv_port srv_op_state "
                             "srv_admin_state\n" +
                             row("s") + row("t") + "\n# pxname,svname,scur,stot,\nb,s,4,9,\n\n";
    if (hangs) {
      hung_.push_back(session);
      return;
    }
    EXPECT_EQ(send(session, text.data(), text.size(), 0), static_cast<ssize_t>(text.size()));
    close(session);
  }
  [[nodiscard]] std::string row(const std::string& server) const {
    return "3 b " + server + " 10.0.0.1 5432 " + (server == ready ? "2 4\n" : "0 5\n");
  }

  net::Loop& loop_;
  int listener_ = -1;
  std::vector<int> hung_;
  std::unique_ptr<net::ReadWatch> watch_;
};

/// Runs a keeper until a test has seen enough; `looked` is told how many looks there were.
class KeeperTest : public ::testing::Test {
 protected:
  KeeperTest() {
    std::string pattern = std::filesystem::temp_directory_path() / "holdfast-keeper-XXXXXX";
    dir_ = mkdtemp(pattern.data());
    path_ = dir_ + "/haproxy.sock";
    keeper_.emplace(loop_, path_, Pace{20ms, 5ms}, [this] { looked_(++looks_); });
  }
  ~KeeperTest() override {
    keeper_.reset();
    std::filesystem::remove_all(dir_);
  }
  void run(std::function<void(int)> looked) {
    looked_ = std::move(looked);
    net::Timer patience(loop_, [this] {
      ADD_FAILURE() << "the keeper does not get there";
      loop_.stop();
    });
    patience.set(loop_.now() + 20s);
    loop_.run();
  }
  static codec::ProxyWanted wants(int ready) { return {"b", {"s", "t"}, ready}; }

  net::Loop loop_;
  std::string dir_;
  std::string path_;
  std::optional<Keeper> keeper_;
  std::function<void(int)> looked_;
  int looks_ = 0;
};

TEST_F(KeeperTest, looks_and_leaves_alone_what_nobody_wants) {
  FakeProxy proxy(loop_, path_);
  keeper_->start();
  run([&](int) { loop_.stop(); });
  EXPECT_EQ(proxy.heard, (std::vector<std::string>{"show servers state;show stat -1 4 -1\n"}));
  EXPECT_EQ(keeper_->seen().error, "");
  ASSERT_EQ(keeper_->seen().servers.size(), 2U);
  EXPECT_TRUE(keeper_->seen().servers[0].ready);
  ASSERT_EQ(keeper_->seen().figures.size(), 1U);
  EXPECT_EQ(keeper_->seen().figures[0].sessions, 4U);
}

TEST_F(KeeperTest, says_at_once_what_is_wanted_and_the_last_wish_counts) {
  FakeProxy proxy(loop_, path_);
  keeper_->want(wants(1));
  // While that is said, opinions change twice.
  keeper_->want(wants(0));
  keeper_->want(wants(1));
  run([&](int look) {
    if (look == 2) loop_.stop();
  });
  ASSERT_EQ(proxy.heard.size(), 2U);
  EXPECT_EQ(proxy.heard[0],
            "set server b/t state ready;set server b/s state maint;"
            "shutdown sessions server b/s;show servers state\n");
  EXPECT_EQ(proxy.heard[1], proxy.heard[0]);
}

TEST_F(KeeperTest, mends_what_was_changed_by_hand) {
  FakeProxy proxy(loop_, path_);
  keeper_->want(wants(1));
  keeper_->start();
  run([&](int look) {
    if (look == 2) proxy.ready = "s";
    if (look > 2 && proxy.ready == "t") loop_.stop();
  });
  EXPECT_EQ(proxy.ready, "t");
}

TEST_F(KeeperTest, says_so_when_haproxy_does_not_do_as_told) {
  FakeProxy proxy(loop_, path_);
  proxy.obeys = false;
  proxy.says_first = "No such server.\n\n";
  keeper_->want(wants(1));
  run([&](int) { loop_.stop(); });
  EXPECT_NE(keeper_->seen().error.find("backend b"), std::string::npos) << keeper_->seen().error;
  EXPECT_EQ(proxy.heard.size(), 1U) << "it is not said again at once";
}

TEST_F(KeeperTest, haproxy_that_comes_later_is_told_then) {
  keeper_->want(wants(1));
  std::optional<FakeProxy> proxy;
  run([&](int look) {
    if (look == 1) {
      EXPECT_NE(keeper_->seen().error.find(path_), std::string::npos) << keeper_->seen().error;
      proxy.emplace(loop_, path_);
    } else if (keeper_->seen().error.empty()) {
      loop_.stop();
    }
  });
  EXPECT_EQ(proxy->ready, "t");
}

TEST_F(KeeperTest, hung_haproxy_is_given_up_and_asked_again) {
  FakeProxy proxy(loop_, path_);
  proxy.hangs = true;
  keeper_->want(wants(1));
  run([&](int look) {
    if (look == 1) {
      EXPECT_FALSE(keeper_->seen().error.empty());
      proxy.hangs = false;
    } else {
      loop_.stop();
    }
  });
  EXPECT_EQ(keeper_->seen().error, "");
  EXPECT_EQ(proxy.ready, "t");
}

TEST_F(KeeperTest, address_is_said_once) {
  FakeProxy proxy(loop_, path_);
  keeper_->set_address({"b", "t", "10.0.0.9", "5432", false});
  keeper_->start();
  run([&](int look) {
    if (look == 2) loop_.stop();
  });
  ASSERT_EQ(proxy.heard.size(), 2U);
  EXPECT_EQ(proxy.heard[0], "set server b/t addr 10.0.0.9 port 5432;show servers state\n");
  EXPECT_EQ(proxy.heard[1].find("addr"), std::string::npos);
}

TEST_F(KeeperTest, more_wishes_than_one_line_holds_are_said_in_several) {
  FakeProxy proxy(loop_, path_);
  std::vector<std::string> servers;
  for (int i = 0; i < 8; ++i) servers.push_back(std::string(40, 'x') + std::to_string(i));
  for (int i = 0; i < 40; ++i)
    keeper_->want({std::string(30, 'y') + std::to_string(i), servers, -1});
  const auto all_said = [&] {
    std::string all;
    for (const std::string& line : proxy.heard) all += line;
    for (int i = 0; i < 40; ++i) {
      if (all.find("y" + std::to_string(i) + "/") == std::string::npos) return false;
    }
    return true;
  };
  run([&](int) {
    if (all_said()) loop_.stop();
  });
  EXPECT_GT(proxy.heard.size(), 2U);
  for (const std::string& line : proxy.heard) EXPECT_LT(line.size(), 15000U);
}

TEST_F(KeeperTest, backends_that_do_not_obey_are_not_asked_in_a_circle) {
  FakeProxy proxy(loop_, path_);
  proxy.obeys = false;
  keeper_->want(wants(1));
  keeper_->want({"unknown", {"s"}, 0});
  std::size_t before = 0;
  // What is said between two looks of the clock is said once.
  net::Timer quiet(loop_, [&] {
    before = proxy.heard.size();
    loop_.stop();
  });
  quiet.set(loop_.now() + 100ms);
  run([](int) {});
  EXPECT_EQ(before, 2U);
}

}  // namespace
}  // namespace holdfast::haproxy
