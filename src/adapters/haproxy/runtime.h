// One question to a running HAProxy over its runtime socket, without blocking the loop.
//
// Every question has a connection of its own: HAProxy answers one line and hangs up, so an answer
// is whole when it ends, and an HAProxy that was started anew needs no care. The order of questions
// is the caller's: the next one is asked when the one before is answered.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "adapters/net/loop.h"
#include "base/result.h"

namespace holdfast::haproxy {

inline constexpr Duration kAnswerLimit = 1s;
inline constexpr std::size_t kAnswerMax = 1U << 20;

class Question {
 public:
  using Done = std::function<void(Result<std::string> answer)>;

  /// Asks at once. `done` is called once, later, never from in here; it may destroy the question.
  /// `commands`: one line without its end, commands separated by `;`.
  Question(net::Loop& loop, const std::string& socket, const std::string& commands, Done done);
  /// Not answered yet: never will be.
  ~Question();
  Question(const Question&) = delete;
  Question& operator=(const Question&) = delete;

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace holdfast::haproxy
