// A new session with a PostgreSQL server, one statement, and the end of the session.
//
// A session is never kept: what clients need is that a new one is taken. libpq stays in
// postgres_talk.cc.
#pragma once

#include "adapters/health/talk.h"
#include "model/socket_address.h"

namespace holdfast::health {

class PostgresTalk final : public Talk {
 public:
  explicit PostgresTalk(const model::Check& check);
  ~PostgresTalk() override;

  void begin(MonoTime now) override;
  void ready(MonoTime now) override;
  void expire(MonoTime now) override;

 private:
  struct Session;

  void connect(MonoTime now);
  void ask(MonoTime now);
  void receive(MonoTime now);
  void wait_for(std::uint32_t events);
  void finish(codec::health::Judgement judgement, MonoTime now);

  const model::Check check_;
  std::unique_ptr<Session> session_;
  MonoTime started_{};
  MonoTime asked_ = kLongAgo;
};

}  // namespace holdfast::health
