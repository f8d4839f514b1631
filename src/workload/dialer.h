// Finds a proxy that leads to a server which takes writes, quickly and without blocking.
//
// Proxies are tried in order, beginning with the one that worked last. One that refuses is left at
// once; while one keeps silent, a second is tried beside it after a moment, and the first to let
// the client in wins. A proxy is tried again only after a pause, so that a refusing site is asked
// often but not in a busy loop. Used by one thread.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "base/time.h"
#include "workload/login.h"
#include "workload/session.h"

struct pollfd;

namespace holdfast::workload {

struct DialTimes {
  Duration timeout = 800ms;       ///< from the first packet to being logged in
  Duration second_after = 100ms;  ///< of silence
  Duration pause = 25ms;          ///< between two tries of one proxy
};

class Dialer {
 public:
  /// `first`: the place of the proxy to begin with.
  Dialer(std::vector<Target> targets, Login login, DialTimes times, std::size_t first);

  /// Starts, drops and ends attempts; call it again at next_deadline() or when a poll says so.
  void step(MonoTime now);
  /// Drops what is under way.
  void stop();
  /// The connection that was made, once.
  std::unique_ptr<Session> take();
  /// The next dialing begins behind the proxy that was taken last: it does not answer.
  void avoid_last();

  [[nodiscard]] MonoTime next_deadline(MonoTime now) const;
  void add_polls(std::vector<pollfd>& polls) const;
  /// `polls`: those that add_polls added, after the poll.
  void polled(const pollfd* polls);

  [[nodiscard]] const std::string& trouble() const { return trouble_; }

 private:
  struct Attempt {
    std::size_t target = 0;
    MonoTime started{};
    std::unique_ptr<Session> session;
  };

  void collect(MonoTime now);
  void start_next(MonoTime now);
  [[nodiscard]] bool in_use(std::size_t target) const;
  [[nodiscard]] bool may_start(MonoTime now) const;

  std::vector<Target> targets_;
  Login login_;
  DialTimes times_;
  std::size_t next_;  ///< the target to try next
  std::size_t last_ = 0;
  std::vector<MonoTime> not_before_;  ///< by target
  std::vector<Attempt> attempts_;     ///< at most two
  std::unique_ptr<Session> made_;
  std::string trouble_ = "no proxy was tried yet";
};

}  // namespace holdfast::workload
