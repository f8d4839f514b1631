#include "workload/serve/pool.h"

#include <poll.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "workload/machine.h"

namespace holdfast::workload {
namespace {

/// So soon a worker notices that the pool ends.
constexpr Duration kLook = 50ms;

Answer refused(const std::string& why) {
  Answer answer;
  answer.outcome = Outcome::kRefused;
  answer.why = "not sent: " + why;
  return answer;
}

void wait(std::vector<pollfd>& polls, MonoTime until) {
  const Duration left = std::clamp<Duration>(until - boot_now(), Duration(0), kLook);
  const timespec time = {0, left.count() * 1000};
  ppoll(polls.data(), polls.size(), &time, nullptr);
}

}  // namespace

/// One thread's connection, kept from one request to the next.
class Pool::Worker {
 public:
  Worker(Pool& pool, std::size_t first)
      : pool_(pool), dialer_(pool.targets_, pool.login_, {}, first) {}

  void run() {
    while (std::optional<Job> job = pool_.next()) job->done(serve(*job));
  }

 private:
  Answer serve(const Job& job) {
    if (!connect(job.deadline)) return refused(dialer_.trouble());
    session_->send(job.statement, job.parameters);
    Answer answer = hear(job.deadline);
    // A server that refuses, for whatever reason, may not be the one to ask.
    const bool keep = answer.outcome == Outcome::kAcknowledged;
    if (!keep || session_->phase() != Session::Phase::kReady) session_.reset();
    return answer;
  }

  /// A connection that an idle time has ended is noticed before anything is sent over it.
  bool connect(MonoTime deadline) {
    if (session_) {
      pollfd poll{session_->descriptor(), session_->events(), 0};
      if (::poll(&poll, 1, 0) > 0) session_->advance();
      if (session_->phase() == Session::Phase::kReady) return true;
      session_.reset();
    }
    while (!pool_.stopping()) {
      const MonoTime now = boot_now();
      dialer_.step(now);
      session_ = dialer_.take();
      if (session_ || now >= deadline) break;
      std::vector<pollfd> polls;
      dialer_.add_polls(polls);
      wait(polls, std::min(deadline, dialer_.next_deadline(now)));
      dialer_.polled(polls.data());
    }
    dialer_.stop();
    return session_ != nullptr;
  }

  Answer hear(MonoTime deadline) {
    for (;;) {
      if (std::optional<Answer> answer = session_->take_answer()) return std::move(*answer);
      if (boot_now() >= deadline || pool_.stopping()) {
        Answer answer;
        answer.why = "no answer in time";
        dialer_.avoid_last();
        return answer;
      }
      std::vector<pollfd> polls{{session_->descriptor(), session_->events(), 0}};
      wait(polls, deadline);
      session_->advance();
    }
  }

  Pool& pool_;
  Dialer dialer_;
  std::unique_ptr<Session> session_;
};

Pool::Pool(std::vector<Target> targets, Login login, int connections)
    : targets_(std::move(targets)), login_(std::move(login)) {
  for (int i = 0; i < connections; ++i) {
    threads_.emplace_back([this] { Worker(*this, 0).run(); });
  }
}

Pool::~Pool() {
  std::deque<Job> left;
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
    left.swap(waiting_);
  }
  changed_.notify_all();
  for (const Job& job : left) job.done(refused("this instance is ending"));
  for (std::thread& each : threads_) each.join();
}

void Pool::submit(Job job) {
  {
    const std::lock_guard lock(mutex_);
    if (!stop_ && waiting_.size() < kWaitingMax) {
      waiting_.push_back(std::move(job));
      changed_.notify_one();
      return;
    }
  }
  job.done(refused("too many requests wait already"));
}

std::optional<Job> Pool::next() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return stop_ || !waiting_.empty(); });
  if (stop_) return std::nullopt;
  Job job = std::move(waiting_.front());
  waiting_.pop_front();
  return job;
}

bool Pool::stopping() {
  const std::lock_guard lock(mutex_);
  return stop_;
}

}  // namespace holdfast::workload
