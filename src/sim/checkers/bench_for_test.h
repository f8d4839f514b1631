// For tests: a site without processes, whose WAL and events a test writes down by hand.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <vector>

#include "core/controller/controller.h"
#include "sim/checkers/suite.h"

namespace holdfast::sim {

/// One cluster of three members in one region: member 0 leads epoch 1, pair 1 is 1 of {1, 2}.
class FakeTruth : public Truth {
 public:
  FakeTruth() {
    policy_.durability = model::Durability::kZone;
    policy_.region_automatic = true;
    for (std::uint16_t i = 0; i < 3; ++i) policy_.members.push_back({i, i, 0, false, true, true});
  }
  int clusters() const override { return 1; }
  const core::ClusterPolicy& policy(int) const override { return policy_; }
  const std::vector<WalEntry>& wal(MemberRef member) const override { return wal_[at(member)]; }
  Lsn flushed(MemberRef member) const override { return flushed_[at(member)]; }
  const core::PgObservation& observation(MemberRef member) const override {
    return observations_[at(member)];
  }

  core::ClusterPolicy policy_;
  std::array<std::vector<WalEntry>, 3> wal_;
  std::array<Lsn, 3> flushed_{};
  std::array<core::PgObservation, 3> observations_{};

 private:
  static std::size_t at(MemberRef member) { return static_cast<std::size_t>(member.member); }
};

/// A suite over it, and verbs that tell a story.
class FakeSite {
 public:
  FakeSite() : suite(truth, ledger) {
    core::Record record;
    record.key = {StoreId{1}, Epoch{1}, Revision{1}};
    record.primary = member(0);
    record.pairs.push_back({PairId{1}, Epoch{1}, member(0), {member(1), member(2)}, 1});
    record.lineage.push_back({Timeline{1}, Lsn{1}, Epoch{1}});
    record.timeline_last = Timeline{1};
    put(record);
    lead(0, 1, 1);
    now += 1s;
  }

  static core::Incarnation member(int index) {
    return {static_cast<std::uint8_t>(index), 100U + static_cast<std::uint32_t>(index)};
  }
  Observer& tell() { return suite.observer(); }
  void put(core::Record next) {
    const core::RecordPtr before = current;
    current = std::make_shared<const core::Record>(next);
    tell().on_proposal(now, 0);
    tell().on_record(now, 0, before, current);
  }
  /// Records the next epoch, led by `leader` on timeline `timeline`.
  void decide(int leader, std::uint64_t timeline, core::Cause cause, bool lossy = false) {
    core::Record next = *current;
    next.key.epoch = next.key.epoch.next();
    next.key.revision = next.key.revision.next();
    next.cause = cause;
    next.lossy = lossy;
    next.primary = member(leader);
    next.lineage.push_back({Timeline{timeline}, lsn, next.key.epoch});
    next.pairs.clear();
    next.pairs.push_back({PairId{2}, next.key.epoch, member(leader), {member(2)}, 1});
    put(next);
  }
  void lead(int leader, std::uint64_t epoch, std::uint64_t timeline) {
    tell().on_leading(
        now, {0, leader}, member(leader), Epoch{epoch}, Timeline{timeline}, lsn, false);
    tell().on_open(now, {0, leader}, member(leader), Epoch{epoch}, true);
  }
  void close(int leader, std::uint64_t epoch) {
    tell().on_open(now, {0, leader}, member(leader), Epoch{epoch}, false);
  }
  /// A write logged by `leader` in `epoch` and copied, durably, to `copies` as well.
  WriteId log(int leader, std::uint64_t epoch, std::vector<int> copies) {
    const WriteId write = ledger.open(now, 0, 0, 0);
    lsn.value += 100;
    copies.push_back(leader);
    for (const int i : copies) {
      truth.wal_[static_cast<std::size_t>(i)].push_back({lsn, write});
      truth.flushed_[static_cast<std::size_t>(i)] = lsn;
    }
    tell().on_write_logged(
        now, {0, leader}, member(leader), Epoch{epoch}, Timeline{epoch}, lsn, write);
    return write;
  }
  void acknowledge(int leader, std::uint64_t epoch, WriteId write, bool cancelled = false) {
    tell().on_write_done(now, {0, leader}, Epoch{epoch}, write, ClientResult::kAcked, cancelled);
  }
  void fault(FaultKind kind, int a, int b = 0) {
    tell().on_fault(now, Fault{kind, now, 0s, a, b, 0, 0, true}, true);
  }
  /// The names of the checkers that fired, each once.
  std::vector<std::string> fired() {
    std::vector<std::string> names;
    for (const Violation& it : suite.violations()) {
      if (names.empty() || names.back() != it.checker) names.push_back(it.checker);
    }
    return names;
  }

  FakeTruth truth;
  Ledger ledger;
  Suite suite;
  core::RecordPtr current;
  SimTime now{1s};
  Lsn lsn{1000};
};

}  // namespace holdfast::sim
