#include "engine/agent_driver.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "base/assert.h"

namespace holdfast::engine {
namespace {

/// True if `later` says all that `earlier` would, when nothing durable lies between them.
bool supersedes(const core::AgentAction& later, const core::AgentAction& earlier) {
  if (later.index() != earlier.index()) return false;
  if (const auto* command = std::get_if<core::PgCommand>(&later)) {
    return command->verb == std::get<core::PgCommand>(earlier).verb;
  }
  if (const auto* request = std::get_if<core::SendPromiseRequest>(&later)) {
    return request->to == std::get<core::SendPromiseRequest>(earlier).to;
  }
  if (const auto* grant = std::get_if<core::SendPromiseGrant>(&later)) {
    return grant->to == std::get<core::SendPromiseGrant>(earlier).to;
  }
  return true;
}

}  // namespace

AgentDriver::AgentDriver(const core::ClusterPolicy& policy, int self, AgentPorts& ports)
    : policy_(policy), ports_(ports) {
  state_.self = self;
}

void AgentDriver::handle(MonoTime now,
                         const core::PgObservation& pg,
                         std::uint32_t fresh_life,
                         core::AgentEvent event) {
  const core::PgObservation* seen = &pg;
  if (in_flight_ != 0 && command_waits()) {
    // To the rules, a command that waits for the disk is a command under way.
    held_ = pg;
    held_.busy = true;
    seen = &held_;
  }
  core::step_agent(policy_, state_, {now, *seen, fresh_life, std::move(event)}, step_);
  for (const core::Event& it : step_.events) ports_.event(it);
  for (core::AgentAction& action : step_.actions) {
    if (in_flight_ == 0) {
      perform(action);
    } else {
      enqueue(action);
    }
  }
  ports_.set_timer(step_.next_deadline);
}

void AgentDriver::persisted(std::uint64_t token) {
  if (token == 0 || token != in_flight_) return;
  in_flight_ = 0;
  while (in_flight_ == 0 && head_ < queue_.size()) perform(queue_[head_++]);
  if (head_ < queue_.size()) return;
  queue_.clear();
  head_ = 0;
}

void AgentDriver::crash() {
  const int self = state_.self;
  state_ = core::AgentState{};
  state_.self = self;
  queue_.clear();
  head_ = 0;
  in_flight_ = 0;
}

void AgentDriver::perform(const core::AgentAction& action) {
  if (const auto* persist = std::get_if<core::Persist>(&action)) {
    in_flight_ = ++tokens_;
    ports_.persist(persist->disk, in_flight_);
  } else if (const auto* command = std::get_if<core::PgCommand>(&action)) {
    ports_.postgres(*command);
  } else if (const auto* report = std::get_if<core::SendReport>(&action)) {
    ports_.send_report(*report);
  } else if (const auto* request = std::get_if<core::SendPromiseRequest>(&action)) {
    ports_.send_promise_request(request->to, request->request);
  } else if (const auto* grant = std::get_if<core::SendPromiseGrant>(&action)) {
    ports_.send_promise_grant(grant->to, grant->grant);
  } else {
    ports_.arm_guardian(std::get<core::ArmGuardian>(action).deadline);
  }
}

/// The queue stays short however long a write takes. Two writes that both wait become one: a later
/// disk holds all that an earlier one does, and being durable sooner than asked is safe. A message
/// or command that a later one makes needless is dropped, as long as no write stands between the
/// two.
void AgentDriver::enqueue(core::AgentAction& action) {
  const auto first = queue_.begin() + static_cast<std::ptrdiff_t>(head_);
  for (auto it = queue_.end(); it != first;) {
    --it;
    if (auto* earlier = std::get_if<core::Persist>(&*it)) {
      auto* later = std::get_if<core::Persist>(&action);
      if (later == nullptr) break;
      *earlier = std::move(*later);
      return;
    }
    if (supersedes(action, *it)) {
      queue_.erase(it);
      break;
    }
  }
  queue_.push_back(std::move(action));
}

bool AgentDriver::command_waits() const {
  return std::any_of(
      queue_.begin() + static_cast<std::ptrdiff_t>(head_),
      queue_.end(),
      [](const core::AgentAction& it) { return std::holds_alternative<core::PgCommand>(it); });
}

}  // namespace holdfast::engine
