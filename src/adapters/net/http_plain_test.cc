// The HTTP server without TLS, as an instance behind a proxy uses it.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "adapters/net/http.h"
#include "adapters/net/test_peers_impl.h"

namespace holdfast::net {
namespace {

/// Sends these bytes and reads until the server ends the connection.
std::string exchange(model::Port port, const std::string& bytes) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(port);
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  std::string got;
  if (::connect(socket, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0 &&
      ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL) ==
          static_cast<ssize_t>(bytes.size())) {
    char buffer[4096];
    for (ssize_t n = 0; (n = ::recv(socket, buffer, sizeof buffer, 0)) > 0;)
      got.append(buffer, static_cast<std::size_t>(n));
  }
  ::close(socket);
  return got;
}

class PlainHttpTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto opened = HttpServer::open(
        loop,
        nullptr,
        0,
        [this](const HttpRequest& request, const std::function<void(HttpResponse)>& answer) {
          requests.push_back(request);
          answer(response);
        });
    ASSERT_TRUE(opened.has_value()) << opened.error().message;
    server = std::move(opened).value();
  }

  std::string ask(const std::string& bytes) {
    std::string got;
    std::atomic<bool> done = false;
    std::thread thread([&, port = server->port()] {
      got = exchange(port, bytes);
      done = true;
    });
    EXPECT_TRUE(testing::run_until(loop, [&] { return done.load(); }));
    thread.join();
    return got;
  }

  Loop loop;
  HttpResponse response{200, "fine"};
  std::vector<HttpRequest> requests;
  std::unique_ptr<HttpServer> server;
};

TEST_F(PlainHttpTest, two_requests_of_one_connection_are_answered) {
  const std::string got =
      ask("GET /one HTTP/1.1\r\nHost: x\r\n\r\n"
          "POST /two HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi");
  ASSERT_EQ(requests.size(), 2U);
  EXPECT_EQ(requests[0].target, "/one");
  EXPECT_EQ(requests[1].body, "hi");
  EXPECT_EQ(requests[1].peer, "");
  EXPECT_NE(got.find("fine", got.find("fine") + 1), std::string::npos);
}

TEST_F(PlainHttpTest, refusal_says_when_to_come_again) {
  response = {503, "later", "text/plain", 2};
  const std::string got = ask("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(got.rfind("HTTP/1.1 503", 0), 0U);
  EXPECT_NE(got.find("Retry-After: 2\r\n"), std::string::npos);
}

TEST_F(PlainHttpTest, what_is_no_http_is_refused) {
  const std::string got = ask("\x16\x03\x01 nothing of the kind\r\n\r\n");
  EXPECT_EQ(got.rfind("HTTP/1.1 400", 0), 0U);
  EXPECT_TRUE(requests.empty());
}

}  // namespace
}  // namespace holdfast::net
