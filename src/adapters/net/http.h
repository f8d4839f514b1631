// HTTP/1.1: the controllers' /v1 over mutual TLS and a client for commands, and the same server
// without TLS for instances behind a proxy.
//
// Who asks is known by certificate; what it may do is the handler's to decide. Headers up to 8 KiB,
// bodies up to 1 MiB, 256 connections, and a limit of time on everything.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "adapters/net/link.h"

namespace holdfast::net {

struct HttpRequest {
  std::string method;
  std::string target;
  std::string body;
  std::string peer;  ///< the common name of the client's certificate; empty without TLS
  std::string role;  ///< its organizational unit: "host", or an operator's role
};

struct HttpResponse {
  int status = 200;
  std::string body;
  std::string content_type = "application/json";
  int retry_after_s = 0;  ///< tells the client when to come again; 0: nothing
};

inline constexpr Duration kAnswerLimit = 30s;

class HttpServer {
 public:
  /// May answer at once or later, on the loop's thread; only the first answer counts. A request
  /// that is not answered within kAnswerLimit gets 504.
  using Handler = std::function<void(const HttpRequest&, std::function<void(HttpResponse)> answer)>;
  /// Port 0 takes a free one. Without `tls` (null) everyone is served, as nobody.
  static Result<std::unique_ptr<HttpServer>> open(Loop& loop,
                                                  std::shared_ptr<TlsContext> tls,
                                                  model::Port port,
                                                  Handler handler);
  virtual ~HttpServer() = default;
  [[nodiscard]] virtual model::Port port() const = 0;
};

/// Blocking, for commands: connects, asks, and gives up after `limit`. `host` is also the name that
/// the server's certificate must have. kMaybeApplied when a request that could change something was
/// sent and no answer came; kDenied when one of the two does not accept the other's certificate.
Result<HttpResponse> http_request(const TlsContext& tls,
                                  const std::string& host,
                                  model::Port port,
                                  const std::string& method,
                                  const std::string& target,
                                  const std::string& body,
                                  Duration limit);

}  // namespace holdfast::net
