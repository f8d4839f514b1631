// Several real servers: copied, following, sealed, promoted, rewound, as the agent's rules do it.

#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include "adapters/postgres/names.h"
#include "adapters/postgres/server.h"
#include "adapters/postgres/test_bed.h"
#include "adapters/process/clock.h"

namespace holdfast::postgres {
namespace {

using core::PgObservation;
using core::PgState;
using core::PgVerb;
using core::ReceiverState;
using process::boot_now;

bool is_final(const PgObservation& it) { return it.position_final; }
bool streams(const PgObservation& it) { return it.receiver == ReceiverState::kStreaming; }

class ReplicationSlow : public testing::Test {
 protected:
  void SetUp() override {
    const std::string missing = Bed::what_is_missing();
    if (!missing.empty()) GTEST_SKIP() << missing;
  }
  void TearDown() override {
    for (const auto& [name, value] : figures_) {
      std::printf("[ figure   ] %s: %.1f ms\n", name.c_str(), to_ms(value));
    }
  }
  void start_three(Bed& bed);
  void fail_over(Bed& bed);
  void figure(const std::string& name, Duration value) { figures_.emplace_back(name, value); }

  std::vector<std::pair<std::string, Duration>> figures_;
};

/// Member 0 leads epoch 1; one of the two others acknowledges.
void ReplicationSlow::start_three(Bed& bed) {
  ASSERT_TRUE(bed.start_first()) << bed.trouble(0);
  ASSERT_TRUE(bed.join(1, 0, 1)) << bed.trouble(1);
  ASSERT_TRUE(bed.join(2, 0, 1)) << bed.trouble(2);
  ASSERT_TRUE(bed.set_and_prove(0, bed.pair(2, {1, 2}, 1))) << bed.trouble(0);
  EXPECT_EQ(bed.client(0, "create table t(i int); insert into t values (1) returning i"), "1");
}

/// Members 1 and 2 are sealed, 1 leads epoch 2 on timeline 4, 2 acknowledges.
void ReplicationSlow::fail_over(Bed& bed) {
  MonoTime began = boot_now();
  ASSERT_TRUE(bed.command(1, {.verb = PgVerb::kSeal, .epoch = Epoch{2}})) << bed.trouble(1);
  figure("seal of the target", boot_now() - began);
  ASSERT_TRUE(bed.wait(1, is_final));
  figure("position of the target final", boot_now() - began);
  began = boot_now();
  ASSERT_TRUE(bed.command(2, {.verb = PgVerb::kSeal, .epoch = Epoch{2}})) << bed.trouble(2);
  figure("seal of the other", boot_now() - began);
  ASSERT_TRUE(bed.wait(2, is_final));
  EXPECT_EQ(bed.see(1).timeline, Timeline{1});
  EXPECT_EQ(bed.see(1).receiver, ReceiverState::kNone);
  EXPECT_FALSE(bed.see(1).credential.is_set());

  began = boot_now();
  ASSERT_TRUE(
      bed.command(1, {.verb = PgVerb::kPromote, .epoch = Epoch{2}, .timeline = Timeline{4}}))
      << bed.trouble(1);
  figure("promotion", boot_now() - began);
  EXPECT_EQ(bed.see(1).state, PgState::kPrimary);
  EXPECT_EQ(bed.see(1).timeline, Timeline{4});
  EXPECT_EQ(bed.see(1).sync_pair, PairId{});
  core::Pair next = bed.pair(3, {2}, 1, 1);
  next.epoch = Epoch{2};
  began = boot_now();
  bed.begin(2, {.verb = PgVerb::kFollow, .epoch = Epoch{2}, .peer = bed.who(1)});
  ASSERT_TRUE(bed.set_and_prove(1, next)) << bed.trouble(1);
  figure("follow to the first acknowledgement", boot_now() - began);
  EXPECT_GE(bed.see(1).barrier, bed.see(1).recovery_end);
  ASSERT_TRUE(bed.command(1, {.verb = PgVerb::kOpen}));
  EXPECT_EQ(bed.client(1, "insert into t values (2); select count(*) from t"), "2");
  ASSERT_TRUE(bed.wait(2, [](const PgObservation& it) {
    return it.received_timeline == Timeline{4} && it.receiver_epoch == Epoch{2};
  }));
}

TEST_F(ReplicationSlow, failover_by_sealing_and_the_old_primary_rejoins) {
  Bed bed(3);
  ASSERT_NO_FATAL_FAILURE(start_three(bed));
  const PgObservation standby = bed.see(1);
  EXPECT_EQ(standby.receiver_epoch, Epoch{1});
  EXPECT_EQ(standby.received_timeline, Timeline{1});
  EXPECT_EQ(standby.source, bed.who(0));
  ASSERT_TRUE(bed.wait(0, [](const PgObservation& it) { return it.senders.size() == 2; }));

  // The old primary's server dies; it is known at once.
  const MonoTime killed = boot_now();
  ASSERT_EQ(kill(bed.postmaster(0), SIGKILL), 0);
  ASSERT_TRUE(bed.wait(0, [](const PgObservation& it) { return it.state == PgState::kCrashed; }));
  figure("crash noticed", boot_now() - killed);

  ASSERT_NO_FATAL_FAILURE(fail_over(bed));

  // The old primary has something that nobody else has, and comes back as a standby.
  ASSERT_TRUE(bed.command(0, {.verb = PgVerb::kStartPrimary, .epoch = Epoch{1}})) << bed.trouble(0);
  bed.sql(0, "set synchronous_commit = local; create table lost(i int)");
  ASSERT_TRUE(bed.command(0, {.verb = PgVerb::kStopImmediate}));
  ASSERT_TRUE(bed.command(0, {.verb = PgVerb::kStartStandby, .epoch = Epoch{2}}));
  ASSERT_TRUE(bed.wait(0, is_final));
  EXPECT_EQ(bed.see(0).timeline, Timeline{1});
  const MonoTime began = boot_now();
  ASSERT_TRUE(bed.command(0, {.verb = PgVerb::kRewind, .peer = bed.who(1), .life = 0xc0000001}))
      << bed.trouble(0);
  figure("rewind", boot_now() - began);
  EXPECT_EQ(bed.see(0).life, 0xc0000001U);
  EXPECT_EQ(bed.see(0).state, PgState::kStopped);
  ASSERT_TRUE(bed.command(0, {.verb = PgVerb::kStartStandby, .epoch = Epoch{2}}));
  ASSERT_TRUE(bed.wait(0, is_final)) << bed.trouble(0);
  EXPECT_EQ(bed.see(0).timeline, Timeline{4});
  ASSERT_TRUE(bed.command(0, {.verb = PgVerb::kFollow, .epoch = Epoch{2}, .peer = bed.who(1)}));
  ASSERT_TRUE(bed.wait(0, streams)) << bed.trouble(0);
  EXPECT_EQ(bed.sql(0, "select count(*) from pg_class where relname = 'lost'"), "0");
  EXPECT_EQ(access((bed.directory(0) + "/diverged/m0_a0000001").c_str(), F_OK), 0);
}

}  // namespace
}  // namespace holdfast::postgres
