// One real server: created, started, opened, watched, stopped.

#include <gtest/gtest.h>
#include <signal.h>

#include "adapters/postgres/instance.h"
#include "adapters/postgres/test_bed.h"
#include "adapters/process/clock.h"

namespace holdfast::postgres {
namespace {

using core::PgObservation;
using core::PgState;
using core::PgVerb;

class InstanceSlow : public testing::Test {
 protected:
  void SetUp() override {
    const std::string missing = Bed::what_is_missing();
    if (!missing.empty()) GTEST_SKIP() << missing;
  }
};

TEST_F(InstanceSlow, created_started_proven_opened_and_written_to) {
  Bed bed(1);
  EXPECT_EQ(bed.see(0).state, PgState::kAbsent);
  EXPECT_EQ(bed.see(0).life, 0U);
  ASSERT_TRUE(bed.create(0, 0xa0000001)) << bed.trouble(0);
  EXPECT_EQ(bed.see(0).state, PgState::kStopped);
  EXPECT_EQ(bed.see(0).life, 0xa0000001U);

  ASSERT_TRUE(bed.command(0, {.verb = PgVerb::kStartPrimary, .epoch = Epoch{1}})) << bed.trouble(0);
  PgObservation seen = bed.see(0);
  EXPECT_EQ(seen.state, PgState::kPrimary);
  EXPECT_EQ(seen.timeline, Timeline{1});
  EXPECT_EQ(seen.leads, Epoch{1});
  EXPECT_FALSE(seen.open);
  EXPECT_TRUE(seen.recovery_end.is_set());
  EXPECT_NE(bed.client(0, "select 1").find("no pg_hba.conf entry"), std::string::npos);

  const core::Pair pair = bed.pair(1, {}, 0);
  ASSERT_TRUE(bed.set_and_prove(0, pair)) << bed.trouble(0);
  EXPECT_GE(bed.see(0).barrier, seen.recovery_end);
  ASSERT_TRUE(bed.command(0, {.verb = PgVerb::kOpen})) << bed.trouble(0);
  EXPECT_TRUE(bed.see(0).open);
  EXPECT_EQ(bed.client(0, "create table t(i int); insert into t values (7); select i from t"), "7");

  ASSERT_TRUE(bed.command(0, {.verb = PgVerb::kClose})) << bed.trouble(0);
  EXPECT_NE(bed.client(0, "select 1").find("no pg_hba.conf entry"), std::string::npos);
  ASSERT_TRUE(bed.command(0, {.verb = PgVerb::kStopFast})) << bed.trouble(0);
  EXPECT_EQ(bed.see(0).state, PgState::kStopped);
  EXPECT_EQ(bed.see(0).timeline, Timeline{1});
}

TEST_F(InstanceSlow, crash_is_noticed_at_once_and_restarts_in_place) {
  Bed bed(1);
  ASSERT_TRUE(bed.start_first()) << bed.trouble(0);
  bed.client(0, "create table t(i int); insert into t values (7)");
  const int postmaster = bed.postmaster(0);
  const MonoTime killed = process::boot_now();
  ASSERT_EQ(kill(postmaster, SIGKILL), 0);
  ASSERT_TRUE(bed.wait(0, [](const PgObservation& it) { return it.state == PgState::kCrashed; }));
  std::printf("[ figure   ] crash noticed: %.1f ms\n", to_ms(process::boot_now() - killed));
  EXPECT_FALSE(bed.see(0).open);
  EXPECT_EQ(bed.see(0).timeline, Timeline{1});

  const MonoTime began = process::boot_now();
  ASSERT_TRUE(bed.command(0, {.verb = PgVerb::kStartPrimary, .epoch = Epoch{1}})) << bed.trouble(0);
  std::printf("[ figure   ] start in place: %.1f ms\n", to_ms(process::boot_now() - began));
  EXPECT_FALSE(bed.see(0).open);
  EXPECT_FALSE(bed.see(0).proven.is_set());
  EXPECT_EQ(bed.see(0).sync_pair, PairId{1});
  ASSERT_TRUE(bed.set_and_prove(0, bed.pair(2, {}, 0))) << bed.trouble(0);
  ASSERT_TRUE(bed.command(0, {.verb = PgVerb::kOpen}));
  EXPECT_EQ(bed.client(0, "select i from t"), "7");
}

}  // namespace
}  // namespace holdfast::postgres
