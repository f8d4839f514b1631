#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/checkers/bench_for_test.h"

namespace holdfast::sim {
namespace {

using core::Cause;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;

/// Member 0 loses power, member 1 leads epoch 2, and after `away` member 0 starts for epoch 1.
void come_back(FakeSite& site, Duration away) {
  site.fault(FaultKind::kHostPower, 0);
  site.decide(1, 2, Cause::kSilent);
  site.lead(1, 2, 2);
  site.now += away;
  const core::Incarnation old = FakeSite::member(0);
  site.tell().on_leading(site.now, {0, 0}, old, Epoch{1}, Timeline{1}, site.lsn, true);
}

TEST(NoStaleStart, Start_in_place_long_after_the_epoch_has_ended_is_a_violation) {
  FakeSite site;
  come_back(site, 20s);
  EXPECT_THAT(site.fired(), ElementsAre("no-stale-start"));
}

TEST(NoStaleStart, Start_under_way_when_the_epoch_ends_is_fine) {
  FakeSite site;
  come_back(site, 500ms);
  EXPECT_THAT(site.fired(), IsEmpty());
}

TEST(NoStaleStart, Host_that_stood_still_may_finish_its_start_late) {
  FakeSite site;
  site.fault(FaultKind::kHostSuspend, 0);
  come_back(site, 20s);
  EXPECT_THAT(site.fired(), IsEmpty());
}

TEST(NoClosingWithoutCause, Leader_that_closes_after_a_jump_of_its_wall_clock_is_a_violation) {
  FakeSite site;
  site.fault(FaultKind::kWallJump, 0);
  site.close(0, 1);
  EXPECT_THAT(site.fired(), ElementsAre("no-closing-without-cause"));
}

TEST(NoClosingWithoutCause, Leader_that_closes_after_its_host_lost_power_is_fine) {
  FakeSite site;
  site.fault(FaultKind::kHostPower, 0);
  site.close(0, 1);
  EXPECT_THAT(site.fired(), IsEmpty());
}

TEST(NoClosingWithoutCause, Leader_of_an_epoch_that_has_ended_may_close) {
  FakeSite site;
  site.fault(FaultKind::kFreezeAgent, 0);
  site.decide(1, 2, Cause::kSick);
  site.now += 30s;
  site.close(0, 1);
  EXPECT_THAT(site.fired(), Not(Contains("no-closing-without-cause")));
}

TEST(NoFailoverWithoutCause, Agent_away_for_less_than_a_lease_is_no_cause) {
  FakeSite site;
  site.fault(FaultKind::kFreezeAgent, 0);
  site.now += 500ms;
  site.decide(1, 2, Cause::kSilent);
  EXPECT_THAT(site.fired(), ElementsAre("no-failover-without-cause"));
}

TEST(NoFailoverWithoutCause, Agent_away_until_its_leader_was_fenced_is_a_cause) {
  FakeSite site;
  site.fault(FaultKind::kFreezeAgent, 0);
  site.now += 3s;
  site.decide(1, 2, Cause::kSilent);
  EXPECT_THAT(site.fired(), IsEmpty());
}

}  // namespace
}  // namespace holdfast::sim
