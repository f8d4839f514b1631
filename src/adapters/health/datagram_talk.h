// A DNS question over UDP and its answer. Each probe has a socket, and so a source port, of its
// own.
#pragma once

#include <optional>

#include "adapters/health/talk.h"
#include "codec/health/dns.h"

namespace holdfast::health {

class DatagramTalk final : public Talk {
 public:
  DatagramTalk(const model::Check& check,
               const model::SocketAddress& target,
               model::DnsQuestion question);
  ~DatagramTalk() override;

  void begin(MonoTime now) override;
  void ready(MonoTime now) override;
  void expire(MonoTime now) override;

 private:
  void finish(codec::health::Judgement judgement, MonoTime now);

  const model::SocketAddress target_;
  const model::DnsQuestion question_;
  const std::optional<model::SocketAddress> wanted_;
  const Duration limit_;
  std::uint16_t id_ = 0;
  MonoTime started_{};
};

}  // namespace holdfast::health
