// For tests: one cluster as a controller sees it, healthy until a test says otherwise.
//
// `reports` is what the members would say. tick() lets the heard ones say it, without deciding, and
// then takes one decision.
#pragma once

#include <string>
#include <utility>

#include "core/controller/internal.h"
#include "core/readiness/healthy.h"
#include "core/testing/sites.h"

namespace holdfast::core::testing {

struct Cluster {
  ClusterPolicy policy;
  ControllerState state;
  MonoTime now = MonoTime{} + 1000s;
  WallTime wall = WallTime{} + 1000000s;
  SiteHint hint;
  InlineVec<MemberReport, kMembersMax> reports;
  InlineVec<bool, kMembersMax> heard;
  bool store_answers = true;
  ControllerStep out;

  explicit Cluster(ClusterPolicy with) : policy(std::move(with)) {
    state = healthy_state(policy, healthy_record(policy), now);
    state.awake_since = now - 1h;
    for (const MemberView& view : state.members) {
      reports.push_back(view.report);
      heard.push_back(true);
    }
  }

  [[nodiscard]] Incarnation who(int member) const {
    return reports[static_cast<std::size_t>(member)].self;
  }
  MemberReport& report(int member) { return reports[static_cast<std::size_t>(member)]; }
  [[nodiscard]] const Record& record() const { return *state.record; }

  /// The record is another one, and everybody knows.
  void set_record(Record next) {
    next.key.revision = next.key.revision.next();
    state.record = std::make_shared<const Record>(std::move(next));
    state.record_since = now;
    for (MemberReport& it : reports) it.record = record().key;
  }

  void lose(int member) { heard[static_cast<std::size_t>(member)] = false; }

  /// This standby has received nothing from its leader for `silence`.
  void deafen(int member, Duration silence) {
    report(member).wal = WalSeen::kSilent;
    report(member).wal_silence = silence;
  }

  /// The member is sealed for the record's epoch, at this position.
  void seal(int member, Position position) {
    MemberReport& it = report(member);
    it.state = PgState::kStandby;
    it.open = false;
    it.leads = Epoch{};
    it.record = record().key;
    it.sealed = record().key.epoch;
    it.sealed_final = true;
    it.able_to_seal = true;
    it.following = Epoch{};
    it.wal = WalSeen::kUnknown;
    it.position = position;
    it.senders.clear();
  }

  /// The leader's host is gone for `silence`, and every standby that is heard says so.
  void silence_leader(Duration silence) {
    const int leader = record().leader().member;
    lose(leader);
    for (int i = 0; i < policy.count(); ++i) {
      if (i != leader) deafen(i, silence);
    }
    pass(silence);
  }

  /// Time passes; those who are heard repeat what they say, and nothing is decided.
  void pass(Duration time) {
    now += time;
    wall += time;
    state.stepped_at = now;
    say();
  }

  void say() {
    if (store_answers) state.store_answered_at = now;
    for (std::size_t i = 0; i < reports.size(); ++i) {
      if (!heard[i]) continue;
      state.members[i].report = reports[i];
      state.members[i].heard = now;
      if (reports[i].sick || reports[i].state != PgState::kStandby)
        state.members[i].well_since = now;
      if (reports[i].leads != record().key.epoch) continue;
      if (reports[i].open) state.open_seen_at = now;
      for (const SenderReport& sender : reports[i].senders) {
        state.members[sender.standby.member].sender_alive_at = now - sender.reply_age;
      }
    }
  }

  /// One decision; the identifier of the row that took it.
  std::string tick(const ControllerEvent& event = ControllerTick{}) {
    say();
    step_controller(policy, state, {now, wall, hint, event}, out);
    return out.rule == nullptr ? "" : out.rule->id;
  }

  /// Pre: the last decision writes a record. The store takes it.
  const Record& write() {
    const RecordPtr next = out.write->next;
    ControllerStep ignored;
    state.record = next;
    state.record_since = now;
    state.writing = false;
    return record();
  }

  [[nodiscard]] controller::View view() {
    say();
    return {policy, state, now, wall, hint, weigh(policy, state, now)};
  }
};

/// A position on timeline 1.
inline Position at(std::uint64_t lsn, std::uint64_t timeline = 1) {
  return {Timeline{timeline}, Lsn{lsn}};
}

/// A sealing record of the next epoch, as if the leader had been given up.
inline Record sealing(const Record& record, bool depose) {
  Record next = record;
  next.primary = record.leader();
  next.key.epoch = next.key.epoch.next();
  next.phase = Phase::kSealing;
  next.target = Incarnation{};
  next.depose = depose;
  return next;
}

/// A promoting record of the next epoch: `target` on a new timeline that forks at `fork`, with
/// `pair`.
inline Record promoting(
    const Record& record, Incarnation target, Lsn fork, const MemberSet& s, int w) {
  Record next = sealing(record, true);
  next.phase = Phase::kPromoting;
  next.target = target;
  next.timeline_last = next.timeline_last.next();
  next.lineage.push_back({next.timeline_last, fork, next.key.epoch});
  next.pair_last = next.pair_last.next();
  next.pairs.push_back({next.pair_last, next.key.epoch, target, s, w});
  return next;
}

}  // namespace holdfast::core::testing
