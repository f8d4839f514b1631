// What a seal, a proof and a stop promise, with a real server behaving badly.

#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include "adapters/postgres/history.h"
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

class PromisesSlow : public testing::Test {
 protected:
  void SetUp() override {
    const std::string missing = Bed::what_is_missing();
    if (!missing.empty()) GTEST_SKIP() << missing;
  }

  static process::ProcessId child(Bed& bed, int member, Kind kind) {
    const auto postmaster = process::identify(bed.postmaster(member));
    if (!postmaster) return {};
    for (const Child& it : children(*postmaster, true)) {
      if (it.kind == kind) return process::identify(it.pid).value_or(process::ProcessId{});
    }
    return {};
  }
};

/// A receiver that starts from the old setting, however late, finds no credential.
TEST_F(PromisesSlow, a_receiver_started_after_the_seal_from_the_old_setting_is_refused) {
  Bed bed(2);
  ASSERT_TRUE(bed.start_first()) << bed.trouble(0);
  ASSERT_TRUE(bed.join(1, 0, 1)) << bed.trouble(1);
  const std::string changing = bed.directory(1) + "/conf/changing.conf";
  const Result<std::string> old_setting = process::read_file(changing);
  ASSERT_TRUE(old_setting);
  const MonoTime began = boot_now();
  ASSERT_TRUE(bed.command(1, {.verb = PgVerb::kSeal, .epoch = Epoch{2}})) << bed.trouble(1);
  std::printf("[ figure   ] seal: %.1f ms\n", to_ms(boot_now() - began));
  ASSERT_TRUE(bed.wait(1, is_final));
  const Lsn sealed = bed.see(1).flushed;

  const auto user = process::find_user("postgres");
  ASSERT_TRUE(user);
  ASSERT_TRUE(process::write_file(changing, *old_setting, {.owner = user->owner()}));
  kill(bed.postmaster(1), SIGHUP);
  const auto tries = [&] {
    return log_since({bed.directory(1), bed.sockets(1)}, 0).find("no password supplied") !=
           std::string::npos;
  };
  for (const MonoTime limit = boot_now() + 20s; !tries() && boot_now() < limit;) usleep(10'000);
  EXPECT_TRUE(tries());
  bed.client(0, "create table t(i int)");
  EXPECT_EQ(bed.sql(0, "select count(*) from pg_stat_replication where state = 'streaming'"), "0");
  EXPECT_EQ(bed.sql(1, "select pg_last_wal_replay_lsn()"), format_lsn(sealed));
  // The agent sees that somebody tries, and seals once more.
  ASSERT_TRUE(bed.command(1, {.verb = PgVerb::kSeal, .epoch = Epoch{2}}));
  ASSERT_TRUE(bed.wait(1, is_final));
  EXPECT_EQ(bed.see(1).flushed, sealed);
}

TEST_F(PromisesSlow, a_pair_that_nobody_acknowledges_is_not_proven) {
  Bed bed(2);
  ASSERT_TRUE(bed.start_first()) << bed.trouble(0);
  ASSERT_TRUE(bed.join(1, 0, 1)) << bed.trouble(1);
  const process::ProcessId receiver = child(bed, 1, Kind::kReceiver);
  ASSERT_TRUE(receiver.is_set());
  ASSERT_EQ(kill(receiver.pid, SIGSTOP), 0);
  const core::Pair pair = bed.pair(2, {1}, 1);
  ASSERT_TRUE(bed.command(0, {.verb = PgVerb::kSetSync, .pair = pair})) << bed.trouble(0);
  ASSERT_TRUE(bed.command(0, {.verb = PgVerb::kProve, .pair = pair})) << bed.trouble(0);
  EXPECT_FALSE(bed.wait(
      0, [&](const PgObservation& it) { return it.proven == pair.id; }, 1s));
  // A cancelled wait is no acknowledgement.
  bed.sql(0, "select pg_cancel_backend(pid) from pg_stat_activity where wait_event = 'SyncRep'");
  EXPECT_FALSE(bed.wait(
      0, [&](const PgObservation& it) { return it.proven == pair.id; }, 500ms));
  // Another set may be applied while a barrier hangs.
  const core::Pair alone = bed.pair(3, {}, 0);
  ASSERT_TRUE(bed.set_and_prove(0, alone)) << bed.trouble(0);
  ASSERT_EQ(kill(receiver.pid, SIGCONT), 0);
  ASSERT_TRUE(bed.set_and_prove(0, bed.pair(4, {1}, 1))) << bed.trouble(0);
  EXPECT_GE(bed.see(0).barrier, bed.see(0).recovery_end);
}

/// Whether commits wait is the checkpointer's flag; the setting alone says nothing.
TEST_F(PromisesSlow, a_set_is_not_applied_while_commits_do_not_wait) {
  Bed bed(2);
  ASSERT_TRUE(bed.start_first()) << bed.trouble(0);
  ASSERT_TRUE(bed.join(1, 0, 1)) << bed.trouble(1);
  const process::ProcessId checkpointer = child(bed, 0, Kind::kCheckpointer);
  ASSERT_TRUE(checkpointer.is_set());
  ASSERT_EQ(kill(checkpointer.pid, SIGSTOP), 0);
  const core::Pair pair = bed.pair(2, {1}, 1);
  EXPECT_FALSE(bed.command(0, {.verb = PgVerb::kSetSync, .pair = pair}));
  EXPECT_NE(bed.see(0).sync_pair, pair.id);
  ASSERT_EQ(kill(checkpointer.pid, SIGCONT), 0);
  EXPECT_TRUE(bed.set_and_prove(0, pair)) << bed.trouble(0);
}

TEST_F(PromisesSlow, a_stop_interrupts_what_hangs_and_ends_frozen_processes) {
  Bed bed(2);
  ASSERT_TRUE(bed.start_first()) << bed.trouble(0);
  ASSERT_TRUE(bed.join(1, 0, 1)) << bed.trouble(1);
  const auto postmaster = process::identify(bed.postmaster(0));
  ASSERT_TRUE(postmaster);
  const process::ProcessId sender = child(bed, 0, Kind::kSender);
  ASSERT_TRUE(sender.is_set());
  kill(sender.pid, SIGSTOP);
  kill(postmaster->pid, SIGSTOP);
  bed.begin(0, {.verb = PgVerb::kClose});
  ASSERT_TRUE(bed.command(0, {.verb = PgVerb::kStopImmediate}, 20s)) << bed.trouble(0);
  EXPECT_FALSE(process::is_alive(*postmaster));
  EXPECT_FALSE(process::is_alive(sender));
  EXPECT_EQ(bed.see(0).state, PgState::kStopped);
  EXPECT_EQ(bed.see(0).timeline, Timeline{1});
  // Its host answers, and refuses.
  EXPECT_TRUE(
      bed.wait(1, [](const PgObservation& it) { return it.receiver == ReceiverState::kRefused; }));
}

TEST_F(PromisesSlow, reservations_of_a_promotion_that_did_not_happen_do_not_stop_a_start) {
  Bed bed(1);
  ASSERT_TRUE(bed.start_first()) << bed.trouble(0);
  ASSERT_TRUE(bed.command(0, {.verb = PgVerb::kStopFast}));
  const auto user = process::find_user("postgres");
  ASSERT_TRUE(user);
  const std::string file = bed.data(0) + "/pg_wal/" + history_file(Timeline{2});
  ASSERT_TRUE(process::write_file(file, reserved_history(Timeline{1}), {.owner = user->owner()}));
  ASSERT_TRUE(bed.command(0, {.verb = PgVerb::kStartStandby, .epoch = Epoch{2}})) << bed.trouble(0);
  EXPECT_FALSE(process::exists(file));
  ASSERT_TRUE(bed.wait(0, is_final));
  EXPECT_EQ(bed.see(0).timeline, Timeline{1});
  // A timeline that was taken before is never taken again.
  ASSERT_TRUE(
      bed.command(0, {.verb = PgVerb::kPromote, .epoch = Epoch{2}, .timeline = Timeline{3}}));
  EXPECT_EQ(bed.see(0).timeline, Timeline{3});
}

TEST_F(PromisesSlow, an_agent_that_comes_back_finds_everything_as_it_was) {
  Bed bed(2);
  ASSERT_TRUE(bed.start_first()) << bed.trouble(0);
  ASSERT_TRUE(bed.join(1, 0, 1)) << bed.trouble(1);
  const core::Pair pair = bed.pair(2, {1}, 1);
  ASSERT_TRUE(bed.set_and_prove(0, pair)) << bed.trouble(0);
  const PgObservation before = bed.see(0);
  for (int member = 0; member < 2; ++member) {
    bed.close(member);
    bed.open(member);
  }
  ASSERT_TRUE(bed.wait(0, [](const PgObservation& it) { return it.state == PgState::kPrimary; }));
  const PgObservation after = bed.see(0);
  EXPECT_TRUE(after.open);
  EXPECT_EQ(after.life, before.life);
  EXPECT_EQ(after.leads, Epoch{1});
  EXPECT_EQ(after.sync_pair, pair.id);
  EXPECT_FALSE(after.proven.is_set());  // what is only remembered proves nothing
  ASSERT_TRUE(bed.command(0, {.verb = PgVerb::kProve, .pair = pair})) << bed.trouble(0);
  EXPECT_TRUE(bed.wait(0, [&](const PgObservation& it) { return it.proven == pair.id; }));
  EXPECT_TRUE(bed.wait(1, [](const PgObservation& it) {
    return it.receiver == ReceiverState::kStreaming && it.source_epoch == Epoch{1};
  }));
  // A crash that nobody watched is still known to be one.
  bed.close(0);
  const auto server = process::identify(bed.postmaster(0));
  ASSERT_TRUE(server);
  kill(server->pid, SIGKILL);
  ASSERT_TRUE(process::wait_for_end(*server, boot_now() + 10s, nullptr));
  bed.open(0);
  EXPECT_EQ(bed.see(0).state, PgState::kCrashed);
}

/// Clients are out, and the successor has everything, before the primary is told to stop.
TEST_F(PromisesSlow, a_drain_ends_sessions_and_waits_for_the_successor) {
  Bed bed(2);
  ASSERT_TRUE(bed.start_first()) << bed.trouble(0);
  ASSERT_TRUE(bed.join(1, 0, 1)) << bed.trouble(1);
  ASSERT_TRUE(bed.set_and_prove(0, bed.pair(2, {1}, 1))) << bed.trouble(0);
  const MonoTime began = boot_now();
  ASSERT_TRUE(bed.command(0, {.verb = PgVerb::kDrain, .peer = bed.who(1)})) << bed.trouble(0);
  ASSERT_TRUE(bed.wait(0, [](const PgObservation& it) { return it.drained; }));
  std::printf("[ figure   ] drain: %.1f ms\n", to_ms(boot_now() - began));
  EXPECT_FALSE(bed.see(0).open);
  EXPECT_NE(bed.client(0, "select 1").find("no pg_hba.conf entry"), std::string::npos);
  ASSERT_TRUE(bed.command(0, {.verb = PgVerb::kStopFast}));
  // What it wrote when it stopped is on the successor, too: nothing has to be rewound.
  ASSERT_TRUE(bed.command(1, {.verb = PgVerb::kSeal, .epoch = Epoch{2}}));
  ASSERT_TRUE(bed.wait(1, is_final));
  ASSERT_TRUE(bed.command(0, {.verb = PgVerb::kStartStandby, .epoch = Epoch{2}}));
  ASSERT_TRUE(bed.wait(0, is_final));
  EXPECT_EQ(bed.see(0).flushed, bed.see(1).flushed);
  EXPECT_EQ(bed.see(0).timeline, bed.see(1).timeline);
}

}  // namespace
}  // namespace holdfast::postgres
