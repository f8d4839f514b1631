#include "sim/instance.h"

#include <algorithm>
#include <utility>

#include "base/defect.h"
#include "sim/world.h"

namespace holdfast::sim {
namespace {

/// How soon an agent sees that something has changed in PostgreSQL.
constexpr Duration kNoticeMin = 200us;
constexpr Duration kNoticeMax = 1ms;

}  // namespace

Instance::Instance(World& world,
                   int index,
                   MemberRef ref,
                   Host& host,
                   Process& agent,
                   const core::ClusterPolicy& policy,
                   Prng prng)
    : world_(world),
      index_(index),
      ref_(ref),
      host_(host),
      agent_(agent),
      prng_(prng),
      postgres_(*this),
      guardian_(world.kernel(), host, postgres_, *this, policy.timing.detection / 3),
      driver_(policy, ref.member, *this) {}

Kernel& Instance::kernel() { return world_.kernel(); }
const PgTiming& Instance::timing() { return world_.options().postgres; }
Observer& Instance::observer() { return world_.observers(); }

void Instance::send(int member, const PgMessage& message) {
  if (!host_.running()) return;
  world_.send_postgres(*this, member, message);
}

Postgres* Instance::reachable_instance(int member) {
  Instance& peer = world_.instance({ref_.cluster, member});
  const bool open = world_.network().open_both(host_.index, peer.host_.index);
  return open && host_.running() && peer.host_.running() ? &peer.postgres_ : nullptr;
}

void Instance::changed() {
  if (change_pending_) return;
  change_pending_ = true;
  kernel().in(prng_.between(kNoticeMin, kNoticeMax), *this, kChangeSeen);
}

void Instance::client_done(WriteId write, ClientResult result) {
  if (host_.running()) world_.gateway().answer(host_.index, write, result);
}

void Instance::post(AgentWork work, std::uint64_t b) {
  agent_.post({work, static_cast<std::uint64_t>(index_), b});
}

void Instance::step(core::AgentEvent event) {
  const auto fresh_life = static_cast<std::uint32_t>(prng_.next()) | 1U;
  driver_.handle(host_now(), postgres_.observation(), fresh_life, std::move(event));
}

void Instance::agent_started() {
  core::AgentStarted started;
  started.disk = storage_.disk();
  started.boot = host_.boot;
  started.fresh_boot = started.disk.boot != host_.boot;
  started.unclean = true;
  step(std::move(started));
}

void Instance::agent_killed() {
  driver_.crash();
  storage_.interrupt(kernel().now(), prng_);
  held_ = 0;
  timer_.cancel();
}

void Instance::agent_work(const Process::Work& work) {
  switch (static_cast<AgentWork>(work.kind)) {
    case kMessage: {
      core::AgentEvent event = world_.to_agent()[work.b].event;
      world_.to_agent().release(work.b);
      return step(std::move(event));
    }
    case kTick: return step(core::Tick{});
    case kPgChanged: return step(core::PgChanged{});
    case kPersisted: return driver_.persisted(work.b);
  }
}

void Instance::power_loss() {
  const bool lies = !host_.power_loss_protection;
  guardian_.stop();
  postgres_.power_loss(lies);
  storage_.power_loss(kernel().now(), lies, prng_);
  hangs_ = 0;
  // With the host off its disk is not full: what had been seen of that is forgotten.
  static_cast<void>(postgres_.observation());
}

void Instance::replace_disk() {
  postgres_.replace_disk();
  storage_.wipe();
}

void Instance::suspend() { postgres_.freeze(true); }

void Instance::resume() {
  guardian_.resume();
  if (hangs_ == 0) postgres_.freeze(false);
  if (held_ != 0) persist_done(std::exchange(held_, 0));
}

void Instance::boot() {
  guardian_.start();
  // Since when it has been slow counts on the new clock.
  postgres_.slow(slow_by_);
}

void Instance::clock_changed() {
  guardian_.clock_changed();
  timer_.clock_changed(kernel(), host_.clock, *this, kTimer, 0);
}

void Instance::hang(bool begins) {
  hangs_ = std::max(0, hangs_ + (begins ? 1 : -1));
  if (host_.suspends == 0) postgres_.freeze(hangs_ > 0);
}

void Instance::slow(Duration by) {
  slow_by_ = std::max(Duration(0), slow_by_ + by);
  postgres_.slow(slow_by_);
}

void Instance::poison(bool begins) {
  poisons_ += begins ? 1 : -1;
  postgres_.poison(poisons_ > 0);
}

void Instance::wall_jumped(Duration by) {
  if (HF_DEFECT(kLeaseOnWallClock)) guardian_.shift(-by);
}

void Instance::persist(const core::AgentDisk& disk, std::uint64_t token) {
  storage_.begin(disk, token);
  const Duration fsync = timing().fsync;
  const Duration takes = prng_.between(fsync * 7 / 10, fsync * 13 / 10) + host_.extra_fsync;
  kernel().in(takes, *this, kPersistDone, token);
}

void Instance::persist_done(std::uint64_t token) {
  if (!host_.running()) {
    if (host_.powered) held_ = token;
    return;
  }
  if (storage_.finish(kernel().now(), token)) post(kPersisted, token);
}

void Instance::postgres(const core::PgCommand& command) { postgres_.command(command); }

void Instance::send_report(const core::SendReport& it) {
  world_.send_report(*this, it.heartbeat, it.report);
}

void Instance::send_promise_request(int to, const core::PromiseRequest& request) {
  world_.send_to_agent(host_.index, {ref_.cluster, to}, request);
}

void Instance::send_promise_grant(int to, const core::PromiseGrant& grant) {
  world_.send_to_agent(host_.index, {ref_.cluster, to}, grant);
}

void Instance::arm_guardian(MonoTime deadline) { guardian_.arm(deadline); }

void Instance::event(const core::Event& event) {
  observer().on_core_event(kernel().now(), ref_.cluster, host_.index, event);
}

void Instance::set_timer(MonoTime deadline) {
  timer_.set(kernel(), host_.clock, *this, kTimer, 0, deadline);
}

void Instance::on_event(std::uint32_t kind, std::uint64_t a, std::uint64_t b) {
  switch (kind) {
    case kTimer:
      if (timer_.fired(kernel(), host_.clock, *this, kTimer, 0, b)) post(kTick);
      return;
    case kPersistDone: return persist_done(a);
    case kChangeSeen:
      change_pending_ = false;
      // Processes that were started by a command under way are suspended with their host, too.
      if (host_.suspends > 0) postgres_.freeze(true);
      return post(kPgChanged);
    default: return guardian_.on_event(kind, b);
  }
}

}  // namespace holdfast::sim
