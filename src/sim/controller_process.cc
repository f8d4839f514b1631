#include "sim/controller_process.h"

#include <utility>

#include "sim/world.h"

namespace holdfast::sim {

ControllerProcess::ControllerProcess(World& world, int place, Host& host)
    : world_(world), place_(place), host_(host), site_view_(world.site()) {
  for (int i = 0; i < world.clusters(); ++i) {
    seats_.push_back(std::make_unique<Seat>(*this, i, world.policy(i)));
  }
}

engine::Moment ControllerProcess::moment() {
  const SimTime t = world_.kernel().now();
  const MonoTime now = host_.now(t);
  return {now, host_.wall(t), site_view_.hint(now, under_way_)};
}

void ControllerProcess::report_arrived(std::uint64_t slot) {
  world_.to_controller().retain(slot);
  post({kReport, slot, 0}, true);
}

void ControllerProcess::store_answered(int cluster,
                                       std::uint64_t caller,
                                       std::uint64_t token,
                                       const engine::StoreAnswer& answer) {
  if (caller != life()) return;
  News news;
  news.kind = News::Kind::kAnswer;
  news.cluster = cluster;
  news.token = token;
  news.answer = answer;
  post({kNews, news_.put(std::move(news)), 0});
}

void ControllerProcess::watched(int cluster, const core::RecordPtr& record) {
  News news;
  news.kind = News::Kind::kWatch;
  news.cluster = cluster;
  news.answer.record = record;
  post({kNews, news_.put(std::move(news)), 0});
}

void ControllerProcess::operate(int cluster, const core::OperatorCommand& command) {
  News news;
  news.kind = News::Kind::kOperator;
  news.cluster = cluster;
  news.command = command;
  post({kNews, news_.put(std::move(news)), 0});
}

void ControllerProcess::clock_changed() {
  for (std::size_t i = 0; i < seats_.size(); ++i) {
    seats_[i]->timer.clock_changed(world_.kernel(), host_.clock, *this, kTimer, i);
  }
}

void ControllerProcess::use_policies(const std::vector<core::ClusterPolicy>& policies) {
  for (std::size_t i = 0; i < seats_.size(); ++i) seats_[i]->driver.use_policy(policies[i]);
}

const engine::ControllerDriver& ControllerProcess::driver(int cluster) const {
  return seats_[static_cast<std::size_t>(cluster)]->driver;
}

void ControllerProcess::on_start() {
  site_view_.restart(host_.now(world_.kernel().now()));
  under_way_ = 0;
  for (std::size_t i = 0; i < seats_.size(); ++i) {
    seats_[i]->steady = true;
    seats_[i]->exposure = Duration(0);
    seats_[i]->driver.start(moment());
  }
}

void ControllerProcess::on_kill() {
  for (const auto& it : seats_) it->timer.cancel();
}

void ControllerProcess::run(const Work& work) {
  switch (static_cast<WorkKind>(work.kind)) {
    case kReport: {
      const ToController& it = world_.to_controller()[work.a];
      const core::MemberPolicy& member =
          world_.policy(it.cluster).members[static_cast<std::size_t>(it.member)];
      site_view_.heard(member.host, host_.now(world_.kernel().now()));
      seat(it.cluster).driver.report(moment(), it.member, it.heartbeat, it.report);
      stepped(it.cluster);
      return world_.to_controller().release(work.a);
    }
    case kNews: {
      const News news = std::move(news_[work.a]);
      news_.release(work.a);
      handle_news(news);
      return stepped(news.cluster);
    }
    case kTick: {
      const int cluster = static_cast<int>(work.a);
      seat(cluster).driver.tick(moment());
      return stepped(cluster);
    }
  }
}

void ControllerProcess::handle_news(const News& news) {
  engine::ControllerDriver& driver = seat(news.cluster).driver;
  switch (news.kind) {
    case News::Kind::kAnswer: return driver.store_done(moment(), news.token, news.answer);
    case News::Kind::kWatch: return driver.seen(moment(), news.answer.record);
    case News::Kind::kOperator: return driver.operate(moment(), news.command);
  }
}

void ControllerProcess::forget(const Work& work) {
  if (work.kind == kReport) world_.to_controller().release(work.a);
  if (work.kind == kNews) news_.release(work.a);
}

void ControllerProcess::stepped(int cluster) {
  Seat& it = seat(cluster);
  const core::RecordPtr& record = it.driver.record();
  const bool steady = record == nullptr || record->phase == core::Phase::kSteady;
  under_way_ += static_cast<int>(it.steady) - static_cast<int>(steady);
  it.steady = steady;
  const Duration exposure = it.driver.state().exposure;
  if (exposure == it.exposure) return;
  it.exposure = exposure;
  world_.observers().on_exposure(world_.kernel().now(), cluster, exposure);
}

void ControllerProcess::on_event(std::uint32_t, std::uint64_t a, std::uint64_t b) {
  Seat& it = *seats_[a];
  if (it.timer.fired(world_.kernel(), host_.clock, *this, kTimer, a, b)) post({kTick, a, 0});
}

void ControllerProcess::Seat::begin_store_op(const engine::StoreOp& op, std::uint64_t token) {
  if (!process_.host_.running()) return;
  process_.world_.store().submit(process_.place_, cluster_, process_.life(), token, op);
}

void ControllerProcess::Seat::push_record(int member, const core::RecordPtr& record) {
  process_.world_.send_to_agent(process_.host_.index, {cluster_, member}, core::RecordSeen{record});
}

void ControllerProcess::Seat::send_proof(int member, const core::StoreProof& proof) {
  process_.world_.send_to_agent(process_.host_.index, {cluster_, member}, proof);
}

void ControllerProcess::Seat::event(const core::Event& event) {
  World& world = process_.world_;
  world.observers().on_core_event(world.kernel().now(), cluster_, process_.host_.index, event);
}

void ControllerProcess::Seat::set_timer(MonoTime deadline) {
  timer.set(process_.world_.kernel(),
            process_.host_.clock,
            process_,
            kTimer,
            static_cast<std::uint64_t>(cluster_),
            deadline);
}

}  // namespace holdfast::sim
