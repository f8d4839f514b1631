// Framed messages between the processes of a site, over TCP and mutual TLS.
//
// A link is a datagram service with an order: what cannot be sent now is dropped, because every
// message here is repeated or asked for again by whoever needs it. Who is at the other end is known
// by its certificate, whose common name is the host's name in the site file and whose
// organizational unit is "host". TLS 1.3 only. A peer that stays silent for a second is gone; idle
// links see to it by themselves that they are not silent.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "adapters/net/loop.h"
#include "base/result.h"
#include "model/endpoints.h"

namespace holdfast::net {

/// Paths of PEM files; each part of a site has its own.
struct TlsFiles {
  std::string authority;
  std::string certificate;
  std::string key;
};

/// Certificate, key and trusted authority, loaded once; shared by all links of a process.
class TlsContext {
 public:
  static Result<std::shared_ptr<TlsContext>> load(const TlsFiles& files);
  virtual ~TlsContext() = default;
};

inline constexpr std::size_t kFrameMax = 1U << 20;  ///< bytes; a longer one ends the connection

/// The outgoing side. Connects, and connects again for as long as it lives.
class Link {
 public:
  struct Handler {
    std::function<void(std::string_view frame)> frame;
    std::function<void()> up;    ///< connected, and each has accepted the other; may be empty
    std::function<void()> down;  ///< may be empty
  };
  /// `peer`: the host to reach, and the name its certificate must have.
  Link(Loop& loop,
       std::shared_ptr<TlsContext> tls,
       std::string peer,
       model::Port port,
       Handler handler);
  ~Link();
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;

  /// Dropped while there is no connection, or while too much waits to be sent.
  /// Pre: not empty, at most kFrameMax bytes.
  void send(std::string frame);
  [[nodiscard]] bool up() const;
  /// Why it is not up, for people; empty while it is.
  [[nodiscard]] const std::string& problem() const;

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

/// The accepting side.
class Listener {
 public:
  using Connection = std::uint64_t;  ///< never reused in one process
  struct Handler {
    std::function<void(Connection, const std::string& peer, std::string_view frame)> frame;
    std::function<void(Connection, const std::string& peer)> closed;  ///< may be empty
    /// Someone was not let in; may be empty.
    std::function<void(const std::string& why)> refused = {};
  };
  /// Listens on every address, IPv4 and IPv6; port 0 takes a free one.
  static Result<std::unique_ptr<Listener>> open(Loop& loop,
                                                std::shared_ptr<TlsContext> tls,
                                                model::Port port,
                                                Handler handler);
  ~Listener();
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  /// Dropped if that connection is closed, or while too much waits to be sent on it.
  void send(Connection to, std::string frame);
  [[nodiscard]] model::Port port() const;

 private:
  struct Impl;
  explicit Listener(std::shared_ptr<Impl> impl);
  std::shared_ptr<Impl> impl_;
};

}  // namespace holdfast::net
