// Messages between the processes of the simulated site, and the power of its hosts.

#include <algorithm>

#include "base/assert.h"
#include "sim/world.h"

namespace holdfast::sim {

void World::send_to_agent(int from_host, MemberRef to, const core::AgentEvent& event) {
  Instance& target = instance(to);
  const std::uint64_t slot = to_agent_.put({index_of(to), event});
  network_.send(from_host, target.host().index, Carriage::kDatagram, {kToAgent, slot});
}

void World::send_report(Instance& from, std::uint64_t heartbeat, const core::MemberReport& report) {
  const std::uint64_t slot =
      to_controller_.put({from.ref().cluster, from.ref().member, heartbeat, report});
  for (const auto& it : controllers_) {
    to_controller_.retain(slot);
    network_.send(from.host().index, it->host().index, Carriage::kDatagram, {kToController, slot});
  }
  to_controller_.release(slot);
}

void World::send_postgres(Instance& from, int to_member, const PgMessage& message) {
  const MemberRef to{from.ref().cluster, to_member};
  const std::uint64_t slot = to_postgres_.put({from.ref().member, index_of(to), message});
  network_.send(from.host().index, host_of(to).index, Carriage::kStream, {kToPostgres, slot});
}

void World::on_packet(int, int to, Packet packet) {
  const Host& target = host(to);
  if (!target.powered) return;
  switch (packet.kind) {
    case kToAgent: {
      if (!target.running()) return;
      to_agent_.retain(packet.arg);
      const auto member = static_cast<std::uint64_t>(to_agent_[packet.arg].instance);
      return agent(to)->post({Instance::kMessage, member, packet.arg}, true);
    }
    case kToController:
      if (target.running()) controller(target.controller).report_arrived(packet.arg);
      return;
    case kToPostgres: {
      // A suspended host's instance is frozen: what a stream brings waits there.
      const ToPostgres& it = to_postgres_[packet.arg];
      return instance(it.instance).postgres().deliver(it.from_member, it.message);
    }
    case kClientRequest:
    case kClientAnswer: return gateway_.on_packet(packet);
    default: return store_->on_packet(to, packet);
  }
}

void World::retain(Packet packet) {
  switch (packet.kind) {
    case kToAgent: return to_agent_.retain(packet.arg);
    case kToController: return to_controller_.retain(packet.arg);
    case kToPostgres: return to_postgres_.retain(packet.arg);
    case kClientRequest:
    case kClientAnswer: return gateway_.calls().retain(packet.arg);
    default: return store_->retain(packet);
  }
}

void World::release(Packet packet) {
  switch (packet.kind) {
    case kToAgent: return to_agent_.release(packet.arg);
    case kToController: return to_controller_.release(packet.arg);
    case kToPostgres: return to_postgres_.release(packet.arg);
    case kClientRequest:
    case kClientAnswer: return gateway_.calls().release(packet.arg);
    default: return store_->release(packet);
  }
}

void World::store_answered(int place,
                           int cluster,
                           std::uint64_t caller,
                           std::uint64_t token,
                           const engine::StoreAnswer& answer) {
  controller(place).store_answered(cluster, caller, token, answer);
}

void World::store_watched(int place, int cluster, const core::RecordPtr& record) {
  controller(place).watched(cluster, record);
}

void World::record_changed(int cluster,
                           SimTime asked,
                           const core::RecordPtr& before,
                           const core::RecordPtr& after) {
  observers_.on_proposal(asked, cluster);
  observers_.on_record(kernel_.now(), cluster, before, after);
}

void World::power(Host& host, bool begins) {
  host.power_cuts += begins ? 1 : -1;
  HF_ASSERT(host.power_cuts >= 0);
  if (begins && host.powered) power_off(host);
  if (!begins && !host.powered && host.power_cuts == 0 && host.suspends == 0) power_on(host);
}

void World::power_off(Host& host) {
  host.powered = false;
  if (AgentProcess* it = agent(host.index)) it->kill();
  if (host.controller >= 0) {
    controller(host.controller).kill();
    store_->member_died(host.controller);
  }
  for (const int i : host.instances) instance(i).power_loss();
}

bool World::has_other_copies(const Host& host) {
  return std::all_of(host.instances.begin(), host.instances.end(), [&](int i) {
    const MemberRef ref = instance(i).ref();
    for (int other = 0; other < members(ref.cluster); ++other) {
      Instance& it = instance({ref.cluster, other});
      if (other != ref.member && it.postgres().observation().life != 0) return true;
    }
    return false;
  });
}

void World::power_on(Host& host) {
  boot(host, kernel_.now(), MonoTime{}, prng_);
  // Nobody throws a disk away that holds the last copy.
  if (host.replaced && has_other_copies(host)) {
    for (const int i : host.instances) instance(i).replace_disk();
  }
  host.replaced = false;
  start_processes(host);
}

void World::suspend(Host& host, bool begins) {
  host.suspends += begins ? 1 : -1;
  HF_ASSERT(host.suspends >= 0);
  AgentProcess* const agents = agent(host.index);
  if (begins) {
    if (!host.powered || host.suspends > 1) return;
    for (const int i : host.instances) instance(i).suspend();
    if (agents != nullptr) agents->freeze();
    if (host.controller >= 0) controller(host.controller).freeze();
    return;
  }
  if (host.suspends > 0) return;
  if (!host.powered) {
    if (host.power_cuts == 0) power_on(host);
    return;
  }
  // The guardian comes first, then PostgreSQL, then whoever decides.
  for (const int i : host.instances) instance(i).resume();
  if (agents != nullptr) agents->thaw();
  if (host.controller >= 0) controller(host.controller).thaw();
}

void World::change_clock(Host& host, std::int64_t ppm) {
  host.clock.drift(kernel_.now(), ppm);
  for (const int i : host.instances) instance(i).clock_changed();
  if (host.controller >= 0) controller(host.controller).clock_changed();
}

}  // namespace holdfast::sim
