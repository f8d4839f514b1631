// An HTTP/1.1 client of one server, on the loop: requests over kept connections, and responses that
// go on.
//
// It says whether a request that failed can have reached the server, because that decides what may
// be tried again. It does not retry, follow redirects or choose between servers.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "adapters/net/link.h"
#include "adapters/net/loop.h"
#include "base/result.h"
#include "model/endpoints.h"

namespace holdfast::etcd {

/// Client certificate, key and trusted authority, loaded once and shared by all clients.
struct TlsSettings;
[[nodiscard]] Result<std::shared_ptr<TlsSettings>> load_tls(const net::TlsFiles& files);

struct Endpoint {
  std::string host;  ///< a name or an address; with TLS, what the server's certificate must name
  model::Port port = 0;

  friend bool operator==(const Endpoint&, const Endpoint&) = default;
};

struct HttpAnswer {
  enum class Fate {
    kAnswered,
    kNotSent,  ///< the server has not seen the request
    kBroken,   ///< it may have seen and obeyed it
  };
  Fate fate = Fate::kNotSent;
  int status = 0;
  std::string body;
  std::string problem;  ///< unless it was answered
};

inline constexpr std::size_t kConnectionsMax = 16;
inline constexpr std::size_t kQueuedMax = 256;

class HttpClient {
 public:
  using Done = std::function<void(HttpAnswer)>;

  /// `tls`: null for plain HTTP.
  HttpClient(net::Loop& loop, Endpoint endpoint, std::shared_ptr<TlsSettings> tls);
  /// What is under way is not answered any more.
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  /// `done` is called once, never from inside this call, about `limit` from now at the latest.
  void post(std::string path, std::string body, Duration limit, Done done);

  [[nodiscard]] const Endpoint& endpoint() const;

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

/// One request whose response goes on until either side ends it. Destroying it ends it, quietly.
class HttpStream {
 public:
  struct Handler {
    std::function<void(std::string_view piece)> piece;  ///< of a response with status 200
    std::function<void(const std::string& why)> ended;  ///< once
  };
  /// `limit`: until the response begins.
  HttpStream(net::Loop& loop,
             const Endpoint& endpoint,
             std::shared_ptr<TlsSettings> tls,
             std::string path,
             std::string body,
             Duration limit,
             Handler handler);
  ~HttpStream();
  HttpStream(const HttpStream&) = delete;
  HttpStream& operator=(const HttpStream&) = delete;

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace holdfast::etcd
