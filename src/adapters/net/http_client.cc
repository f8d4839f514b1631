#include <boost/asio/connect.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <future>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "adapters/crypto/identity.h"
#include "adapters/net/http.h"
#include "adapters/net/tls_impl.h"

namespace holdfast::net {
namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;
using Error_code = boost::system::error_code;
namespace {

constexpr std::uint32_t kHeaderMax = 64U << 10;
constexpr std::uint64_t kBodyMax = 64U << 20;

using Clock = std::chrono::steady_clock;

struct Addresses {
  std::vector<tcp::endpoint> endpoints{};
  std::string problem{};
};

/// In a thread of its own, which is left behind when the name service does not answer: there is no
/// way to interrupt it.
std::optional<Addresses> find(const std::string& host,
                              model::Port port,
                              Clock::time_point deadline) {
  const auto promise = std::make_shared<std::promise<Addresses>>();
  std::future<Addresses> found = promise->get_future();
  std::thread([promise, host, port] {
    Addresses addresses;
    asio::io_context io;
    tcp::resolver resolver(io);
    Error_code error;
    for (const auto& result : resolver.resolve(host, std::to_string(port), error)) {
      addresses.endpoints.push_back(result.endpoint());
    }
    if (error) addresses.problem = error.message();
    promise->set_value(std::move(addresses));
  }).detach();
  if (found.wait_until(deadline) != std::future_status::ready) return std::nullopt;
  return found.get();
}

/// One request over one connection.
class Exchange {
 public:
  Exchange(const TlsContext& tls, std::string host, std::string method)
      : host_(std::move(host)), stream_(make_stream(io_, tls)), method_(std::move(method)) {
    parser_.header_limit(kHeaderMax);
    parser_.body_limit(kBodyMax);
  }

  void prepare(const std::string& target, const std::string& body);
  Result<HttpResponse> run(const std::vector<tcp::endpoint>& where, Clock::time_point deadline);

 private:
  void greet();
  void write();
  void read();
  void stop(Errc code, const std::string& why);
  void broke(const Error_code& error);
  /// May the request have been carried out?
  [[nodiscard]] bool doubtful() const { return sent_ && method_ != "GET" && method_ != "HEAD"; }

  asio::io_context io_{1};
  std::string host_;
  std::shared_ptr<TlsStream> stream_;
  std::string method_;
  boost::beast::flat_buffer buffer_;
  http::request<http::string_body> request_;
  http::response_parser<http::string_body> parser_;
  std::optional<Error> error_;
  bool sent_ = false;
  bool done_ = false;
};

void Exchange::prepare(const std::string& target, const std::string& body) {
  request_.version(11);
  request_.method_string(method_);
  request_.target(target);
  request_.set(http::field::host, host_);
  request_.keep_alive(false);
  request_.body() = body;
  if (!body.empty()) request_.set(http::field::content_type, "application/json");
  request_.prepare_payload();
  if (method_ == "HEAD") parser_.skip(true);
}

Result<HttpResponse> Exchange::run(const std::vector<tcp::endpoint>& where,
                                   Clock::time_point deadline) {
  asio::async_connect(
      stream_->lowest_layer(), where, [this](const Error_code& error, const tcp::endpoint&) {
        if (error) return stop(Errc::kUnavailable, "cannot be reached: " + error.message());
        tune(stream_->next_layer());
        greet();
      });
  io_.run_until(deadline);
  close(*stream_);
  if (!done_ && !error_) {
    error_ = Error{
        doubtful() ? Errc::kMaybeApplied : Errc::kTimeout, host_ + " did not answer in time", {}};
  }
  if (error_) return tl::unexpected(std::move(*error_));
  auto& answer = parser_.get();
  return HttpResponse{static_cast<int>(answer.result_int()),
                      std::move(answer.body()),
                      std::string(answer[http::field::content_type])};
}

void Exchange::greet() {
  shake_hands(stream_, Side::kConnecting, [this](const std::string& wrong) {
    if (!wrong.empty()) return stop(Errc::kDenied, "is not trusted: " + wrong);
    const PeerName who = peer_of(*stream_);
    if (who.name != host_ || who.unit != crypto::kHostUnit) {
      return stop(
          Errc::kDenied,
          "is not trusted: the certificate there is of " + who.unit + " '" + who.name + '\'');
    }
    write();
  });
}

void Exchange::write() {
  sent_ = true;
  http::async_write(*stream_, request_, [this](const Error_code& error, std::size_t) {
    if (error) return broke(error);
    read();
  });
}

void Exchange::read() {
  http::async_read(*stream_, buffer_, parser_, [this](const Error_code& error, std::size_t) {
    if (error) return broke(error);
    done_ = true;
  });
}

void Exchange::stop(Errc code, const std::string& why) {
  if (!error_) error_ = Error{code, host_ + ' ' + why, {}};
}

void Exchange::broke(const Error_code& error) {
  // With TLS 1.3 a server refuses a certificate only after the client has begun to speak; what it
  // said was not listened to.
  if (error.category() == asio::error::get_ssl_category()) {
    return stop(Errc::kDenied, "does not accept this certificate: " + error.message());
  }
  stop(doubtful() ? Errc::kMaybeApplied : Errc::kUnavailable,
       "broke the connection before it answered: " + error.message());
}

}  // namespace

Result<HttpResponse> http_request(const TlsContext& tls,
                                  const std::string& host,
                                  model::Port port,
                                  const std::string& method,
                                  const std::string& target,
                                  const std::string& body,
                                  Duration limit) {
  const Clock::time_point deadline = Clock::now() + limit;
  const std::optional<Addresses> addresses = find(host, port, deadline);
  if (!addresses) return fail(Errc::kTimeout, "the address of " + host + " was not found in time");
  if (!addresses->problem.empty()) {
    return fail(Errc::kUnavailable,
                "the address of " + host + " is not known: " + addresses->problem);
  }
  Exchange exchange(tls, host, method);
  exchange.prepare(target, body);
  return exchange.run(addresses->endpoints, deadline);
}

}  // namespace holdfast::net
