#include "workload/dialer.h"

#include <poll.h>

#include <algorithm>
#include <utility>

#include "base/assert.h"
#include "model/words.h"

namespace holdfast::workload {

Dialer::Dialer(std::vector<Target> targets, Login login, DialTimes times, std::size_t first)
    : targets_(std::move(targets)),
      login_(std::move(login)),
      times_(times),
      next_(targets_.empty() ? 0 : first % targets_.size()),
      not_before_(targets_.size(), kLongAgo) {
  HF_ASSERT(!targets_.empty());
}

bool Dialer::in_use(std::size_t target) const {
  return std::any_of(attempts_.begin(), attempts_.end(), [target](const Attempt& each) {
    return each.target == target;
  });
}

bool Dialer::may_start(MonoTime now) const {
  if (attempts_.empty()) return true;
  return attempts_.size() == 1 && now >= attempts_[0].started + times_.second_after;
}

void Dialer::start_next(MonoTime now) {
  for (std::size_t i = 0; i < targets_.size(); ++i) {
    const std::size_t target = (next_ + i) % targets_.size();
    if (in_use(target) || now < not_before_[target]) continue;
    not_before_[target] = now + times_.pause;
    next_ = (target + 1) % targets_.size();
    attempts_.push_back({target, now, std::make_unique<Session>(targets_[target], login_)});
    return;
  }
}

void Dialer::collect(MonoTime now) {
  for (std::size_t i = 0; i < attempts_.size();) {
    Attempt& each = attempts_[i];
    const Session::Phase phase = each.session->phase();
    if (phase == Session::Phase::kReady) {
      made_ = std::move(each.session);
      last_ = next_ = each.target;
      attempts_.clear();
      return;
    }
    const bool late = now >= each.started + times_.timeout;
    if (phase != Session::Phase::kBroken && !late) {
      ++i;
      continue;
    }
    trouble_ = targets_[each.target].host + ": " +
               (late ? "no answer within " + model::duration_text(times_.timeout)
                     : each.session->trouble());
    attempts_.erase(attempts_.begin() + static_cast<std::ptrdiff_t>(i));
  }
}

void Dialer::step(MonoTime now) {
  // An attempt may fail while it is started: then the next proxy has its turn at once.
  for (std::size_t round = 0; round <= targets_.size() && !made_; ++round) {
    collect(now);
    if (made_ || !may_start(now)) return;
    const std::size_t before = attempts_.size();
    start_next(now);
    if (attempts_.size() == before) return;
  }
}

void Dialer::stop() {
  attempts_.clear();
  made_.reset();
}

std::unique_ptr<Session> Dialer::take() { return std::move(made_); }

void Dialer::avoid_last() {
  if (next_ == last_) next_ = (last_ + 1) % targets_.size();
}

MonoTime Dialer::next_deadline(MonoTime now) const {
  MonoTime deadline = kNever;
  for (const Attempt& each : attempts_) {
    deadline = std::min(deadline, each.started + times_.timeout);
  }
  if (attempts_.size() == 2) return deadline;
  // Another attempt may start: when the first has been silent for long enough, and a proxy is free.
  const MonoTime allowed = attempts_.empty() ? now : attempts_[0].started + times_.second_after;
  for (std::size_t i = 0; i < targets_.size(); ++i) {
    if (!in_use(i)) deadline = std::min(deadline, std::max(allowed, not_before_[i]));
  }
  return deadline;
}

void Dialer::add_polls(std::vector<pollfd>& polls) const {
  for (const Attempt& each : attempts_) {
    polls.push_back({each.session->descriptor(), each.session->events(), 0});
  }
}

void Dialer::polled(const pollfd* polls) {
  for (Attempt& each : attempts_) {
    if ((polls++)->revents != 0) each.session->advance();
  }
}

}  // namespace holdfast::workload
