// One HTTP/1.1 connection for a client that can wait: a request, its answer, and again.
//
// Names are looked up afresh for each connection, because where a name leads is what changes in an
// outage; how long an answer may be kept is the resolver's business. Used by one thread.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "model/endpoints.h"

namespace holdfast::workload {

/// Where a service is found. Either a name or a numeric address.
struct Service {
  std::string host;
  model::Port port = 80;
};

/// "http://HOST", "http://HOST:PORT", with or without a slash at the end.
Result<Service> parse_service(const std::string& url);

struct HttpAnswer {
  int status = 0;
  std::string body;
};

class HttpCall {
 public:
  HttpCall() = default;
  ~HttpCall() { close(); }
  HttpCall(const HttpCall&) = delete;
  HttpCall& operator=(const HttpCall&) = delete;

  [[nodiscard]] bool connected() const { return socket_ >= 0; }
  /// Tries the name's addresses in the resolver's order, each for `patience` at most, until
  /// `deadline`.
  Result<void> connect(const Service& service, Duration patience, MonoTime deadline);
  /// Pre: connected. Any failure closes. `kMaybeApplied` once a byte may have left.
  Result<HttpAnswer> ask(const std::string& method,
                         const std::string& target,
                         const std::string& body,
                         MonoTime deadline);
  void close();
  /// The address that the connection leads to.
  [[nodiscard]] const std::string& address() const { return address_; }

 private:
  Result<void> send_all(const std::string& bytes, MonoTime deadline);
  Result<HttpAnswer> hear(MonoTime deadline);

  int socket_ = -1;
  std::string address_;
  std::string host_;
};

}  // namespace holdfast::workload
