// Probes over one TCP connection: connect, TLS if wanted, a request and its answer.
//
// Covers the kinds tcp, tls, http, https and hl7. A connection of HTTP is kept for the next probe
// where the peer agrees; one over TLS for at most a minute, so that a new certificate is seen.
#pragma once

#include <memory>
#include <string>

#include "adapters/health/socket.h"
#include "adapters/health/talk.h"
#include "adapters/health/tls.h"
#include "codec/health/http.h"

namespace holdfast::health {

inline constexpr Duration kTlsConnectionKept = 1min;

class StreamTalk final : public Talk {
 public:
  /// `trust`: null for kinds without TLS.
  StreamTalk(const model::Check& check,
             const model::SocketAddress& target,
             std::shared_ptr<TlsTrust> trust);
  ~StreamTalk() override;

  void begin(MonoTime now) override;
  void ready(MonoTime now) override;
  void expire(MonoTime now) override;

 private:
  enum class Phase : std::uint8_t { kIdle, kConnect, kTls, kAnswer };

  void open(MonoTime now);
  void enter(Phase phase, MonoTime now, Duration limit);
  void connected(MonoTime now);
  void handshake(MonoTime now);
  void ask(MonoTime now);
  void converse(MonoTime now);
  IoState send_rest();
  [[nodiscard]] std::string problem() const;
  void look_at_idle();
  void receive(MonoTime now);
  void take(std::string_view bytes, MonoTime now);
  void peer_ended(MonoTime now);
  void broke(std::string why, MonoTime now);
  void finish(codec::health::Judgement judgement, MonoTime now, bool keep);
  void drop(Farewell farewell);
  IoState transmit(const char* data, std::size_t size, std::size_t& sent);
  IoState collect(char* data, std::size_t size, std::size_t& received);

  const model::Check check_;
  const model::SocketAddress target_;
  const std::shared_ptr<TlsTrust> trust_;
  const codec::health::HttpExpectation expected_;
  codec::health::HttpReader reader_;
  std::unique_ptr<TlsSession> tls_;
  std::string request_;
  std::string answer_;  ///< of HL7
  std::string control_id_;
  std::uint64_t messages_ = 0;
  std::size_t sent_ = 0;
  Phase phase_ = Phase::kIdle;
  MonoTime started_{};
  MonoTime phase_since_{};
  MonoTime opened_at_{};
  bool whole_ends_first_ = false;
  bool reused_ = false;  ///< the connection is an old one, and nothing has come back on it yet
  int error_ = 0;        ///< errno of the last transmit() or collect() without TLS
};

}  // namespace holdfast::health
