#include "core/routing/routing.h"

#include <gtest/gtest.h>

#include <string>

#include "base/prng.h"
#include "core/testing/sites.h"

namespace holdfast::core {
namespace {

/// A router of the four members of `registry`, fed by what a test lets them say.
struct Router {
  ClusterPolicy policy = testing::registry_policy();
  MonoTime now = MonoTime{} + 1000s;
  RoutingState state;
  RoutingStep out;
  std::uint64_t heartbeat = 0;

  explicit Router(const RoutingMemory& memory = {}) { state = routing_state(policy, memory, now); }

  std::string hear(int member, MemberReport report) {
    report.self = {static_cast<std::uint8_t>(member), 7};
    report.boot = BootId{1};
    if (report.heartbeat == 0) report.heartbeat = ++heartbeat;
    step_routing(policy, state, {now, ReportReceived{member, &report}}, out);
    return out.rule->id;
  }
  std::string opens(int member, std::uint64_t epoch) {
    MemberReport report;
    report.state = PgState::kPrimary;
    report.open = true;
    report.leads = Epoch{epoch};
    report.record.epoch = Epoch{epoch};
    return hear(member, report);
  }
  std::string closes(int member, std::uint64_t epoch) {
    MemberReport report;
    report.state = PgState::kPrimary;
    report.leads = Epoch{epoch};
    return hear(member, report);
  }
  /// A standby that knows a record of this epoch.
  std::string knows(int member, std::uint64_t epoch) {
    MemberReport report;
    report.state = PgState::kStandby;
    report.record.epoch = Epoch{epoch};
    return hear(member, report);
  }
  std::string pass(Duration time) {
    now += time;
    step_routing(policy, state, {now, RoutingTick{}}, out);
    return out.rule->id;
  }
  [[nodiscard]] int writer() const { return state.memory.writer; }
};

TEST(Routing, nobody_is_heard_refuses) {
  Router router;
  EXPECT_EQ(router.pass(0s), "W199");
  EXPECT_EQ(router.writer(), kNobody);
  EXPECT_FALSE(router.out.moved);
}

TEST(Routing, first_open_member_gets_the_clients_and_no_session_ends) {
  Router router;
  router.knows(1, 3);
  EXPECT_EQ(router.opens(0, 3), "W120");
  EXPECT_EQ(router.writer(), 0);
  EXPECT_TRUE(router.out.moved);
  EXPECT_EQ(router.out.former, kNobody);
  EXPECT_EQ(router.opens(0, 3), "W160");
  EXPECT_FALSE(router.out.moved);
}

TEST(Routing, higher_epoch_wins_and_ends_sessions_to_the_former) {
  Router router;
  router.opens(0, 3);
  EXPECT_EQ(router.opens(1, 4), "W110");
  EXPECT_EQ(router.writer(), 1);
  EXPECT_TRUE(router.out.moved);
  EXPECT_EQ(router.out.former, 0);
  // The former one still believes in itself; nobody else does.
  EXPECT_EQ(router.opens(0, 3), "W160");
  EXPECT_EQ(router.writer(), 1);
}

TEST(Routing, silent_writer_keeps_its_clients_for_as_long_as_it_takes) {
  Router router;
  router.opens(0, 3);
  EXPECT_EQ(router.out.next_deadline, router.now + routing::silence_limit(router.policy));
  EXPECT_EQ(router.pass(routing::silence_limit(router.policy)), "W140");
  EXPECT_EQ(router.pass(24h), "W140");
  router.knows(1, 4);
  EXPECT_EQ(router.writer(), 0);
  EXPECT_EQ(router.opens(1, 4), "W110");
  EXPECT_EQ(router.out.former, 0);
}

TEST(Routing, newer_record_alone_takes_no_clients_away) {
  Router router;
  router.opens(0, 3);
  EXPECT_EQ(router.knows(1, 4), "W150");
  EXPECT_EQ(router.writer(), 0);
}

TEST(Routing, member_open_for_an_ended_epoch_is_never_chosen) {
  Router router;
  router.knows(1, 4);
  EXPECT_EQ(router.opens(0, 3), "W170");
  EXPECT_EQ(router.writer(), kNobody);
  EXPECT_EQ(router.opens(0, 4), "W120");
}

TEST(Routing, writer_that_closes_leaves_nobody_until_it_opens_again) {
  Router router;
  router.opens(0, 3);
  EXPECT_EQ(router.closes(0, 3), "W130");
  EXPECT_EQ(router.writer(), kNobody);
  EXPECT_TRUE(router.out.moved);
  EXPECT_EQ(router.out.former, 0);
  EXPECT_EQ(router.knows(1, 3), "W199");
  EXPECT_FALSE(router.out.moved);
  EXPECT_EQ(router.opens(0, 3), "W120");
}

TEST(Routing, writer_that_crashed_says_so_and_has_no_clients) {
  Router router;
  router.opens(0, 3);
  MemberReport crashed;
  crashed.state = PgState::kCrashed;
  EXPECT_EQ(router.hear(0, crashed), "W130");
}

TEST(Routing, writer_that_is_closed_while_another_is_open_hands_over_in_one_step) {
  Router router;
  router.opens(0, 3);
  router.opens(1, 4);
  EXPECT_EQ(router.closes(0, 3), "W160");
  EXPECT_EQ(router.writer(), 1);
}

TEST(Routing, same_member_in_a_newer_epoch_keeps_its_sessions) {
  Router router;
  router.opens(0, 3);
  router.knows(1, 4);
  EXPECT_EQ(router.opens(0, 4), "W100");
  EXPECT_FALSE(router.out.moved);
  EXPECT_EQ(router.out.former, kNobody);
  EXPECT_EQ(router.state.memory.epoch, Epoch{4});
}

TEST(Routing, late_report_changes_nothing) {
  Router router;
  router.opens(0, 3);
  router.opens(0, 3);
  MemberReport late;
  late.heartbeat = 1;
  EXPECT_EQ(router.hear(0, late), "W160");
  EXPECT_EQ(router.writer(), 0);
}

TEST(Routing, report_of_an_unknown_member_changes_nothing) {
  Router router;
  router.opens(0, 3);
  EXPECT_EQ(router.opens(4, 9), "W160");
  EXPECT_EQ(router.opens(-1, 9), "W160");
}

TEST(Routing, restart_moves_nobody) {
  Router router(RoutingMemory{1, Epoch{4}, Epoch{4}});
  EXPECT_EQ(router.pass(0s), "W140");
  EXPECT_EQ(router.opens(0, 3), "W140");
  EXPECT_EQ(router.writer(), 1);
  EXPECT_EQ(router.opens(1, 4), "W160");
}

TEST(Routing, writer_taken_over_from_the_proxy_is_confirmed_or_replaced) {
  Router confirmed(RoutingMemory{1, Epoch{}, Epoch{}});
  EXPECT_EQ(confirmed.opens(1, 4), "W100");
  EXPECT_FALSE(confirmed.out.moved);
  Router replaced(RoutingMemory{1, Epoch{}, Epoch{}});
  EXPECT_EQ(replaced.opens(0, 4), "W110");
  EXPECT_EQ(replaced.out.former, 1);
  Router refuted(RoutingMemory{1, Epoch{}, Epoch{}});
  EXPECT_EQ(refuted.knows(1, 4), "W130");
}

TEST(Routing, memory_of_a_member_that_the_site_no_longer_has_is_dropped) {
  Router router(RoutingMemory{6, Epoch{4}, Epoch{4}});
  EXPECT_EQ(router.writer(), kNobody);
}

TEST(Routing, each_row_is_told_once) {
  Router router;
  router.opens(0, 3);
  ASSERT_EQ(router.out.events.size(), 1U);
  EXPECT_STREQ(router.out.events[0].rule->id, "W120");
  EXPECT_EQ(router.out.events[0].subject.member, 0);
  router.opens(0, 3);
  router.opens(0, 3);
  EXPECT_TRUE(router.out.events.empty());
  router.closes(0, 3);
  ASSERT_EQ(router.out.events.size(), 1U);
  EXPECT_EQ(router.out.events[0].subject.member, 0);
}

/// What holds after every step, whatever members say and in whatever order.
void expect_invariants(const Router& router, const RoutingMemory& before, bool is_report) {
  const RoutingMemory& memory = router.state.memory;
  ASSERT_GE(memory.newest, before.newest);
  ASSERT_GE(memory.epoch, before.epoch);
  ASSERT_EQ(router.out.moved, memory.writer != before.writer);
  ASSERT_EQ(router.out.former, router.out.moved ? before.writer : kNobody);
  ASSERT_TRUE(is_report || !router.out.moved) << "time alone moved clients";
  const auto says_open = [&](int member) {
    const MemberReport& report = router.state.members[static_cast<std::size_t>(member)].report;
    return report.open && report.state == PgState::kPrimary;
  };
  const auto leads = [&](int member) {
    return router.state.members[static_cast<std::size_t>(member)].report.leads;
  };
  if (memory.writer != kNobody && router.out.moved) {
    ASSERT_TRUE(says_open(memory.writer));
    ASSERT_GE(leads(memory.writer), memory.newest) << "its epoch has ended";
  }
  for (int i = 0; i < 4; ++i) {
    if (!says_open(i) || leads(i) < memory.newest) continue;
    ASSERT_NE(memory.writer, kNobody) << "a writer is open, and clients are refused";
    ASSERT_GE(memory.epoch, leads(i)) << "a newer writer is open than the one chosen";
  }
  if (memory.writer == kNobody) return;
  const HeardMember& chosen = router.state.members[static_cast<std::size_t>(memory.writer)];
  ASSERT_TRUE(chosen.heard == kLongAgo || says_open(memory.writer)) << "clients hang";
}

TEST(Routing, invariants_hold_over_any_order_of_reports) {
  Prng prng(7403);
  int moves = 0;
  for (int run = 0; run < 400; ++run) {
    Router router;
    std::uint64_t top = 1;
    for (int step = 0; step < 60; ++step) {
      const RoutingMemory before = router.state.memory;
      const int member = static_cast<int>(prng.below(4));
      const bool is_report = !prng.chance(15);
      if (prng.chance(10)) ++top;
      const std::uint64_t epoch = prng.chance(70) ? top : 1 + prng.below(top);
      // One leader an epoch: the same member for the same number.
      const int leader = static_cast<int>(epoch * 7 % 4);
      if (!is_report) {
        router.pass(prng.chance(50) ? 100ms : 5s);
      } else if (prng.chance(50)) {
        router.opens(leader, epoch);
      } else if (prng.chance(50)) {
        router.closes(leader, epoch);
      } else {
        router.knows(member, epoch);
      }
      moves += router.out.moved ? 1 : 0;
      expect_invariants(router, before, is_report);
      if (HasFatalFailure()) return;
    }
  }
  EXPECT_GT(moves, 1000);
}

}  // namespace
}  // namespace holdfast::core
