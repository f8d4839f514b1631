// TLS towards a probed target: a client that verifies by default, over a non-blocking socket.
//
// OpenSSL stays in tls.cc. One thread.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "adapters/health/socket.h"
#include "base/result.h"
#include "base/time.h"

namespace holdfast::health {

/// What all connections with the same trust share.
struct TlsTrust;

/// `authority`: a file of PEM certificates; empty: those of the system. The same arguments give the
/// same object while anybody holds it.
[[nodiscard]] Result<std::shared_ptr<TlsTrust>> load_trust(const std::string& authority,
                                                           bool verify);

class TlsSession {
 public:
  /// `name`: expected in the certificate and, unless it is an address, sent as SNI.
  TlsSession(std::shared_ptr<TlsTrust> trust, const std::string& name, int descriptor);
  ~TlsSession();
  TlsSession(const TlsSession&) = delete;
  TlsSession& operator=(const TlsSession&) = delete;

  // Each says kWait until the socket is ready again.
  IoState handshake();
  IoState send(const char* data, std::size_t size, std::size_t& sent);
  IoState receive(char* data, std::size_t size, std::size_t& received);
  /// Says goodbye if that is possible at once.
  void end();

  /// Of the peer's certificate, once it was shown: negative when it has ended.
  [[nodiscard]] std::optional<Duration> expires_in() const;
  /// Why the last call failed: a clause.
  [[nodiscard]] std::string problem() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace holdfast::health
