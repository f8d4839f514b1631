#include "adapters/health/datagram_talk.h"

#include <sys/epoll.h>
#include <sys/random.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "adapters/health/socket.h"
#include "model/words.h"

namespace holdfast::health {

using codec::health::refuse;

DatagramTalk::DatagramTalk(const model::Check& check,
                           const model::SocketAddress& target,
                           model::DnsQuestion question)
    : target_(target),
      question_(std::move(question)),
      wanted_(model::parse_address(check.answer)),
      limit_(std::min(check.timeout, check.answer_timeout)) {}

DatagramTalk::~DatagramTalk() { close_socket(descriptor_, Farewell::kOrderly); }

void DatagramTalk::begin(MonoTime now) {
  over_ = false;
  outcome_ = {};
  started_ = now;
  deadline_ = now + limit_;
  descriptor_ = open_datagram(target_);
  if (descriptor_ < 0) return finish(refuse(errno_words(errno)), now);
  events_ = EPOLLIN | EPOLLET;
  ++opened_;
  // Hard to guess, or anybody could answer.
  if (getrandom(&id_, sizeof id_, 0) != sizeof id_) ++id_;
  const std::string query = codec::health::dns_query(question_, id_);
  if (send(descriptor_, query.data(), query.size(), MSG_NOSIGNAL) < 0)
    finish(refuse(errno_words(errno)), now);
}

void DatagramTalk::ready(MonoTime now) {
  std::array<char, codec::health::kDnsAnswerMax> bytes;
  while (!over_) {
    const ssize_t n = recv(descriptor_, bytes.data(), bytes.size(), 0);
    if (n < 0 && errno == EAGAIN) return;
    if (n < 0) return finish(refuse(errno_words(errno)), now);
    const std::string_view answer(bytes.data(), static_cast<std::size_t>(n));
    // What answers another question, perhaps our last one, is passed over.
    if (!codec::health::is_dns_answer(answer, question_, id_)) continue;
    finish(codec::health::judge_dns(answer, question_, wanted_), now);
  }
}

void DatagramTalk::expire(MonoTime now) {
  finish(refuse("no answer within " + model::duration_text(limit_)), now);
}

void DatagramTalk::finish(codec::health::Judgement judgement, MonoTime now) {
  outcome_.answer = now - started_;
  deadline_ = kNever;
  close_socket(descriptor_, Farewell::kOrderly);
  end(std::move(judgement));
}

}  // namespace holdfast::health
