// The guardian with real servers: it fences on time without an agent, and keeps WAL moving.

#include <gtest/gtest.h>
#include <signal.h>

#include "adapters/postgres/guardian.h"
#include "adapters/postgres/test_bed.h"
#include "adapters/process/clock.h"

namespace holdfast::postgres {
namespace {

using core::PgObservation;
using core::PgState;
using core::PgVerb;
using process::boot_now;

class GuardianSlow : public testing::Test {
 protected:
  void SetUp() override {
    const std::string missing = Bed::what_is_missing();
    if (!missing.empty()) GTEST_SKIP() << missing;
  }
};

/// A guardian in a thread, for as long as it lives.
class Running {
 public:
  explicit Running(const std::string& socket) {
    auto opened = Guardian::open(socket);
    EXPECT_TRUE(opened) << opened.error().message;
    guardian_ = std::move(*opened);
    thread_ = std::thread([this] { guardian_->run(); });
  }
  ~Running() {
    guardian_->stop();
    thread_.join();
  }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;

 private:
  std::unique_ptr<Guardian> guardian_;
  std::thread thread_;
};

TEST_F(GuardianSlow, fences_at_the_deadline_also_when_agent_and_guardian_are_replaced) {
  Bed bed(1);
  const std::string socket = bed.root() + "/guardian.sock";
  auto guardian = std::make_unique<Running>(socket);
  ASSERT_TRUE(bed.start_first()) << bed.trouble(0);
  const int postmaster = bed.postmaster(0);
  // A deadline that is moved on does nothing.
  bed.arm(0, boot_now() + 200ms);
  bed.arm(0, boot_now() + 1h);
  const MonoTime deadline = boot_now() + 1500ms;
  bed.arm(0, deadline);
  bed.close(0);
  guardian = nullptr;
  ASSERT_TRUE(process::identify(postmaster));
  guardian = std::make_unique<Running>(socket);
  const auto server = process::identify(postmaster);
  ASSERT_TRUE(server);
  EXPECT_TRUE(process::wait_for_end(*server, deadline + 10s, nullptr));
  EXPECT_GE(boot_now(), deadline);
  std::printf("[ figure   ] fenced after the deadline: %.1f ms\n", to_ms(boot_now() - deadline));

  bed.open(0);
  EXPECT_EQ(bed.see(0).state, PgState::kStopped);
  EXPECT_TRUE(bed.see(0).fenced);
  ASSERT_TRUE(bed.command(0, {.verb = PgVerb::kStartPrimary, .epoch = Epoch{1}})) << bed.trouble(0);
  EXPECT_FALSE(bed.see(0).fenced);
}

TEST_F(GuardianSlow, a_frozen_server_is_fenced) {
  Bed bed(1);
  Running guardian(bed.root() + "/guardian.sock");
  ASSERT_TRUE(bed.start_first()) << bed.trouble(0);
  const auto server = process::identify(bed.postmaster(0));
  ASSERT_TRUE(server);
  ASSERT_EQ(kill(server->pid, SIGSTOP), 0);
  bed.arm(0, boot_now() + 50ms);
  EXPECT_TRUE(process::wait_for_end(*server, boot_now() + 10s, nullptr));
  ASSERT_TRUE(bed.wait(0, [](const PgObservation& it) { return it.fenced; }));
  EXPECT_EQ(bed.see(0).state, PgState::kStopped);
}

TEST_F(GuardianSlow, keeps_wal_moving_without_the_agent_and_without_any_acknowledgement) {
  Bed bed(1);
  Running guardian(bed.root() + "/guardian.sock");
  ASSERT_TRUE(bed.start_first()) << bed.trouble(0);
  // Nobody can acknowledge: a write that waited would hang for ever.
  core::Pair pair{PairId{2}, Epoch{1}, bed.who(0), {}, 1};
  pair.s.push_back({1, 0xdead});
  ASSERT_TRUE(bed.command(0, {.verb = PgVerb::kSetSync, .pair = pair})) << bed.trouble(0);
  bed.close(0);
  const auto flushed = [&] {
    return bed.sql(0, "select (pg_current_wal_flush_lsn() - '0/0')::text");
  };
  std::string last = flushed();
  const MonoTime limit = boot_now() + 20s;
  int moves = 0;
  while (moves < 5 && boot_now() < limit) {
    const std::string now = flushed();
    if (now != last) ++moves;
    last = now;
  }
  EXPECT_EQ(moves, 5);
}

}  // namespace
}  // namespace holdfast::postgres
