#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <map>
#include <optional>
#include <utility>

#include "adapters/net/acceptor_impl.h"
#include "adapters/net/http.h"

namespace holdfast::net {
namespace http = boost::beast::http;
using Error_code = boost::system::error_code;
namespace {

constexpr std::uint32_t kHeaderMax = 8U << 10;
constexpr std::uint64_t kBodyMax = 1U << 20;
/// From when a connection is idle to the end of its next request.
constexpr Duration kRequestLimit = 30s;
constexpr Duration kWriteLimit = 10s;
constexpr Duration kGoodbyeLimit = 1s;

/// A connection as the server sees it, whatever carries it.
class Connection {
 public:
  virtual ~Connection() = default;
  virtual void read() = 0;
  virtual void close() = 0;
};

/// What the server and its connections share.
struct Shared {
  Loop& loop;
  HttpServer::Handler handler;
  std::shared_ptr<Acceptor> acceptor{};
  std::map<std::uint64_t, std::shared_ptr<Connection>> connections{};
  std::uint64_t last = 0;
};

/// Says that nothing more will be sent.
void say_goodbye(TlsStream& stream, std::function<void()> said) {
  stream.async_shutdown([said = std::move(said)](const Error_code&) { said(); });
}

void say_goodbye(boost::asio::ip::tcp::socket& socket, std::function<void()> said) {
  Error_code ignored;
  socket.shutdown(boost::asio::socket_base::shutdown_send, ignored);
  said();
}

HttpResponse problem(int status, const std::string& what) {
  return {status, "{\"error\":\"" + what + "\"}\n"};
}

/// One connection: a request, its answer, and again.
template <class Stream>
class Session final : public Connection, public std::enable_shared_from_this<Session<Stream>> {
 public:
  Session(std::weak_ptr<Shared> shared,
          Loop& loop,
          std::uint64_t id,
          std::shared_ptr<Stream> stream,
          PeerName who)
      : shared_(std::move(shared)),
        loop_(loop),
        id_(id),
        stream_(std::move(stream)),
        who_(std::move(who)),
        timer_(loop, [this] { timed_out(); }) {}

  void read() override;
  void close() override;

 private:
  void got(const Error_code& error);
  void ask();
  void answer(HttpResponse response);
  void timed_out();
  void end();

  std::weak_ptr<Shared> shared_;
  Loop& loop_;
  std::uint64_t id_;
  std::shared_ptr<Stream> stream_;
  PeerName who_;
  Timer timer_;
  boost::beast::flat_buffer buffer_{kHeaderMax + kBodyMax};
  std::optional<http::request_parser<http::string_body>> parser_;
  http::response<http::string_body> response_;
  std::uint64_t asked_ = 0;  ///< requests so far
  bool waiting_ = false;     ///< for the handler's answer
  bool stay_ = false;        ///< another request may follow
  bool closed_ = false;
};

template <class Stream>
void Session<Stream>::read() {
  parser_.emplace();
  parser_->header_limit(kHeaderMax);
  parser_->body_limit(kBodyMax);
  timer_.set(loop_.now() + kRequestLimit);
  http::async_read(*stream_,
                   buffer_,
                   *parser_,
                   [self = this->shared_from_this()](const Error_code& error, std::size_t) {
                     if (!self->closed_) self->got(error);
                   });
}

template <class Stream>
void Session<Stream>::got(const Error_code& error) {
  timer_.cancel();
  stay_ = !error && parser_->keep_alive();
  if (!error) return ask();
  // What cannot be read is answered, and then the connection has lost its place.
  if (error == http::error::header_limit) return answer(problem(431, "the header is too long"));
  if (error == http::error::body_limit) return answer(problem(413, "the body is too long"));
  const bool malformed = error.category() == make_error_code(http::error::bad_method).category();
  if (malformed && error != http::error::end_of_stream && error != http::error::partial_message) {
    return answer(problem(400, "this is no HTTP/1.1 request"));
  }
  end();
}

template <class Stream>
void Session<Stream>::ask() {
  const auto shared = shared_.lock();
  if (!shared) return end();
  auto& message = parser_->get();
  HttpRequest request;
  request.method = std::string(message.method_string());
  request.target = std::string(message.target());
  request.body = std::move(message.body());
  request.peer = who_.name;
  request.role = who_.unit;
  const std::uint64_t asked = ++asked_;
  waiting_ = true;
  timer_.set(loop_.now() + kAnswerLimit);
  const std::weak_ptr<Session<Stream>> weak = this->weak_from_this();
  shared->handler(request, [weak, asked](HttpResponse response) {
    const auto self = weak.lock();
    if (!self || self->closed_ || !self->waiting_ || self->asked_ != asked) return;
    self->answer(std::move(response));
  });
}

template <class Stream>
void Session<Stream>::answer(HttpResponse response) {
  waiting_ = false;
  const auto& request = parser_->get();
  response_ = {};
  response_.version(11);
  response_.result(static_cast<unsigned>(response.status));
  response_.keep_alive(stay_);
  response_.set(http::field::content_type, response.content_type);
  response_.set(http::field::cache_control, "no-store");
  if (response.retry_after_s > 0)
    response_.set(http::field::retry_after, std::to_string(response.retry_after_s));
  response_.body() = std::move(response.body);
  response_.prepare_payload();
  // The length of what a GET would get, and nothing of it.
  if (request.method() == http::verb::head) response_.body().clear();
  timer_.set(loop_.now() + kWriteLimit);
  http::async_write(
      *stream_, response_, [self = this->shared_from_this()](const Error_code& error, std::size_t) {
        if (self->closed_) return;
        if (error) return self->end();
        if (self->stay_) return self->read();
        self->timer_.set(self->loop_.now() + kGoodbyeLimit);
        say_goodbye(*self->stream_, [self] { self->end(); });
      });
}

template <class Stream>
void Session<Stream>::timed_out() {
  const auto self = this->shared_from_this();
  if (waiting_) return answer(problem(504, "no answer in time"));
  end();
}

template <class Stream>
void Session<Stream>::close() {
  closed_ = true;
  timer_.cancel();
  net::close(*stream_);
}

template <class Stream>
void Session<Stream>::end() {
  if (closed_) return;
  close();
  const auto shared = shared_.lock();
  if (!shared) return;
  shared->acceptor->released();
  shared->connections.erase(id_);
}

class Server final : public HttpServer {
 public:
  explicit Server(std::shared_ptr<Shared> shared) : shared_(std::move(shared)) {}
  ~Server() override {
    shared_->acceptor->close();
    for (const auto& [id, each] : shared_->connections) each->close();
  }
  [[nodiscard]] model::Port port() const override { return shared_->acceptor->port(); }

 private:
  std::shared_ptr<Shared> shared_;
};

template <class Stream>
void take(const std::weak_ptr<Shared>& weak, std::shared_ptr<Stream> stream, const PeerName& who) {
  const auto shared = weak.lock();
  if (!shared) return;
  const std::uint64_t id = ++shared->last;
  auto session = std::make_shared<Session<Stream>>(weak, shared->loop, id, std::move(stream), who);
  shared->acceptor->taken();
  shared->connections.emplace(id, session);
  session->read();
}

}  // namespace

Result<std::unique_ptr<HttpServer>> HttpServer::open(Loop& loop,
                                                     std::shared_ptr<TlsContext> tls,
                                                     model::Port port,
                                                     Handler handler) {
  using Socket = boost::asio::ip::tcp::socket;
  auto shared = std::make_shared<Shared>(Shared{loop, std::move(handler)});
  Acceptor::Handler callbacks;
  const std::weak_ptr<Shared> weak = shared;
  callbacks.accepted = [weak](std::shared_ptr<TlsStream> stream, const PeerName& who) {
    take(weak, std::move(stream), who);
  };
  callbacks.refused = [](const std::string&) {};
  callbacks.plain = [weak](Socket socket) {
    take(weak, std::make_shared<Socket>(std::move(socket)), PeerName{});
  };
  auto acceptor = Acceptor::open(loop, std::move(tls), port, std::move(callbacks));
  if (!acceptor) return tl::unexpected(std::move(acceptor).error());
  shared->acceptor = std::move(*acceptor);
  return std::unique_ptr<HttpServer>(std::make_unique<Server>(std::move(shared)));
}

}  // namespace holdfast::net
