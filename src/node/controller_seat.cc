#include "node/controller_seat.h"

#include <utility>

namespace holdfast::node {

ControllerSeat::ControllerSeat(net::Loop& loop,
                               const model::Site& site,
                               int cluster,
                               int rank,
                               engine::Store& store,
                               SeatHost& host)
    : site_(site),
      cluster_(cluster),
      store_(store),
      host_(host),
      lines_(config().members.size()),
      policy(core::make_policy(site, config())),
      driver(policy, *this, rank),
      timer_(loop, [this] { host_.tick(cluster_); }) {}

const model::Cluster& ControllerSeat::config() const {
  return site_.clusters[static_cast<std::size_t>(cluster_)];
}

const std::string& ControllerSeat::host_of(int member) const {
  return site_.hosts[config().members[static_cast<std::size_t>(member)].host].name;
}

void ControllerSeat::closed(net::Listener::Connection connection) {
  for (MemberLine& it : lines_) {
    if (it.connection == connection) it.connection = 0;
  }
}

void ControllerSeat::begin_store_op(const engine::StoreOp& op, std::uint64_t token) {
  store_.submit(cluster_, op, [this, token](const engine::StoreAnswer& answer) {
    host_.store_answered(cluster_, token, answer);
  });
}

void ControllerSeat::push_record(int member, const core::RecordPtr& record) {
  mail(member, {cluster_, member, core::RecordSeen{record}});
}

void ControllerSeat::send_proof(int member, const core::StoreProof& proof) {
  mail(member, {cluster_, member, proof});
}

/// To an agent that is not connected nothing is said: its next report asks for what it lacks.
void ControllerSeat::mail(int member, codec::ToAgent message) {
  const net::Listener::Connection to = line(member).connection;
  if (to != 0) host_.send(to, codec::encode(site_, message));
}

void ControllerSeat::event(const core::Event& event) { host_.event(cluster_, event); }

void ControllerSeat::set_timer(MonoTime deadline) { timer_.set(deadline); }

}  // namespace holdfast::node
