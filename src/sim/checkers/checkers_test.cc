// Each checker fires on a story that breaks its promise, and stays silent on the same story kept.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/checkers/bench_for_test.h"

namespace holdfast::sim {
namespace {

using core::Cause;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr FaultKind kPower = FaultKind::kHostPower;

TEST(AcknowledgedSurvives, Successor_without_an_acknowledged_write_is_a_violation) {
  FakeSite site;
  const WriteId write = site.log(0, 1, {2});
  site.acknowledge(0, 1, write);
  site.fault(kPower, 0);
  site.decide(1, 2, Cause::kSilent);
  site.lead(1, 2, 2);
  EXPECT_THAT(site.fired(), ElementsAre("acknowledged-survives"));
}

TEST(AcknowledgedSurvives, Successor_with_every_acknowledged_write_is_fine) {
  FakeSite site;
  site.acknowledge(0, 1, site.log(0, 1, {1}));
  site.log(0, 1, {});
  site.fault(kPower, 0);
  site.decide(1, 2, Cause::kSilent);
  site.lead(1, 2, 2);
  site.suite.finish(site.now);
  EXPECT_THAT(site.fired(), IsEmpty());
}

TEST(AcknowledgedSurvives, Cancelled_wait_promises_nothing) {
  FakeSite site;
  site.acknowledge(0, 1, site.log(0, 1, {}), true);
  site.fault(kPower, 0);
  site.decide(1, 2, Cause::kSilent);
  site.lead(1, 2, 2);
  EXPECT_THAT(site.fired(), IsEmpty());
}

TEST(AcknowledgedSurvives, Write_that_was_read_must_survive_too) {
  FakeSite site;
  site.log(0, 1, {});
  site.tell().on_read(site.now, {0, 0}, FakeSite::member(0), Epoch{1}, Timeline{1}, site.lsn);
  site.fault(kPower, 0);
  site.decide(1, 2, Cause::kSilent);
  site.lead(1, 2, 2);
  EXPECT_THAT(site.fired(), ElementsAre("acknowledged-survives"));
}

TEST(AcknowledgedSurvives, Lossy_takeover_is_counted_as_loss) {
  FakeSite site;
  site.tell().on_exposure(site.now, 0, 1s);
  site.acknowledge(0, 1, site.log(0, 1, {2}));
  site.fault(kPower, 0);
  site.decide(1, 2, Cause::kRegionLost, true);
  site.lead(1, 2, 2);
  site.suite.finish(site.now);
  EXPECT_THAT(site.fired(), IsEmpty());
  ASSERT_EQ(site.suite.losses().size(), 1U);
  EXPECT_EQ(site.suite.losses()[0].writes, 1U);
}

TEST(LossWithinExposure, Loss_over_a_longer_time_than_reported_is_a_violation) {
  FakeSite site;
  site.tell().on_exposure(site.now, 0, 1s);
  site.acknowledge(0, 1, site.log(0, 1, {2}));
  site.now += 5s;
  site.acknowledge(0, 1, site.log(0, 1, {2}));
  site.fault(kPower, 0);
  site.decide(1, 2, Cause::kRegionLost, true);
  site.lead(1, 2, 2);
  site.suite.finish(site.now);
  EXPECT_THAT(site.fired(), ElementsAre("loss-within-exposure"));
}

TEST(SingleHistory, Old_leader_acknowledging_what_its_successor_lacks_is_a_violation) {
  FakeSite site;
  site.fault(kPower, 0);
  site.decide(1, 2, Cause::kSilent);
  site.lead(1, 2, 2);
  site.acknowledge(0, 1, site.log(0, 1, {2}));
  EXPECT_THAT(site.fired(), ElementsAre("single-history"));
}

TEST(SingleHistory, Late_release_of_what_the_successor_holds_is_fine) {
  FakeSite site;
  const WriteId write = site.log(0, 1, {1, 2});
  site.fault(kPower, 0);
  site.decide(1, 2, Cause::kSilent);
  site.lead(1, 2, 2);
  site.acknowledge(0, 1, write);
  EXPECT_THAT(site.fired(), IsEmpty());
}

TEST(SingleHistory, Old_leader_that_opens_again_is_a_violation) {
  FakeSite site;
  site.fault(kPower, 0);
  site.close(0, 1);
  site.decide(1, 2, Cause::kSilent);
  site.lead(1, 2, 2);
  site.tell().on_open(site.now, {0, 0}, FakeSite::member(0), Epoch{1}, true);
  EXPECT_THAT(site.fired(), ElementsAre("single-history"));
}

TEST(StaleReads, Read_at_a_deposed_leader_is_allowed_for_a_lease) {
  FakeSite site;
  site.fault(kPower, 0);
  site.decide(1, 2, Cause::kSilent);
  site.lead(1, 2, 2);
  const auto read = [&] {
    site.tell().on_read(site.now, {0, 0}, FakeSite::member(0), Epoch{1}, Timeline{1}, Lsn{1});
  };
  site.now += site.truth.policy_.timing.lease;
  read();
  EXPECT_THAT(site.fired(), IsEmpty());
  site.now += 1s;
  read();
  EXPECT_THAT(site.fired(), ElementsAre("stale-reads-bounded"));
}

TEST(NeverReused, Record_that_goes_back_is_a_violation) {
  FakeSite site;
  site.put(*site.current);
  EXPECT_THAT(site.fired(), ElementsAre("never-reused"));
}

TEST(NeverReused, Timeline_that_begins_twice_is_a_violation) {
  FakeSite site;
  site.fault(kPower, 0);
  site.decide(1, 2, Cause::kSilent);
  site.lead(1, 2, 2);
  site.fault(kPower, 1);
  site.decide(2, 2, Cause::kSilent);
  site.lead(2, 3, 2);
  EXPECT_THAT(site.fired(), ElementsAre("never-reused"));
}

TEST(NeverReused, Leader_that_the_record_does_not_name_is_a_violation) {
  FakeSite site;
  site.fault(kPower, 0);
  site.decide(1, 2, Cause::kSilent);
  site.tell().on_leading(
      site.now, {0, 2}, FakeSite::member(2), Epoch{2}, Timeline{2}, site.lsn, false);
  EXPECT_THAT(site.fired(), ElementsAre("never-reused"));
}

TEST(NeverReused, Opening_on_another_timeline_than_the_recorded_one_is_a_violation) {
  FakeSite site;
  site.fault(kPower, 0);
  site.decide(1, 2, Cause::kSilent);
  site.lead(1, 2, 3);
  EXPECT_THAT(site.fired(), ElementsAre("never-reused"));
}

TEST(RecordAsStrict, Acknowledgement_without_enough_copies_is_a_violation) {
  FakeSite site;
  site.acknowledge(0, 1, site.log(0, 1, {}));
  EXPECT_THAT(site.fired(), ElementsAre("record-as-strict"));
}

TEST(RecordAsStrict, Copy_that_is_not_yet_on_disk_does_not_count) {
  FakeSite site;
  const WriteId write = site.log(0, 1, {1});
  site.truth.flushed_[1] = Lsn{1000};
  site.acknowledge(0, 1, write);
  EXPECT_THAT(site.fired(), ElementsAre("record-as-strict"));
}

TEST(RecordAsStrict, One_satisfied_pair_of_several_is_enough) {
  FakeSite site;
  core::Record next = *site.current;
  next.key.revision = next.key.revision.next();
  next.pairs.push_back({PairId{2}, Epoch{1}, FakeSite::member(0), {}, 0});
  site.put(next);
  site.acknowledge(0, 1, site.log(0, 1, {}));
  EXPECT_THAT(site.fired(), IsEmpty());
}

TEST(NoFailoverWithoutCause, Failover_out_of_the_blue_is_a_violation) {
  FakeSite site;
  site.decide(1, 2, Cause::kSilent);
  EXPECT_THAT(site.fired(), ElementsAre("no-failover-without-cause"));
}

TEST(NoFailoverWithoutCause, Fault_of_another_host_is_no_cause) {
  FakeSite site;
  site.fault(kPower, 1);
  site.decide(1, 2, Cause::kSilent);
  EXPECT_THAT(site.fired(), ElementsAre("no-failover-without-cause"));
}

TEST(NoFailoverWithoutCause, Leader_may_go_on_after_a_fault_elsewhere) {
  FakeSite site;
  site.fault(kPower, 1);
  site.decide(0, 1, Cause::kSilent);
  EXPECT_THAT(site.fired(), IsEmpty());
}

TEST(NoFailoverWithoutCause, Who_serves_again_since_a_moment_is_not_known_to) {
  FakeSite site;
  site.fault(kPower, 1);
  site.close(0, 1);
  site.now += 5s;
  site.tell().on_open(site.now, {0, 0}, FakeSite::member(0), Epoch{1}, true);
  site.now += 20ms;
  site.decide(2, 2, Cause::kSick);
  EXPECT_THAT(site.fired(), IsEmpty());
}

TEST(NoFailoverWithoutCause, Fault_that_healed_long_ago_is_no_cause) {
  FakeSite site;
  site.fault(kPower, 0);
  site.now += 1min;
  site.decide(1, 2, Cause::kSilent);
  EXPECT_THAT(site.fired(), ElementsAre("no-failover-without-cause"));
}

TEST(NoFailoverWithoutCause, Switchover_needs_an_operator) {
  FakeSite asked;
  asked.fault(FaultKind::kOperator, 0);
  asked.decide(1, 2, Cause::kSwitchover);
  EXPECT_THAT(asked.fired(), IsEmpty());
  FakeSite unasked;
  unasked.decide(1, 2, Cause::kSwitchover);
  EXPECT_THAT(unasked.fired(), ElementsAre("no-failover-without-cause"));
}

/// A handover to member 1 that makes `target` the leader.
void hand_over(FakeSite& site, int target) {
  core::Record next = *site.current;
  next.key.epoch = next.key.epoch.next();
  next.phase = core::Phase::kSealing;
  next.cause = Cause::kSwitchover;
  next.handover = core::Handover{FakeSite::member(1)};
  site.put(next);
  next.key.revision = next.key.revision.next();
  next.phase = core::Phase::kPromoting;
  next.handover.reset();
  next.target = FakeSite::member(target);
  next.lineage.push_back({Timeline{2}, site.lsn, next.key.epoch});
  site.put(next);
}

TEST(HandoverAtItsAim, Another_successor_is_a_violation) {
  FakeSite site;
  site.now += 1min;
  site.fault(FaultKind::kOperator, 0);
  site.close(0, 1);
  hand_over(site, 2);
  EXPECT_THAT(site.fired(), ElementsAre("handover-at-its-aim"));
}

TEST(HandoverAtItsAim, Named_successor_is_none) {
  FakeSite site;
  site.now += 1min;
  site.fault(FaultKind::kOperator, 0);
  site.close(0, 1);
  hand_over(site, 1);
  EXPECT_THAT(site.fired(), IsEmpty());
}

TEST(HandoverAtItsAim, Disturbed_one_may_end_elsewhere) {
  FakeSite site;
  site.now += 1min;
  site.fault(FaultKind::kOperator, 0);
  site.fault(kPower, 1);
  site.close(0, 1);
  hand_over(site, 2);
  EXPECT_THAT(site.fired(), IsEmpty());
}

TEST(RejectedNeverLogged, Rejected_write_in_wal_is_a_violation) {
  FakeSite site;
  site.ledger.told(site.log(0, 1, {1}), ClientResult::kRejected);
  site.suite.finish(site.now);
  EXPECT_THAT(site.fired(), ElementsAre("rejected-never-logged"));
}

TEST(RejectedNeverLogged, Client_told_of_an_acknowledgement_that_never_was_is_a_violation) {
  FakeSite site;
  site.ledger.told(site.log(0, 1, {1}), ClientResult::kAcked);
  site.suite.finish(site.now);
  EXPECT_THAT(site.fired(), ElementsAre("rejected-never-logged"));
}

TEST(OutageTracker, Longest_gap_is_found_around_a_fault) {
  OutageTracker tracker(1, 100ms);
  for (const Duration t : {1000ms, 1030ms, 1060ms, 2500ms, 2530ms}) {
    tracker.acknowledged(SimTime{t}, 0);
  }
  EXPECT_EQ(tracker.longest(0, SimTime{1050ms}, SimTime{3s}), 1440ms);
  EXPECT_EQ(tracker.longest(0, SimTime{2600ms}, SimTime{3s}), 0ms);
  tracker.finish(SimTime{4s});
  EXPECT_EQ(tracker.longest(0, SimTime{2600ms}, SimTime{4s}), 1470ms);
}

TEST(OutageBound, Small_faults_have_small_bounds) {
  FakeTruth truth;
  Fault fault;
  fault.kind = FaultKind::kFreezeController;
  const auto none = outage_bound(fault, truth.policy_);
  fault.kind = FaultKind::kHostPower;
  const auto power = outage_bound(fault, truth.policy_);
  fault.kind = FaultKind::kPoison;
  ASSERT_TRUE(none.has_value() && power.has_value());
  EXPECT_LT(*none, *power);
  EXPECT_FALSE(outage_bound(fault, truth.policy_).has_value());
}

}  // namespace
}  // namespace holdfast::sim
