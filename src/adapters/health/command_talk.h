// A program that is run, in bounded time, and how it ends. A thread waits for it while it runs.
#pragma once

#include <atomic>
#include <thread>
#include <vector>

#include "adapters/health/talk.h"
#include "adapters/process/interrupt.h"

namespace holdfast::health {

class CommandTalk final : public Talk {
 public:
  explicit CommandTalk(const model::Check& check);
  /// Ends the program with all it has started.
  ~CommandTalk() override;

  void begin(MonoTime now) override;
  void ready(MonoTime now) override;
  void expire(MonoTime now) override;

 private:
  void work();
  void join(MonoTime now);

  const Duration limit_;
  std::vector<std::string> arguments_;
  process::Interrupt stop_;
  process::Interrupt ended_;  ///< raised by the thread, waited for by the loop
  std::thread thread_;
  codec::health::Judgement judgement_;  ///< the thread's until it has ended
  MonoTime started_{};
};

}  // namespace holdfast::health
