// A process with a loop ends when it is told to: SIGTERM and SIGINT stop the loop.
#pragma once

#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "adapters/net/loop.h"

namespace holdfast::apps {

/// Blocked before any thread exists, so that all of them inherit it and only the descriptor is
/// told.
class StopSignals {
 public:
  explicit StopSignals(net::Loop& loop)
      : descriptor_(open_descriptor()), watch_(loop, descriptor_, [this, &loop] {
          signalfd_siginfo info{};
          if (read(descriptor_, &info, sizeof info) > 0) loop.stop();
        }) {}

 private:
  static int open_descriptor() {
    signal(SIGPIPE, SIG_IGN);
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
    return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
  }

  int descriptor_;
  net::ReadWatch watch_;
};

}  // namespace holdfast::apps
