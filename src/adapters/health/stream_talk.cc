#include "adapters/health/stream_talk.h"

#include <sys/epoll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>

#include "adapters/process/clock.h"
#include "codec/health/hl7.h"
#include "model/words.h"

namespace holdfast::health {
namespace {

using codec::health::HttpReader;
using codec::health::pass;
using codec::health::refuse;
using model::CheckKind;

constexpr std::size_t kReadAtOnce = 16U << 10;

WallTime wall_now() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return WallTime(std::chrono::duration_cast<Duration>(now));
}

std::string name_of(const model::Check& check) {
  if (!check.server_name.empty()) return check.server_name;
  const std::string host = check.target.substr(0, check.target.rfind(':'));
  return host.starts_with('[') ? host.substr(1, host.size() - 2) : host;
}

}  // namespace

StreamTalk::StreamTalk(const model::Check& check,
                       const model::SocketAddress& target,
                       std::shared_ptr<TlsTrust> trust)
    : check_(check),
      target_(target),
      trust_(std::move(trust)),
      expected_(codec::health::http_expectation(check)),
      reader_(expected_.keeps()) {
  if (model::speaks_http(check.kind)) request_ = codec::health::http_request(check);
}

StreamTalk::~StreamTalk() { drop(Farewell::kReset); }

void StreamTalk::begin(MonoTime now) {
  over_ = false;
  outcome_.passed = false;
  outcome_.why.clear();
  outcome_.connect = outcome_.tls = outcome_.answer = {};
  started_ = now;
  if (tls_ != nullptr && now - opened_at_ > kTlsConnectionKept) drop(Farewell::kOrderly);
  if (descriptor_ < 0) return open(now);
  reused_ = true;
  if (tls_ != nullptr) outcome_.expires_in = tls_->expires_in();
  ask(now);
}

void StreamTalk::open(MonoTime now) {
  reused_ = false;
  outcome_.expires_in.reset();
  bool connected_at_once = false;
  descriptor_ = open_stream(target_, connected_at_once);
  if (descriptor_ < 0) return finish(refuse(errno_words(errno)), now, false);
  events_ = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
  ++opened_;
  opened_at_ = now;
  enter(Phase::kConnect, now, check_.connect_timeout);
  if (connected_at_once) connected(now);
}

void StreamTalk::enter(Phase phase, MonoTime now, Duration limit) {
  phase_ = phase;
  phase_since_ = now;
  const MonoTime whole = started_ + check_.timeout;
  whole_ends_first_ = whole < now + limit;
  deadline_ = whole_ends_first_ ? whole : now + limit;
}

void StreamTalk::ready(MonoTime now) {
  switch (phase_) {
    case Phase::kIdle: return look_at_idle();
    case Phase::kConnect: {
      const int error = connect_error(descriptor_);
      if (error != 0) return finish(refuse(errno_words(error)), now, false);
      return connected(now);
    }
    case Phase::kTls: return handshake(now);
    case Phase::kAnswer: return converse(now);
  }
}

/// A connection that was kept has ended, or its peer says what nobody asked for.
void StreamTalk::look_at_idle() {
  char byte = 0;
  const ssize_t n = recv(descriptor_, &byte, 1, MSG_PEEK);
  if (n >= 0 || errno != EAGAIN) drop(Farewell::kOrderly);
}

void StreamTalk::connected(MonoTime now) {
  outcome_.connect = now - phase_since_;
  if (check_.kind == CheckKind::kTcp) return finish(pass(), now, false);
  if (trust_ == nullptr) return ask(now);
  tls_ = std::make_unique<TlsSession>(trust_, name_of(check_), descriptor_);
  enter(Phase::kTls, now, check_.tls_timeout);
  handshake(now);
}

void StreamTalk::handshake(MonoTime now) {
  const IoState state = tls_->handshake();
  if (state == IoState::kWait) return;
  outcome_.expires_in = tls_->expires_in();
  if (state != IoState::kDone) {
    const bool ended = state == IoState::kEnded;
    const std::string why = ended ? "the other side ended the handshake" : tls_->problem();
    return finish(refuse(why), now, false);
  }
  // The handshake took its time outside of our clock.
  now = process::boot_now();
  outcome_.tls = now - phase_since_;
  if (check_.kind == CheckKind::kTls) return finish(pass(), now, false);
  ask(now);
}

void StreamTalk::ask(MonoTime now) {
  enter(Phase::kAnswer, now, check_.answer_timeout);
  sent_ = 0;
  if (check_.kind == CheckKind::kHl7) {
    answer_.clear();
    control_id_ = "HF" + std::to_string(wall_now().time_since_epoch().count() % 1'000'000'000) +
                  std::to_string(++messages_ % 1'000'000);
    request_ = codec::health::hl7_request(check_, control_id_, wall_now());
  } else {
    reader_.clear();
  }
  // On an idle connection nothing waits to be read; a new one may have spoken first.
  if (!reused_) return converse(now);
  if (send_rest() == IoState::kFailed) broke(problem(), now);
}

void StreamTalk::converse(MonoTime now) {
  if (send_rest() == IoState::kFailed) return broke(problem(), now);
  receive(now);
}

IoState StreamTalk::send_rest() {
  IoState state = IoState::kDone;
  while (sent_ < request_.size() && state == IoState::kDone) {
    std::size_t sent = 0;
    state = transmit(request_.data() + sent_, request_.size() - sent_, sent);
    sent_ += sent;
  }
  return state;
}

std::string StreamTalk::problem() const {
  return tls_ != nullptr ? tls_->problem() : errno_words(error_);
}

void StreamTalk::receive(MonoTime now) {
  std::array<char, kReadAtOnce> bytes;
  while (!over_) {
    std::size_t received = 0;
    const IoState state = collect(bytes.data(), bytes.size(), received);
    if (state == IoState::kWait) return;
    if (state == IoState::kEnded) return peer_ended(now);
    if (state == IoState::kFailed) return broke(problem(), now);
    reused_ = false;
    take({bytes.data(), received}, now);
  }
}

void StreamTalk::take(std::string_view bytes, MonoTime now) {
  if (check_.kind == CheckKind::kHl7) {
    answer_ += bytes;
    if (codec::health::hl7_is_whole(answer_))
      finish(codec::health::judge_hl7(answer_, control_id_), now, false);
    return;
  }
  switch (reader_.take(bytes)) {
    case HttpReader::State::kMore: return;
    case HttpReader::State::kBroken: return finish(refuse(reader_.problem()), now, false);
    case HttpReader::State::kDone:
      return finish(codec::health::judge_http(expected_, reader_), now, reader_.keeps_alive());
  }
}

void StreamTalk::peer_ended(MonoTime now) {
  if (reused_) return broke({}, now);
  if (check_.kind == CheckKind::kHl7)
    return finish(answer_.empty() ? refuse("the connection ends without an answer")
                                  : codec::health::judge_hl7(answer_, control_id_),
                  now,
                  false);
  const bool done = reader_.end() == HttpReader::State::kDone;
  finish(
      done ? codec::health::judge_http(expected_, reader_) : refuse(reader_.problem()), now, false);
}

/// A kept connection may have been ended by the peer just before: that is no failure of the target.
void StreamTalk::broke(std::string why, MonoTime now) {
  if (!reused_) return finish(refuse(std::move(why)), now, false);
  drop(Farewell::kReset);
  open(now);
}

void StreamTalk::expire(MonoTime now) {
  constexpr std::array kMissing = {"", "no connection", "no TLS handshake", "no whole answer"};
  const Duration limit = whole_ends_first_ ? check_.timeout : deadline_ - phase_since_;
  finish(refuse(std::string(kMissing[static_cast<std::size_t>(phase_)]) + " within " +
                model::duration_text(limit)),
         now,
         false);
}

void StreamTalk::finish(codec::health::Judgement judgement, MonoTime now, bool keep) {
  const Duration spent = now - phase_since_;
  if (phase_ == Phase::kConnect && outcome_.connect == Duration{}) outcome_.connect = spent;
  if (phase_ == Phase::kTls && outcome_.tls == Duration{}) outcome_.tls = spent;
  if (phase_ == Phase::kAnswer) outcome_.answer = spent;
  const bool orderly = judgement.passed && check_.kind != CheckKind::kTcp;
  if (!keep) drop(orderly ? Farewell::kOrderly : Farewell::kReset);
  phase_ = Phase::kIdle;
  deadline_ = kNever;
  end(std::move(judgement));
}

void StreamTalk::drop(Farewell farewell) {
  if (tls_ != nullptr && farewell == Farewell::kOrderly) tls_->end();
  tls_.reset();
  close_socket(descriptor_, farewell);
}

IoState StreamTalk::transmit(const char* data, std::size_t size, std::size_t& sent) {
  if (tls_ != nullptr) return tls_->send(data, size, sent);
  const ssize_t n = ::send(descriptor_, data, size, MSG_NOSIGNAL);
  error_ = n < 0 ? errno : 0;
  if (n < 0) return error_ == EAGAIN ? IoState::kWait : IoState::kFailed;
  sent = static_cast<std::size_t>(n);
  return IoState::kDone;
}

IoState StreamTalk::collect(char* data, std::size_t size, std::size_t& received) {
  if (tls_ != nullptr) return tls_->receive(data, size, received);
  const ssize_t n = recv(descriptor_, data, size, 0);
  error_ = n < 0 ? errno : 0;
  if (n < 0) return error_ == EAGAIN ? IoState::kWait : IoState::kFailed;
  received = static_cast<std::size_t>(n);
  return n == 0 ? IoState::kEnded : IoState::kDone;
}

}  // namespace holdfast::health
