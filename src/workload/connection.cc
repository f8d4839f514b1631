#include "workload/connection.h"

#include <poll.h>

#include <algorithm>
#include <utility>

#include "workload/machine.h"

namespace holdfast::workload {
namespace {

/// Nobody measures these: they may take their time.
constexpr DialTimes kPatient{.timeout = 2s, .second_after = 500ms, .pause = 100ms};

void wait(std::vector<pollfd>& polls, MonoTime until) {
  const Duration left = std::max(Duration(0), until - boot_now());
  const timespec time = {left / 1s, (left % 1s).count() * 1000};
  ppoll(polls.data(), polls.size(), &time, nullptr);
}

}  // namespace

Result<Connection> Connection::open(const std::vector<Target>& targets,
                                    const Login& login,
                                    MonoTime deadline) {
  Dialer dialer(targets, login, kPatient, 0);
  for (;;) {
    const MonoTime now = boot_now();
    dialer.step(now);
    if (std::unique_ptr<Session> session = dialer.take()) return Connection(std::move(session));
    if (now >= deadline) {
      return fail(
          Errc::kUnavailable,
          "No proxy leads to a writable server. The last one tried was " + dialer.trouble() + ".");
    }
    std::vector<pollfd> polls;
    dialer.add_polls(polls);
    wait(polls, std::min(deadline, dialer.next_deadline(now)));
    dialer.polled(polls.data());
  }
}

Result<std::vector<Row>> Connection::ask(const std::string& statement,
                                         const std::vector<std::string>& parameters,
                                         MonoTime deadline) {
  if (session_->phase() != Session::Phase::kReady) {
    return fail(Errc::kUnavailable, "The connection is lost: " + session_->trouble() + ".");
  }
  session_->send(statement, parameters);
  for (;;) {
    if (std::optional<Answer> answer = session_->take_answer()) {
      if (answer->outcome == Outcome::kAcknowledged) return std::move(answer->rows);
      return fail(Errc::kUnavailable, "The server did not do as asked: " + answer->why + ".");
    }
    if (boot_now() >= deadline) return fail(Errc::kTimeout, "The server did not answer in time.");
    std::vector<pollfd> polls{{session_->descriptor(), session_->events(), 0}};
    wait(polls, deadline);
    session_->advance();
  }
}

}  // namespace holdfast::workload
