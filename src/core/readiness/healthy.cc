#include "core/readiness/healthy.h"

#include <array>

namespace holdfast::core {
namespace {

constexpr std::uint64_t kSomeLsn = 1 << 24;

Incarnation life_of(const Record& record, int member) {
  if (record.primary.member == member) return record.primary;
  for (const Incarnation& it : record.candidates) {
    if (it.member == member) return it;
  }
  for (const Incarnation& it : newest_pair(record)->s) {
    if (it.member == member) return it;
  }
  return {static_cast<std::uint8_t>(member), static_cast<std::uint32_t>(member + 1)};
}

}  // namespace

RecordPtr healthy_record(const ClusterPolicy& policy) {
  std::array<std::uint32_t, kMembersMax> lives{};
  for (std::size_t i = 0; i < lives.size(); ++i) lives[i] = static_cast<std::uint32_t>(i + 1);
  return std::make_shared<const Record>(bootstrap_record(policy, lives, WallTime{}));
}

MemberReport healthy_report(const ClusterPolicy& policy, const Record& record, Incarnation who) {
  MemberReport report;
  report.self = who;
  report.boot = BootId{who.member + 1ULL};
  report.record = record.key;
  report.sealed = record.key.epoch;
  report.position = {record.timeline(), Lsn{kSomeLsn}};
  report.timeline = record.timeline();
  if (who != record.leader()) {
    report.state = PgState::kStandby;
    report.able_to_seal = true;
    report.following = record.key.epoch;
    report.wal = WalSeen::kFlowing;
    return report;
  }
  report.state = PgState::kPrimary;
  report.open = true;
  report.leads = record.key.epoch;
  report.proven = newest_pair(record)->id;
  report.barrier = report.position.lsn;
  for (int i = 0; i < policy.count(); ++i) {
    const Incarnation standby = life_of(record, i);
    if (standby != who) report.senders.push_back({standby, report.position.lsn, 0us, 0us, 1h});
  }
  return report;
}

/// Longer than anything asks for.
constexpr Duration kHealthyFor = 1h;

ControllerState healthy_state(const ClusterPolicy& policy, const RecordPtr& record, MonoTime now) {
  ControllerState state;
  ControllerStep out;
  step_controller(policy, state, {now, record->changed_at, {}, RecordRead{record}}, out);
  // The leader speaks last: its senders count only for standbys that are known by then.
  for (int i = policy.count() - 1; i >= 0; --i) {
    const MemberReport report = healthy_report(policy, *record, life_of(*record, i));
    step_controller(policy, state, {now, record->changed_at, {}, ReportReceived{i, &report}}, out);
  }
  const Incarnation leader = record->leader();
  const MemberReport report = healthy_report(policy, *record, leader);
  step_controller(
      policy, state, {now, record->changed_at, {}, ReportReceived{leader.member, &report}}, out);
  for (MemberView& it : state.members) it.well_since = now - kHealthyFor;
  return state;
}

}  // namespace holdfast::core
