// A responder on loopback, at ports that the system chose: what goes in comes out, over both
// transports and both families, and what is pushed is answered next.
#include "adapters/dns/responder.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <cstring>

#include "codec/dns/types.h"
#include "codec/dns/zones_for_test.h"

namespace holdfast::dns {
namespace {

using codec::dns::read16;
using Bytes = std::vector<std::uint8_t>;

constexpr timeval kPatience{10, 0};

Bytes query_for(std::string_view label, std::uint16_t number) {
  Bytes bytes{0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0};
  codec::dns::write16(bytes.data(), number);
  bytes.push_back(static_cast<std::uint8_t>(label.size()));
  bytes.insert(bytes.end(), label.begin(), label.end());
  const std::string_view rest("\3ris\7example\0\0\1\0\1", 17);
  bytes.insert(bytes.end(), rest.begin(), rest.end());
  return bytes;
}

Socket connect_to(const Endpoint& endpoint, int type) {
  Socket client(::socket(endpoint.address.v6 ? AF_INET6 : AF_INET, type, 0));
  setsockopt(client.get(), SOL_SOCKET, SO_RCVTIMEO, &kPatience, sizeof kPatience);
  sockaddr_storage storage{};
  socklen_t size = sizeof(sockaddr_in);
  if (endpoint.address.v6) {
    auto* address = reinterpret_cast<sockaddr_in6*>(&storage);
    address->sin6_family = AF_INET6;
    address->sin6_port = htons(endpoint.port);
    address->sin6_addr = in6addr_loopback;
    size = sizeof *address;
  } else {
    auto* address = reinterpret_cast<sockaddr_in*>(&storage);
    address->sin_family = AF_INET;
    address->sin_port = htons(endpoint.port);
    address->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  }
  EXPECT_EQ(connect(client.get(), reinterpret_cast<sockaddr*>(&storage), size), 0);
  return client;
}

Bytes receive(const Socket& socket, std::size_t size, int flags = 0) {
  Bytes bytes(size);
  const ssize_t got = recv(socket.get(), bytes.data(), size, flags);
  bytes.resize(got < 0 ? 0 : static_cast<std::size_t>(got));
  return bytes;
}

Bytes ask_udp(const Endpoint& endpoint, std::string_view label) {
  const Socket client = connect_to(endpoint, SOCK_DGRAM);
  const Bytes query = query_for(label, 7);
  EXPECT_EQ(send(client.get(), query.data(), query.size(), 0), static_cast<ssize_t>(query.size()));
  return receive(client, 1500);
}

/// The last byte of the first address; 0 if there is none.
int first_address(const Bytes& response, std::string_view label) {
  const std::size_t address = query_for(label, 0).size() + 12;
  return response.size() >= address + 4 && read16(response.data() + 6) > 0 ? response[address + 3]
                                                                           : 0;
}

class Running : public ::testing::Test {
 protected:
  void start(std::initializer_list<const char*> places, const TcpLimits& limits = {}) {
    ResponderOptions options;
    for (const char* place : places) options.listen.push_back(*parse_endpoint(place));
    options.threads = 2;
    options.tcp = limits;
    auto started =
        Responder::start(codec::dns::testing::example_dns(), options, [this](const Change& change) {
          changes_.push_back(change.name + ' ' + change.decision.rule->id);
        });
    ASSERT_TRUE(started) << started.error().message;
    responder_ = std::move(*started);
  }
  [[nodiscard]] const Endpoint& endpoint(std::size_t i = 0) const {
    return responder_->endpoints()[i];
  }

  std::vector<std::string> changes_;
  std::unique_ptr<Responder> responder_;
};

TEST_F(Running, queries_are_answered_on_every_endpoint) {
  start({"127.0.0.1:0", "[::1]:0", "0.0.0.0:0"});
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(first_address(ask_udp(endpoint(i), "ns1"), "ns1"), 1) << endpoint(i).text();
  }
  EXPECT_EQ(responder_->status().counts.rcodes[0], 3U);
}

TEST_F(Running, answers_leave_from_the_address_that_was_asked) {
  start({"0.0.0.0:0"});
  const Socket client(::socket(AF_INET, SOCK_DGRAM, 0));
  setsockopt(client.get(), SOL_SOCKET, SO_RCVTIMEO, &kPatience, sizeof kPatience);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(endpoint().port);
  to.sin_addr.s_addr = htonl(0x7f000205);  // 127.0.2.5
  const Bytes query = query_for("ns1", 7);
  sendto(client.get(), query.data(), query.size(), 0, reinterpret_cast<sockaddr*>(&to), sizeof to);
  std::uint8_t buffer[512];
  sockaddr_in from{};
  socklen_t size = sizeof from;
  ASSERT_GT(
      recvfrom(client.get(), buffer, sizeof buffer, 0, reinterpret_cast<sockaddr*>(&from), &size),
      0);
  EXPECT_EQ(from.sin_addr.s_addr, to.sin_addr.s_addr);
}

TEST_F(Running, pushed_health_is_in_the_next_answer) {
  start({"127.0.0.1:0"});
  EXPECT_FALSE(responder_->status().fed);
  EXPECT_EQ(first_address(ask_udp(endpoint(), "one"), "one"), 1);
  core::dns::KnownHealth known;
  known.targets.assign(4, {core::dns::Verdict::kHealthy, MonoTime{}, 1s, kLongAgo});
  for (const std::size_t down : {0U, 1U}) {
    known.targets[down].verdict = core::dns::Verdict::kUnhealthy;
  }
  responder_->push(known);
  const int next = first_address(ask_udp(endpoint(), "www"), "www");
  EXPECT_TRUE(next == 3 || next == 4) << next;
  EXPECT_EQ(changes_,
            (std::vector<std::string>{
                "one.ris.example D120", "www.ris.example D130", "weighted.ris.example D170"}));
  EXPECT_TRUE(responder_->status().fed);
}

TEST_F(Running, tcp_takes_many_queries_at_once_and_answers_in_order) {
  start({"127.0.0.1:0"});
  const Socket client = connect_to(endpoint(), SOCK_STREAM);
  Bytes all;
  for (std::uint16_t i = 0; i < 100; ++i) {
    const Bytes query = query_for("ns1", i);
    all.push_back(0);
    all.push_back(static_cast<std::uint8_t>(query.size()));
    all.insert(all.end(), query.begin(), query.end());
  }
  // In two pieces that cut a query.
  send(client.get(), all.data(), 50, 0);
  send(client.get(), all.data() + 50, all.size() - 50, 0);
  for (std::uint16_t i = 0; i < 100; ++i) {
    const Bytes length = receive(client, 2, MSG_WAITALL);
    ASSERT_EQ(length.size(), 2U);
    const Bytes response = receive(client, read16(length.data()), MSG_WAITALL);
    ASSERT_EQ(read16(response.data()), i);
    ASSERT_EQ(first_address(response, "ns1"), 1);
  }
}

TEST_F(Running, tcp_ends_what_is_no_dns_and_makes_room_for_others) {
  start({"127.0.0.1:0"}, {.connections = 2, .idle = 10s});
  const Socket wrong = connect_to(endpoint(), SOCK_STREAM);
  const Bytes longer{0xff, 0xff, 0};
  send(wrong.get(), longer.data(), longer.size(), 0);
  EXPECT_TRUE(receive(wrong, 1).empty());
  const Socket first = connect_to(endpoint(), SOCK_STREAM);
  const Socket second = connect_to(endpoint(), SOCK_STREAM);
  const Socket third = connect_to(endpoint(), SOCK_STREAM);
  EXPECT_TRUE(receive(first, 1).empty()) << "the one that is idle for longest is ended";
}

TEST_F(Running, taken_ports_are_an_error_that_names_them) {
  start({"127.0.0.1:0"});
  ResponderOptions options;
  options.listen = {*parse_endpoint("192.0.2.1:5353")};
  const auto failed = Responder::start(codec::dns::testing::example_dns(), options, nullptr);
  ASSERT_FALSE(failed);
  EXPECT_NE(failed.error().message.find("192.0.2.1:5353"), std::string::npos);
}

TEST(Endpoints, texts_are_read_and_written) {
  EXPECT_EQ(parse_endpoint("10.0.0.1")->text(), "10.0.0.1:53");
  EXPECT_EQ(parse_endpoint("10.0.0.1:5353")->text(), "10.0.0.1:5353");
  EXPECT_EQ(parse_endpoint("[2001:db8::1]:53")->text(), "[2001:db8::1]:53");
  EXPECT_EQ(parse_endpoint("::1")->text(), "[::1]:53");
  for (const char* text :
       {"", ":", "x", "1.2.3.4:", "1.2.3.4:x", "1.2.3.4:70000", "[::1", "[]:1"}) {
    EXPECT_FALSE(parse_endpoint(text)) << text;
  }
}

}  // namespace
}  // namespace holdfast::dns
