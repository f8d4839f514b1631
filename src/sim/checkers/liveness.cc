#include "sim/checkers/liveness.h"

#include "core/durability/shape.h"

namespace holdfast::sim {
namespace {

constexpr Duration kWritesFlow = 1s;  ///< an acknowledgement is not older than this

core::Incarnation incarnation(const Bench& bench, MemberRef member) {
  return {static_cast<std::uint8_t>(member.member), bench.truth.observation(member).life};
}

std::string unsettled_record(const core::Record& record) {
  if (record.phase != core::Phase::kSteady) {
    return std::string("phase is ") + core::phase_name(record.phase);
  }
  if (record.halted) return "automatic failover is halted";
  if (record.handover) return "a handover is under way";
  if (record.pairs.size() != 1) return std::to_string(record.pairs.size()) + " pairs are recorded";
  return {};
}

std::string unsettled_set(const Bench& bench, int cluster, const core::Record& record) {
  const core::ClusterPolicy& policy = bench.truth.policy(cluster);
  core::MemberSet everyone;
  for (int i = 0; i < policy.count(); ++i) everyone.insert_sorted(incarnation(bench, {cluster, i}));
  const core::Shape full = core::sync_shape(policy, record.primary, everyone);
  const core::Pair& pair = record.pairs.back();
  if (pair.s == full.s && pair.w == full.w) return {};
  return "the sync set is " + std::to_string(pair.w) + " of " + std::to_string(pair.s.count()) +
         ", not " + std::to_string(full.w) + " of " + std::to_string(full.s.count());
}

std::string unsettled_member(const Bench& bench, MemberRef member, const core::Record& record) {
  const core::PgObservation& pg = bench.truth.observation(member);
  const std::string who = "member " + std::to_string(member.member);
  if (member.member == record.primary.member) {
    const ClusterNotes& notes = bench.chronicle.cluster(member.cluster);
    const bool open = notes.open_member == member.member && notes.opened == record.key.epoch;
    return open ? std::string() : "the leader, " + who + ", is not open";
  }
  if (pg.state != core::PgState::kStandby) return who + " is " + core::pg_state_name(pg.state);
  if (pg.receiver != core::ReceiverState::kStreaming) return who + " does not stream";
  if (pg.receiver_epoch != record.key.epoch) return who + " streams from an older leader";
  return {};
}

std::string unsettled_cluster(const Bench& bench, int cluster) {
  const core::RecordPtr& record = bench.chronicle.cluster(cluster).record;
  if (record == nullptr) return "there is no record";
  std::string why = unsettled_record(*record);
  if (why.empty()) why = unsettled_set(bench, cluster, *record);
  for (int i = 0; why.empty() && i < bench.truth.policy(cluster).count(); ++i) {
    why = unsettled_member(bench, {cluster, i}, *record);
  }
  return why;
}

}  // namespace

std::string unsettled(const Bench& bench, const Clients& clients, SimTime now) {
  for (int i = 0; i < bench.truth.clusters(); ++i) {
    const std::string why = unsettled_cluster(bench, i);
    if (!why.empty()) return "cluster " + std::to_string(i) + ": " + why;
  }
  for (const int data_class : clients.data_classes()) {
    if (since(clients.outages().last(data_class), now) > kWritesFlow) {
      return "no write of data class " + std::to_string(data_class) + " is acknowledged";
    }
  }
  return {};
}

}  // namespace holdfast::sim
