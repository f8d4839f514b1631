#include "adapters/etcd/http_client.h"

#include <sys/socket.h>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>
#include <deque>
#include <optional>
#include <utility>
#include <vector>

#include "adapters/net/loop_impl.h"

namespace holdfast::etcd {
namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using tcp = asio::ip::tcp;
using ErrorCode = boost::system::error_code;

struct TlsSettings {
  asio::ssl::context context{asio::ssl::context::tls_client};
};

Result<std::shared_ptr<TlsSettings>> load_tls(const net::TlsFiles& files) {
  auto tls = std::make_shared<TlsSettings>();
  ErrorCode error;
  const auto failed = [&error](const std::string& file) {
    return fail(Errc::kInvalidInput,
                "cannot use " + file + " for TLS to the store: " + error.message() +
                    "; make it anew with 'holdfast init'");
  };
  tls->context.set_verify_mode(asio::ssl::verify_peer);
  tls->context.load_verify_file(files.authority, error);
  if (error) return failed(files.authority);
  tls->context.use_certificate_chain_file(files.certificate, error);
  if (error) return failed(files.certificate);
  tls->context.use_private_key_file(files.key, asio::ssl::context::pem, error);
  if (error) return failed(files.key);
  return tls;
}

namespace {

constexpr std::size_t kBodyMax = std::size_t{8} << 20;

/// One request and where its answer goes.
struct Exchange {
  std::string path;
  std::string body;
  MonoTime deadline;
  std::function<void(HttpAnswer)> done;
  std::function<void(std::string_view)> piece;  ///< set: the response goes on
};

/// One TCP connection: opened when it is first needed, kept between exchanges, one at a time.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(net::Loop& loop, Endpoint endpoint, std::shared_ptr<TlsSettings> tls)
      : loop_(loop),
        endpoint_(std::move(endpoint)),
        tls_(std::move(tls)),
        resolver_(loop.impl().io),
        timer_(loop.impl().io) {}

  [[nodiscard]] bool idle() const { return !exchange_.has_value(); }

  /// Pre: idle. `finished` runs after each exchange's done().
  void run(Exchange exchange, std::function<void()> finished) {
    exchange_ = std::move(exchange);
    finished_ = std::move(finished);
    sent_ = false;
    const std::uint64_t round = ++round_;
    timer_.expires_after(std::max(exchange_->deadline - loop_.now(), Duration(0)));
    timer_.async_wait([self = shared_from_this(), round](const ErrorCode& error) {
      if (!error && self->round_ == round) self->broken("no answer in time");
    });
    if (still_open()) return write();
    open();
  }

  /// Closes; whoever waits is not told.
  void abandon() {
    exchange_.reset();
    finished_ = nullptr;
    close();
  }

 private:
  using Plain = beast::tcp_stream;
  using Secure = beast::ssl_stream<beast::tcp_stream>;

  /// A handler that is void once the exchange it belongs to is over.
  template <class Work>
  auto guarded(Work work) {
    return [self = shared_from_this(), round = round_, work = std::move(work)](
               const ErrorCode& error, auto&&... rest) mutable {
      if (self->round_ != round) return;
      if (error) return self->broken(error.message());
      work(rest...);
    };
  }

  [[nodiscard]] beast::tcp_stream& bottom() {
    return secure_ != nullptr ? beast::get_lowest_layer(*secure_) : *plain_;
  }

  template <class Work>
  void on_stream(Work work) {
    if (secure_ != nullptr) return work(*secure_);
    work(*plain_);
  }

  /// A server that closed while nothing was under way, or that says something unasked, is left.
  [[nodiscard]] bool still_open() {
    if (!opened_) return false;
    char byte = 0;
    const auto fd = bottom().socket().native_handle();
    const auto got = ::recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return true;
    close();
    return false;
  }

  void close() {
    ++round_;
    opened_ = false;
    timer_.cancel();
    resolver_.cancel();
    if (plain_ != nullptr || secure_ != nullptr) bottom().close();
  }

  void open() {
    plain_.reset();
    secure_.reset();
    buffer_.clear();
    if (tls_ == nullptr) {
      plain_ = std::make_unique<Plain>(loop_.impl().io);
    } else {
      secure_ = std::make_unique<Secure>(loop_.impl().io, tls_->context);
    }
    resolver_.async_resolve(
        endpoint_.host,
        std::to_string(endpoint_.port),
        guarded([this](const tcp::resolver::results_type& results) { connect(results); }));
  }

  void connect(const tcp::resolver::results_type& results) {
    bottom().async_connect(results, guarded([this](auto&&...) {
                             ErrorCode ignored;
                             bottom().socket().set_option(tcp::no_delay(true), ignored);
                             if (secure_ == nullptr) return connected();
                             shake_hands();
                           }));
  }

  void shake_hands() {
    secure_->set_verify_callback(asio::ssl::host_name_verification(endpoint_.host));
    // What the macro SSL_set_tlsext_host_name does, without its cast.
    std::string name = endpoint_.host;
    SSL_ctrl(secure_->native_handle(),
             SSL_CTRL_SET_TLSEXT_HOSTNAME,
             TLSEXT_NAMETYPE_host_name,
             name.data());
    secure_->async_handshake(asio::ssl::stream_base::client, guarded([this]() { connected(); }));
  }

  void connected() {
    opened_ = true;
    write();
  }

  void write() {
    request_ = {http::verb::post, exchange_->path, 11, std::move(exchange_->body)};
    request_.set(http::field::host, endpoint_.host);
    request_.set(http::field::content_type, "application/json");
    // A watch that has no leader behind it is ended by the server instead of staying silent.
    request_.set("Grpc-Metadata-hasleader", "true");
    request_.prepare_payload();
    parser_.emplace();
    parser_->body_limit(kBodyMax);
    if (exchange_->piece) parser_->body_limit(boost::none);
    sent_ = true;
    on_stream([this](auto& stream) {
      http::async_write(stream, request_, guarded([this](std::size_t) { read(); }));
    });
  }

  void read() {
    on_stream([this](auto& stream) {
      http::async_read_some(stream, buffer_, *parser_, guarded([this](std::size_t) { look(); }));
    });
  }

  void look() {
    const bool goes_on =
        exchange_->piece && parser_->is_header_done() && parser_->get().result_int() == 200;
    if (goes_on) {
      timer_.cancel();
      const std::uint64_t round = round_;
      const std::string piece = std::exchange(parser_->get().body(), {});
      if (!piece.empty()) {
        const auto tell = exchange_->piece;
        tell(piece);
      }
      if (round_ != round) return;  // it was ended from inside
    }
    if (!parser_->is_done()) return read();
    const bool keep = parser_->keep_alive();
    HttpAnswer answer{HttpAnswer::Fate::kAnswered,
                      static_cast<int>(parser_->get().result_int()),
                      std::move(parser_->get().body()),
                      {}};
    ++round_;
    timer_.cancel();
    if (!keep) close();
    finish(std::move(answer));
  }

  void broken(const std::string& why) {
    const auto fate = sent_ ? HttpAnswer::Fate::kBroken : HttpAnswer::Fate::kNotSent;
    close();
    finish({fate, 0, {}, endpoint_.host + ':' + std::to_string(endpoint_.port) + ": " + why});
  }

  void finish(HttpAnswer answer) {
    if (!exchange_) return;
    const auto done = std::move(exchange_->done);
    const auto finished = std::move(finished_);
    exchange_.reset();
    finished_ = nullptr;
    done(std::move(answer));
    if (finished) finished();
  }

  net::Loop& loop_;
  Endpoint endpoint_;
  std::shared_ptr<TlsSettings> tls_;
  tcp::resolver resolver_;
  asio::steady_timer timer_;
  std::unique_ptr<Plain> plain_;
  std::unique_ptr<Secure> secure_;
  beast::flat_buffer buffer_;
  http::request<http::string_body> request_;
  std::optional<http::response_parser<http::string_body>> parser_;
  std::optional<Exchange> exchange_;
  std::function<void()> finished_;
  bool opened_ = false;
  bool sent_ = false;  ///< the server may have seen the request
  std::uint64_t round_ = 0;
};

}  // namespace

struct HttpClient::Impl : std::enable_shared_from_this<HttpClient::Impl> {
  Impl(net::Loop& the_loop, Endpoint the_endpoint, std::shared_ptr<TlsSettings> the_tls)
      : loop(the_loop), endpoint(std::move(the_endpoint)), tls(std::move(the_tls)) {}

  void begin_queued() {
    for (const auto& it : connections) {
      if (queue.empty()) return;
      if (it->idle()) begin_on(*it);
    }
    if (queue.empty() || connections.size() >= kConnectionsMax) return;
    connections.push_back(std::make_shared<Connection>(loop, endpoint, tls));
    begin_on(*connections.back());
  }

  void begin_on(Connection& connection) {
    Exchange next = std::move(queue.front());
    queue.pop_front();
    connection.run(std::move(next), [weak = weak_from_this()] {
      if (const auto self = weak.lock()) self->begin_queued();
    });
  }

  net::Loop& loop;
  Endpoint endpoint;
  std::shared_ptr<TlsSettings> tls;
  std::vector<std::shared_ptr<Connection>> connections;
  std::deque<Exchange> queue;
};

HttpClient::HttpClient(net::Loop& loop, Endpoint endpoint, std::shared_ptr<TlsSettings> tls)
    : impl_(std::make_shared<Impl>(loop, std::move(endpoint), std::move(tls))) {}

HttpClient::~HttpClient() {
  for (const auto& it : impl_->connections) it->abandon();
  impl_->queue.clear();
}

void HttpClient::post(std::string path, std::string body, Duration limit, Done done) {
  Exchange exchange{
      std::move(path), std::move(body), impl_->loop.now() + limit, std::move(done), {}};
  // From the loop, so that nothing is answered from inside this call.
  impl_->loop.post([weak = std::weak_ptr(impl_), exchange = std::move(exchange)]() mutable {
    const auto self = weak.lock();
    if (self == nullptr) return;
    if (self->queue.size() >= kQueuedMax) {
      return exchange.done({HttpAnswer::Fate::kNotSent, 0, {}, "too many requests wait"});
    }
    self->queue.push_back(std::move(exchange));
    self->begin_queued();
  });
}

const Endpoint& HttpClient::endpoint() const { return impl_->endpoint; }

struct HttpStream::Impl {
  std::shared_ptr<Connection> connection;
};

HttpStream::HttpStream(net::Loop& loop,
                       const Endpoint& endpoint,
                       std::shared_ptr<TlsSettings> tls,
                       std::string path,
                       std::string body,
                       Duration limit,
                       Handler handler)
    : impl_(std::make_shared<Impl>()) {
  auto done = [ended = std::move(handler.ended)](const HttpAnswer& answer) {
    if (answer.fate != HttpAnswer::Fate::kAnswered) return ended(answer.problem);
    if (answer.status == 200) return ended("the server ended it");
    ended("status " + std::to_string(answer.status) + ": " + answer.body.substr(0, 200));
  };
  impl_->connection = std::make_shared<Connection>(loop, endpoint, std::move(tls));
  Exchange exchange{std::move(path),
                    std::move(body),
                    loop.now() + limit,
                    std::move(done),
                    std::move(handler.piece)};
  loop.post([weak = std::weak_ptr(impl_), exchange = std::move(exchange)]() mutable {
    if (const auto self = weak.lock()) self->connection->run(std::move(exchange), nullptr);
  });
}

HttpStream::~HttpStream() { impl_->connection->abandon(); }

}  // namespace holdfast::etcd
