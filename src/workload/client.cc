#include "workload/client.h"

#include <poll.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "workload/machine.h"
#include "workload/statements.h"

namespace holdfast::workload {
namespace {

constexpr Duration kStopLatency = 50ms;

/// An operation that was sent, on the connection that carries it.
struct UnderWay {
  Operation op;
  MonoTime sent{};
  std::unique_ptr<Session> session;
};

class Client {
 public:
  Client(const ClientPlan& plan, const ClientPorts& ports)
      : plan_(plan),
        ports_(ports),
        dialer_(plan.targets, plan.login, plan.dial, plan.first_target),
        prng_(plan.client) {}

  void run(const std::atomic<bool>& stop) {
    due_ = boot_now();
    for (;;) {
      const MonoTime now = boot_now();
      const bool stopping = stop.load(std::memory_order_relaxed);
      if (stopping && waiting_) end_waiting(now, "the run ended");
      if (stopping && under_way_.empty()) return;
      collect(now);
      if (!stopping) go_on(now);
      wait(now, stopping);
    }
  }

 private:
  void record(Operation& op, Outcome outcome, MonoTime now, std::string why) {
    op.outcome = outcome;
    op.complete = now;
    op.why = std::move(why);
    ports_.record(op);
  }

  void end_waiting(MonoTime now, const std::string& why) {
    record(*waiting_, Outcome::kRefused, now, "not sent: " + why);
    waiting_.reset();
  }

  /// Answers, and deadlines that passed without.
  void collect(MonoTime now) {
    for (std::size_t i = 0; i < under_way_.size();) {
      UnderWay& each = under_way_[i];
      if (std::optional<Answer> answer = each.session->take_answer()) {
        finish(each, *answer, now);
      } else if (now >= each.op.invoke + plan_.deadline) {
        record(each.op, Outcome::kUnknown, now, "no answer");
      } else {
        ++i;
        continue;
      }
      under_way_.erase(under_way_.begin() + static_cast<std::ptrdiff_t>(i));
    }
    if (idle_ && idle_->phase() != Session::Phase::kReady) idle_.reset();
    if (waiting_ && now >= waiting_->invoke + plan_.deadline) end_waiting(now, dialer_.trouble());
  }

  void finish(UnderWay& each, Answer& answer, MonoTime now) {
    const bool fine = answer.outcome == Outcome::kAcknowledged;
    if (fine && plan_.kind == OpKind::kRead && !answer.rows.empty() && answer.rows[0][0]) {
      each.op.id = std::stoll(*answer.rows[0][0]);
    }
    record(each.op, answer.outcome, now, fine ? std::string() : std::move(answer.why));
    // A server that refuses, for whatever reason, may not be the one to ask.
    if (fine && !idle_ && each.session->phase() == Session::Phase::kReady) {
      idle_ = std::move(each.session);
    }
  }

  [[nodiscard]] bool all_silent(MonoTime now) const {
    return std::all_of(under_way_.begin(), under_way_.end(), [&](const UnderWay& each) {
      return now >= each.sent + plan_.suspicion;
    });
  }

  [[nodiscard]] bool may_begin(MonoTime now) const {
    return !waiting_ && under_way_.size() < plan_.open_max && now >= due_ && all_silent(now);
  }

  void go_on(MonoTime now) {
    if (may_begin(now)) {
      waiting_ = next_operation(plan_, ports_, prng_, begun_++, now);
      due_ = std::max(due_ + plan_.pace, now);
      if (!idle_ && !under_way_.empty()) dialer_.avoid_last();
    }
    if (!idle_ && waiting_) {
      dialer_.step(now);
      idle_ = dialer_.take();
    }
    if (idle_) dialer_.stop();
    if (idle_ && waiting_) send(now);
  }

  void send(MonoTime now) {
    const std::string key = std::to_string(waiting_->key);
    if (plan_.kind == OpKind::kRead) {
      // The later a read began, the more its answer proves.
      waiting_->invoke = now;
      idle_->send(kReadStatement, {key});
    } else {
      const bool classless = plan_.data_classes.empty();
      idle_->send(kWriteStatement,
                  {std::to_string(waiting_->id),
                   key,
                   std::to_string(plan_.client),
                   classless ? std::string() : plan_.data_classes[waiting_->data_class]});
    }
    under_way_.push_back({std::move(*waiting_), now, std::move(idle_)});
    waiting_.reset();
  }

  [[nodiscard]] MonoTime next_deadline(MonoTime now, bool stopping) const {
    MonoTime deadline = now + kStopLatency;
    for (const UnderWay& each : under_way_) {
      deadline = std::min(deadline, each.op.invoke + plan_.deadline);
      const MonoTime silent = each.sent + plan_.suspicion;
      if (silent > now) deadline = std::min(deadline, silent);
    }
    if (waiting_) {
      deadline = std::min(deadline, waiting_->invoke + plan_.deadline);
      deadline = std::min(deadline, dialer_.next_deadline(now));
    } else if (!stopping && due_ > now) {
      deadline = std::min(deadline, due_);
    }
    return deadline;
  }

  /// For answers, connections and the next thing to do.
  void wait(MonoTime now, bool stopping) {
    std::vector<pollfd> polls;
    for (const UnderWay& each : under_way_) {
      polls.push_back({each.session->descriptor(), each.session->events(), 0});
    }
    if (idle_) polls.push_back({idle_->descriptor(), idle_->events(), 0});
    const std::size_t dialing = polls.size();
    dialer_.add_polls(polls);
    // An answer that is already there is not waited for.
    const bool answered = std::any_of(under_way_.begin(), under_way_.end(), [](const UnderWay& e) {
      return e.session->phase() != Session::Phase::kBusy;
    });
    const Duration left = std::max(Duration(0), next_deadline(now, stopping) - now);
    const timespec time = {left / 1s, (left % 1s).count() * 1000};
    const timespec none = {};
    if (ppoll(polls.data(), polls.size(), answered ? &none : &time, nullptr) <= 0) return;
    for (std::size_t i = 0; i < under_way_.size(); ++i) {
      if (polls[i].revents != 0) under_way_[i].session->advance();
    }
    if (idle_ && polls[under_way_.size()].revents != 0) idle_->advance();
    dialer_.polled(polls.data() + dialing);
  }

  const ClientPlan& plan_;
  const ClientPorts& ports_;
  Dialer dialer_;
  Prng prng_;
  MonoTime due_{};
  std::uint64_t begun_ = 0;
  std::optional<Operation> waiting_;  ///< begun, and not sent for want of a connection
  std::vector<UnderWay> under_way_;
  std::unique_ptr<Session> idle_;
};

}  // namespace

Operation next_operation(
    const ClientPlan& plan, const ClientPorts& ports, Prng& prng, std::uint64_t n, MonoTime now) {
  Operation op;
  op.kind = plan.kind;
  op.cluster = plan.cluster;
  op.client = plan.client;
  op.invoke = now;
  const auto keys = static_cast<std::uint64_t>(plan.keys);
  if (op.kind == OpKind::kRead) {
    op.key = static_cast<std::int32_t>(prng.below(keys));
  } else {
    // One after the other: a transaction that hangs keeps others from its key only.
    op.key = static_cast<std::int32_t>((n + plan.client * 7U) % keys);
    op.id = ports.next_id();
    op.data_class =
        static_cast<std::uint16_t>(n % std::max<std::size_t>(1, plan.data_classes.size()));
  }
  return op;
}

void run_client(const ClientPlan& plan, const ClientPorts& ports, const std::atomic<bool>& stop) {
  Client(plan, ports).run(stop);
}

}  // namespace holdfast::workload
