// HTTP/1.1 over mutual TLS: the controllers' /v1, and a client for commands.
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
  std::string peer;  ///< the common name of the client's certificate
  std::string role;  ///< its organizational unit: "host", or an operator's role
};

struct HttpResponse {
  int status = 200;
  std::string body;
  std::string content_type = "application/json";
};

class HttpServer {
 public:
  /// May answer later, on the loop's thread, once. A request that is never answered times out with
  /// 504.
  using Handler = std::function<void(const HttpRequest&, std::function<void(HttpResponse)> answer)>;
  static Result<std::unique_ptr<HttpServer>> open(Loop& loop,
                                                  std::shared_ptr<TlsContext> tls,
                                                  model::Port port,
                                                  Handler handler);
  virtual ~HttpServer() = default;
};

/// Blocking, for commands: connects, asks, and gives up after `limit`.
Result<HttpResponse> http_request(const TlsContext& tls,
                                  const std::string& host,
                                  model::Port port,
                                  const std::string& method,
                                  const std::string& target,
                                  const std::string& body,
                                  Duration limit);

}  // namespace holdfast::net
