#include "adapters/net/http.h"

#include <gtest/gtest.h>

#include <atomic>
#include <optional>
#include <thread>
#include <vector>

#include "adapters/net/test_peers_impl.h"

namespace holdfast::net {
namespace {

using testing::Identities;
using testing::RawClient;
using testing::run_until;

class HttpTest : public ::testing::Test {
 protected:
  using Answer = std::function<void(HttpResponse)>;

  void open(const std::shared_ptr<TlsContext>& tls) {
    auto opened = HttpServer::open(loop, tls, 0, [this](const HttpRequest& request, Answer answer) {
      requests.push_back(request);
      if (handler) return handler(request, std::move(answer));
      answer({200, request.method + ' ' + request.target + ' ' + request.body});
    });
    ASSERT_TRUE(opened.has_value()) << opened.error().message;
    server = std::move(opened).value();
  }

  /// Asks from another thread while the loop serves here.
  Result<HttpResponse> ask(const TlsContext& tls,
                           const std::string& method,
                           const std::string& target,
                           const std::string& body = {},
                           Duration limit = 10s) {
    std::optional<Result<HttpResponse>> got;
    std::atomic<bool> done = false;
    std::thread thread([&, port = server->port()] {
      got.emplace(http_request(tls, "localhost", port, method, target, body, limit));
      done = true;
    });
    EXPECT_TRUE(run_until(loop, [&] { return done.load(); }));
    thread.join();
    return std::move(*got);
  }

  /// What comes back for these very bytes, until the server ends the connection.
  std::string ask_raw(const std::string& bytes, bool known = true) {
    std::string got;
    std::atomic<bool> done = false;
    RawClient raw;
    if (known) raw.present(identities.files("raw", "administrator"));
    std::thread thread([&, port = server->port()] {
      if (raw.connect(port) && raw.write(bytes)) got = raw.drain();
      done = true;
    });
    EXPECT_TRUE(run_until(loop, [&] { return done.load(); }));
    thread.join();
    return got;
  }

  Identities identities;
  std::shared_ptr<TlsContext> here = identities.tls("localhost");
  std::shared_ptr<TlsContext> admin = identities.tls("admin", "administrator");
  Loop loop;
  std::vector<HttpRequest> requests;
  std::function<void(const HttpRequest&, Answer)> handler;
  std::unique_ptr<HttpServer> server;
};

TEST_F(HttpTest, a_request_is_answered_and_known_by_its_certificate) {
  open(here);
  const auto got = ask(*admin, "POST", "/v1/switchover?to=x", "{\"cluster\":\"orders\"}");
  ASSERT_TRUE(got.has_value()) << got.error().message;
  EXPECT_EQ(got->status, 200);
  EXPECT_EQ(got->body, "POST /v1/switchover?to=x {\"cluster\":\"orders\"}");
  EXPECT_EQ(got->content_type, "application/json");
  ASSERT_EQ(requests.size(), 1U);
  EXPECT_EQ(requests[0].peer, "admin");
  EXPECT_EQ(requests[0].role, "administrator");
}

TEST_F(HttpTest, an_answer_may_come_later_and_counts_once) {
  open(here);
  handler = [&](const HttpRequest&, Answer answer) {
    loop.post([answer] {
      answer({409, "first", "text/plain"});
      answer({200, "second"});
    });
  };
  const auto got = ask(*admin, "GET", "/");
  ASSERT_TRUE(got.has_value()) << got.error().message;
  EXPECT_EQ(got->status, 409);
  EXPECT_EQ(got->body, "first");
  EXPECT_EQ(got->content_type, "text/plain");
}

TEST_F(HttpTest, the_longest_body_passes_and_a_longer_one_does_not) {
  open(here);
  handler = [](const HttpRequest& request, Answer answer) { answer({200, request.body}); };
  const std::string longest(1U << 20, 'x');
  const auto got = ask(*admin, "POST", "/", longest);
  ASSERT_TRUE(got.has_value()) << got.error().message;
  EXPECT_EQ(got->body, longest);
  const std::string longer =
      "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1048577\r\n\r\n" + std::string(100, 'y');
  EXPECT_NE(ask_raw(longer).find("413"), std::string::npos);
  EXPECT_EQ(requests.size(), 1U);
}

TEST_F(HttpTest, what_is_no_request_is_said_and_ends_the_connection) {
  open(here);
  EXPECT_NE(ask_raw("nonsense\r\n\r\n").find(" 400 "), std::string::npos);
  const std::string header =
      "GET / HTTP/1.1\r\nHost: x\r\nX: " + std::string(9000, 'a') + "\r\n\r\n";
  EXPECT_NE(ask_raw(header).find(" 431 "), std::string::npos);
  EXPECT_TRUE(requests.empty());
}

TEST_F(HttpTest, a_connection_serves_one_request_after_the_other) {
  open(here);
  const std::string got = ask_raw(
      "GET /one HTTP/1.1\r\nHost: x\r\n\r\n"
      "HEAD /two HTTP/1.1\r\nHost: x\r\n\r\n"
      "GET /three HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  ASSERT_EQ(requests.size(), 3U);
  EXPECT_NE(got.find("GET /one "), std::string::npos);
  EXPECT_EQ(got.find("HEAD /two "), std::string::npos);
  EXPECT_NE(got.find("GET /three "), std::string::npos);
}

TEST_F(HttpTest, a_server_of_another_name_is_not_asked) {
  open(identities.tls("db-east-a"));
  const auto got = ask(*admin, "GET", "/");
  ASSERT_FALSE(got.has_value());
  EXPECT_EQ(got.error().code, Errc::kDenied);
  EXPECT_TRUE(requests.empty());
}

TEST_F(HttpTest, a_foreign_certificate_is_denied_on_both_sides) {
  Identities foreign;
  open(here);
  const auto got = ask(*foreign.tls("admin", "administrator"), "GET", "/");
  ASSERT_FALSE(got.has_value());
  EXPECT_EQ(got.error().code, Errc::kDenied) << got.error().message;
  // Trusts the server, but is not trusted by it.
  TlsFiles mixed = foreign.files("admin", "administrator");
  mixed.authority = identities.at("authority.pem");
  const auto refused = ask(*TlsContext::load(mixed).value(), "POST", "/");
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, Errc::kDenied) << refused.error().message;
  EXPECT_TRUE(requests.empty());
}

TEST_F(HttpTest, nobody_asks_without_a_certificate) {
  open(here);
  EXPECT_EQ(ask_raw("GET / HTTP/1.1\r\nHost: x\r\n\r\n", false), "");
  EXPECT_TRUE(requests.empty());
}

TEST_F(HttpTest, an_operator_cannot_serve) {
  open(identities.tls("localhost", "administrator"));
  const auto got = ask(*admin, "GET", "/");
  ASSERT_FALSE(got.has_value());
  EXPECT_EQ(got.error().code, Errc::kDenied);
}

TEST_F(HttpTest, no_answer_leaves_a_write_in_doubt_and_not_a_read) {
  open(here);
  std::vector<Answer> kept;
  handler = [&](const HttpRequest&, Answer answer) { kept.push_back(std::move(answer)); };
  EXPECT_EQ(ask(*admin, "GET", "/", {}, 300ms).error().code, Errc::kTimeout);
  EXPECT_EQ(ask(*admin, "POST", "/", "{}", 300ms).error().code, Errc::kMaybeApplied);
  // Too late, to nobody.
  for (const Answer& answer : kept) answer({200, "late"});
}

TEST_F(HttpTest, nobody_there_is_unavailable) {
  open(here);
  const model::Port port = server->port();
  server.reset();
  const auto got = http_request(*admin, "localhost", port, "POST", "/", "{}", 5s);
  ASSERT_FALSE(got.has_value());
  EXPECT_EQ(got.error().code, Errc::kUnavailable);
  const auto nowhere = http_request(*admin, "no-such-host.invalid", port, "GET", "/", {}, 5s);
  EXPECT_FALSE(nowhere.has_value());
}

TEST_F(HttpTest, the_server_may_go_while_a_request_is_open) {
  open(here);
  Answer kept;
  handler = [&](const HttpRequest&, Answer answer) {
    kept = std::move(answer);
    loop.post([this] { server.reset(); });
  };
  const auto got = ask(*admin, "POST", "/");
  ASSERT_FALSE(got.has_value());
  EXPECT_EQ(got.error().code, Errc::kMaybeApplied);
  kept({200, "late"});
}

}  // namespace
}  // namespace holdfast::net
