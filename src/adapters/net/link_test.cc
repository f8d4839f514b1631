#include "adapters/net/link.h"

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

#include "adapters/net/test_peers_impl.h"

namespace holdfast::net {
namespace {

using testing::Identities;
using testing::RawClient;
using testing::run_until;

/// A listener that writes down what happens, and answers every frame with itself if asked to.
struct Server {
  Server(Loop& loop, std::shared_ptr<TlsContext> tls, model::Port port = 0) {
    Listener::Handler handler;
    handler.frame = [this](Listener::Connection from, const std::string& peer, std::string_view f) {
      peers.push_back(peer);
      frames.emplace_back(f);
      if (echo) listener->send(from, std::string(f));
    };
    handler.closed = [this](Listener::Connection, const std::string& peer) {
      closed.push_back(peer);
    };
    handler.refused = [this](const std::string& why) { refused.push_back(why); };
    auto opened = Listener::open(loop, std::move(tls), port, std::move(handler));
    if (!opened) ADD_FAILURE() << opened.error().message;
    listener = std::move(opened).value();
  }

  std::unique_ptr<Listener> listener;
  std::vector<std::string> peers;
  std::vector<std::string> frames;
  std::vector<std::string> closed;
  std::vector<std::string> refused;
  bool echo = false;
};

struct Client {
  Client(Loop& loop, std::shared_ptr<TlsContext> tls, model::Port port)
      : link(std::in_place,
             loop,
             std::move(tls),
             "localhost",
             port,
             Link::Handler{[this](std::string_view f) { frames.emplace_back(f); },
                           [this] { ++ups; },
                           [this] { ++downs; }}) {}

  std::vector<std::string> frames;
  int ups = 0;
  int downs = 0;
  std::optional<Link> link;
};

class LinkTest : public ::testing::Test {
 protected:
  Identities identities;
  std::shared_ptr<TlsContext> here = identities.tls("localhost");
  std::shared_ptr<TlsContext> there = identities.tls("db-west-a");
  Loop loop;
};

TEST_F(LinkTest, frames_arrive_in_order_and_come_back) {
  Server server(loop, here);
  server.echo = true;
  Client client(loop, there, server.listener->port());
  ASSERT_TRUE(run_until(loop, [&] { return client.ups == 1; })) << client.link->problem();
  EXPECT_TRUE(client.link->up());
  EXPECT_EQ(client.link->problem(), "");
  std::vector<std::string> sent;
  for (int i = 0; i < 100; ++i) {
    sent.push_back("frame " + std::to_string(i));
    client.link->send(sent.back());
  }
  ASSERT_TRUE(run_until(loop, [&] { return client.frames.size() == sent.size(); }));
  EXPECT_EQ(server.frames, sent);
  EXPECT_EQ(client.frames, sent);
  EXPECT_EQ(server.peers[0], "db-west-a");
}

TEST_F(LinkTest, the_longest_frame_passes_both_ways) {
  Server server(loop, here);
  server.echo = true;
  Client client(loop, there, server.listener->port());
  ASSERT_TRUE(run_until(loop, [&] { return client.ups == 1; }));
  std::string longest(kFrameMax, 'x');
  longest.front() = 'a';
  longest.back() = 'z';
  client.link->send(longest);
  ASSERT_TRUE(run_until(loop, [&] { return client.frames.size() == 1; }));
  EXPECT_EQ(client.frames[0], longest);
}

TEST_F(LinkTest, comes_back_when_the_listener_does) {
  std::optional<Server> server(std::in_place, loop, here);
  const model::Port port = server->listener->port();
  Client client(loop, there, port);
  ASSERT_TRUE(run_until(loop, [&] { return client.ups == 1; }));
  server.reset();
  ASSERT_TRUE(run_until(loop, [&] { return client.downs == 1; }));
  EXPECT_FALSE(client.link->up());
  EXPECT_NE(client.link->problem(), "");
  client.link->send("lost");
  server.emplace(loop, here, port);
  ASSERT_TRUE(run_until(loop, [&] { return client.ups == 2; }));
  client.link->send("found");
  ASSERT_TRUE(run_until(loop, [&] { return !server->frames.empty(); }));
  EXPECT_EQ(server->frames[0], "found");
}

TEST_F(LinkTest, a_closed_link_is_told_to_the_listener) {
  Server server(loop, here);
  Client client(loop, there, server.listener->port());
  ASSERT_TRUE(run_until(loop, [&] { return client.ups == 1; }));
  client.link.reset();
  ASSERT_TRUE(run_until(loop, [&] { return !server.closed.empty(); }));
  EXPECT_EQ(server.closed[0], "db-west-a");
  EXPECT_EQ(client.downs, 0);
}

TEST_F(LinkTest, another_host_behind_the_name_is_refused) {
  Server server(loop, there);
  Client client(loop, here, server.listener->port());
  const auto refused = [&] {
    return client.link->problem().find("of host 'db-west-a'") != std::string::npos;
  };
  ASSERT_TRUE(run_until(loop, refused)) << client.link->problem();
  EXPECT_FALSE(client.link->up());
  EXPECT_EQ(client.ups, 0);
}

TEST_F(LinkTest, an_operator_cannot_stand_in_for_a_host) {
  Server server(loop, identities.tls("localhost", "administrator"));
  Client client(loop, there, server.listener->port());
  const auto refused = [&] {
    return client.link->problem().find("certificate") != std::string::npos;
  };
  ASSERT_TRUE(run_until(loop, refused)) << client.link->problem();
  EXPECT_EQ(client.ups, 0);
}

TEST_F(LinkTest, an_operator_is_no_host) {
  Server server(loop, here);
  Client client(loop, identities.tls("db-east-a", "administrator"), server.listener->port());
  ASSERT_TRUE(run_until(loop, [&] { return !server.refused.empty(); }));
  EXPECT_NE(server.refused[0].find("is no host"), std::string::npos) << server.refused[0];
  EXPECT_EQ(client.ups, 0);
}

TEST_F(LinkTest, an_identity_of_another_authority_is_refused_by_both) {
  Identities foreign;
  Server server(loop, here);
  Client client(loop, foreign.tls("db-west-a"), server.listener->port());
  const auto refused = [&] {
    return client.link->problem().find("certificate is not accepted") != std::string::npos;
  };
  ASSERT_TRUE(run_until(loop, refused)) << client.link->problem();
  // And the listener, asked by one who would accept anything.
  RawClient raw;
  raw.present(foreign.files("db-west-b"));
  std::thread thread([&, port = server.listener->port()] {
    if (raw.connect(port)) raw.drain();
  });
  const auto told = [&] {
    return !server.refused.empty() &&
           server.refused.back().find("certificate is not accepted") != std::string::npos;
  };
  EXPECT_TRUE(run_until(loop, told));
  thread.join();
  EXPECT_TRUE(server.frames.empty());
}

TEST_F(LinkTest, nobody_comes_in_without_a_certificate) {
  Server server(loop, here);
  RawClient raw;
  std::thread thread([&, port = server.listener->port()] {
    if (!raw.connect(port)) return;
    raw.write(std::string("\0\0\0\1x", 5));
    raw.drain();
  });
  EXPECT_TRUE(run_until(loop, [&] { return !server.refused.empty(); }));
  thread.join();
  EXPECT_TRUE(server.frames.empty());
}

TEST_F(LinkTest, older_tls_is_refused) {
  Server server(loop, here);
  RawClient raw;
  raw.present(identities.files("db-west-a"));
  raw.context.set_options(boost::asio::ssl::context::no_tlsv1_3);
  std::atomic<bool> connected = false;
  std::thread thread([&, port = server.listener->port()] { connected = raw.connect(port); });
  EXPECT_TRUE(run_until(loop, [&] { return !server.refused.empty(); }));
  thread.join();
  EXPECT_FALSE(connected);
}

TEST_F(LinkTest, a_frame_that_is_too_long_ends_the_connection) {
  Server server(loop, here);
  RawClient raw;
  raw.present(identities.files("db-west-a"));
  std::atomic<bool> cut = false;
  std::thread thread([&, port = server.listener->port()] {
    // One that is fine, and one byte more than allowed; then it goes on, so that it is not silent.
    if (!raw.connect(port)) return;
    raw.write(std::string("\0\0\0\1x\0\x10\0\1y", 10));
    for (int i = 0; i < 200 && !cut; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
      cut = !raw.write("y");
    }
  });
  EXPECT_TRUE(run_until(loop, [&] { return !server.closed.empty(); }));
  thread.join();
  EXPECT_TRUE(cut);
  EXPECT_EQ(server.frames, std::vector<std::string>{"x"});
}

TEST_F(LinkTest, a_silent_peer_is_given_up) {
  Server server(loop, here);
  RawClient raw;
  raw.present(identities.files("db-west-a"));
  std::thread thread([&, port = server.listener->port()] {
    if (raw.connect(port)) raw.drain();
  });
  EXPECT_TRUE(run_until(loop, [&] { return !server.closed.empty(); }));
  thread.join();
}

TEST_F(LinkTest, an_idle_link_stays_up) {
  Server server(loop, here);
  Client client(loop, there, server.listener->port());
  ASSERT_TRUE(run_until(loop, [&] { return client.ups == 1; }));
  const MonoTime later = loop.now() + 2s;
  ASSERT_TRUE(run_until(loop, [&] { return loop.now() > later; }));
  EXPECT_EQ(client.downs, 0);
  EXPECT_TRUE(server.closed.empty());
  EXPECT_TRUE(server.frames.empty());
}

TEST_F(LinkTest, of_too_much_the_oldest_is_dropped) {
  Server server(loop, here);
  Client client(loop, there, server.listener->port());
  ASSERT_TRUE(run_until(loop, [&] { return client.ups == 1; }));
  for (int i = 0; i < 2000; ++i) client.link->send(std::to_string(i));
  ASSERT_TRUE(
      run_until(loop, [&] { return !server.frames.empty() && server.frames.back() == "1999"; }));
  EXPECT_LE(server.frames.size(), 258U);
  EXPECT_GE(server.frames.size(), 256U);
}

TEST_F(LinkTest, may_be_destroyed_by_its_own_handlers) {
  Server server(loop, here);
  std::unique_ptr<Link> link;
  int frames = 0;
  Link::Handler handler;
  handler.frame = [&](std::string_view) {
    ++frames;
    link.reset();
  };
  handler.up = [&] {
    for (int i = 0; i < 10; ++i) link->send("hello");
  };
  server.echo = true;
  link = std::make_unique<Link>(loop, there, "localhost", server.listener->port(), handler);
  ASSERT_TRUE(run_until(loop, [&] { return !server.closed.empty(); }));
  EXPECT_EQ(frames, 1);
}

TEST_F(LinkTest, a_port_in_use_is_said) {
  Server server(loop, here);
  const auto second = Listener::open(loop, here, server.listener->port(), {});
  ASSERT_FALSE(second.has_value());
  EXPECT_EQ(second.error().code, Errc::kAlreadyExists);
}

TEST_F(LinkTest, identities_that_cannot_be_used_are_said) {
  const TlsFiles good = identities.files("db-east-a");
  TlsFiles missing = good;
  missing.key = identities.at("none.key");
  EXPECT_EQ(TlsContext::load(missing).error().code, Errc::kNotFound);
  TlsFiles mixed = good;
  mixed.key = identities.files("db-east-b").key;
  EXPECT_EQ(TlsContext::load(mixed).error().code, Errc::kInvalidInput);
  TlsFiles nonsense = good;
  nonsense.certificate = good.key;
  EXPECT_EQ(TlsContext::load(nonsense).error().code, Errc::kInvalidInput);
}

}  // namespace
}  // namespace holdfast::net
