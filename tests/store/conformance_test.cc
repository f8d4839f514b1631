#include "conformance.h"

#include <algorithm>
#include <map>

namespace holdfast::store_test {

TEST_P(StoreConformance, First_record_is_written_once) {
  EXPECT_EQ(create(0, make_record(1, 1, 5)).outcome, StoreOutcome::kDone);
  const StoreAnswer again = create(last(), make_record(1, 1, 6));
  EXPECT_EQ(again.outcome, StoreOutcome::kConflict);
  ASSERT_NE(again.record, nullptr);
  EXPECT_EQ(again.record->returns, 5);
  const StoreAnswer shown = read(last());
  EXPECT_EQ(shown.outcome, StoreOutcome::kDone);
  EXPECT_EQ(shown.record->returns, 5);
}

TEST_P(StoreConformance, Write_that_expects_the_present_key_is_done_and_seen_everywhere) {
  begin();
  const core::RecordPtr next = make_record(1, 2);
  const StoreAnswer answer = ask(0, cas(make_record(1, 1), next));
  EXPECT_EQ(answer.outcome, StoreOutcome::kDone);
  EXPECT_EQ(answer.record->key, next->key);
  for (int i = 0; i < backend->controllers(); ++i) EXPECT_EQ(read(i).record->key, next->key);
}

TEST_P(StoreConformance, Stale_key_is_a_conflict_that_shows_the_present_record) {
  begin();
  ask(0, cas(make_record(1, 1), make_record(1, 2, 7)));
  for (const auto& stale : {make_record(1, 1), make_record(2, 2), make_record(1, 3)}) {
    const StoreAnswer answer = ask(last(), cas(stale, make_record(1, 3)));
    EXPECT_EQ(answer.outcome, StoreOutcome::kConflict);
    EXPECT_EQ(answer.record->returns, 7);
  }
  EXPECT_EQ(read(0).record->key.revision, Revision{2});
}

TEST_P(StoreConformance, Of_racing_writes_one_wins) {
  begin();
  core::RecordPtr present = make_record(1, 1);
  for (std::uint64_t round = 2; round < 7; ++round) {
    std::vector<std::shared_ptr<Answered>> racers;
    for (int i = 0; i < 9; ++i) {
      racers.push_back(submit(i % backend->controllers(), cas(present, make_record(1, round, i))));
    }
    int winners = 0;
    for (int i = 0; i < 9; ++i) {
      const StoreAnswer answer = wait(racers[static_cast<std::size_t>(i)]);
      ASSERT_NE(answer.outcome, StoreOutcome::kUnknown);
      if (answer.outcome != StoreOutcome::kDone) continue;
      ++winners;
      present = make_record(1, round, i);
    }
    ASSERT_EQ(winners, 1);
    for (const auto& it : racers) {
      EXPECT_EQ(it->answer.record->returns, present->returns);
      EXPECT_EQ(it->times, 1);
    }
  }
}

TEST_P(StoreConformance, Lease_holds_off_a_takeover_until_it_has_ended) {
  begin();
  const core::RecordPtr present = make_record(1, 1);
  constexpr Duration kLease = 700ms;
  const MonoTime asked = backend->now();
  const StoreAnswer renewed = ask(0, renewal(present, kLease));
  EXPECT_TRUE(renewed.renewed);
  EXPECT_EQ(renewed.record->key, present->key);
  int refused = 0;
  StoreAnswer taken;
  while (taken.outcome != StoreOutcome::kDone && backend->now() < asked + 20s) {
    taken = ask(last(), take_over(present, kLease));
    if (taken.outcome == StoreOutcome::kConflict) ++refused;
    ASSERT_NE(taken.outcome, StoreOutcome::kUnknown);
  }
  ASSERT_EQ(taken.outcome, StoreOutcome::kDone);
  EXPECT_GE(backend->now(), asked + kLease);
  EXPECT_GE(refused, 1);
  // The successor has the lease now.
  EXPECT_EQ(ask(0, take_over(taken.record, kLease)).outcome, StoreOutcome::kConflict);
}

TEST_P(StoreConformance, Renewed_lease_runs_anew) {
  begin();
  const core::RecordPtr present = make_record(1, 1);
  constexpr Duration kLease = 600ms;
  MonoTime asked{};
  const MonoTime end = backend->now() + 2s;
  while (backend->now() < end) {
    asked = backend->now();
    ASSERT_TRUE(ask(0, renewal(present, kLease)).renewed);
    EXPECT_EQ(ask(last(), take_over(present, kLease)).outcome, StoreOutcome::kConflict);
    backend->run(100ms);
  }
  StoreAnswer taken;
  while (taken.outcome != StoreOutcome::kDone && backend->now() < asked + 20s) {
    taken = ask(last(), take_over(present, kLease));
  }
  EXPECT_EQ(taken.outcome, StoreOutcome::kDone);
  EXPECT_GE(backend->now(), asked + kLease);
}

TEST_P(StoreConformance, Takeover_without_a_lease_is_at_once_and_gives_one) {
  begin();
  const StoreAnswer taken = ask(0, take_over(make_record(1, 1), 30s));
  EXPECT_EQ(taken.outcome, StoreOutcome::kDone);
  EXPECT_EQ(taken.record->target, kSuccessor);
  EXPECT_EQ(ask(last(), take_over(taken.record, 30s)).outcome, StoreOutcome::kConflict);
}

TEST_P(StoreConformance, Takeover_with_a_stale_key_is_a_conflict) {
  begin();
  ask(0, cas(make_record(1, 1), make_record(1, 2)));
  EXPECT_EQ(ask(last(), take_over(make_record(1, 1), 1s)).outcome, StoreOutcome::kConflict);
}

TEST_P(StoreConformance, Other_writes_do_not_ask_for_the_lease) {
  begin();
  ASSERT_TRUE(ask(0, renewal(make_record(1, 1), 30s)).renewed);
  EXPECT_EQ(ask(last(), cas(make_record(1, 1), make_record(1, 2))).outcome, StoreOutcome::kDone);
  // And leave it as it is.
  EXPECT_EQ(ask(last(), take_over(make_record(1, 2), 1s)).outcome, StoreOutcome::kConflict);
}

TEST_P(StoreConformance, Only_the_leader_of_the_epoch_renews) {
  begin();
  const core::RecordPtr present = make_record(1, 1);
  StoreOp other_member = renewal(present, 30s);
  other_member.holder = {1, 11};
  StoreOp other_life = renewal(present, 30s);
  other_life.holder = {0, 12};
  StoreOp other_epoch = renewal(present, 30s);
  other_epoch.expected.epoch = Epoch{2};
  StoreOp other_store = renewal(present, 30s);
  other_store.expected.store = StoreId{2};
  for (const StoreOp& op : {other_member, other_life, other_epoch, other_store}) {
    const StoreAnswer answer = ask(last(), op);
    EXPECT_EQ(answer.outcome, StoreOutcome::kDone);
    EXPECT_FALSE(answer.renewed);
    EXPECT_EQ(answer.record->key, present->key);
  }
  EXPECT_EQ(ask(last(), take_over(present, 1s)).outcome, StoreOutcome::kDone);
}

TEST_P(StoreConformance, Renewal_holds_for_later_revisions_of_the_epoch) {
  begin();
  for (std::uint64_t revision = 2; revision < 5; ++revision) {
    const StoreOp next = cas(make_record(1, revision - 1), make_record(1, revision));
    ASSERT_EQ(ask(0, next).outcome, StoreOutcome::kDone);
    // Asked for with the key of the first, from where the last one may not be known.
    const StoreAnswer answer = ask(last(), renewal(make_record(1, 1), 1s));
    EXPECT_TRUE(answer.renewed);
    EXPECT_EQ(answer.record->key.revision, Revision{revision});
  }
}

TEST_P(StoreConformance, Deposed_leader_does_not_renew) {
  begin();
  ASSERT_TRUE(ask(last(), renewal(make_record(1, 1), 1s)).renewed);
  core::Record sealing = *make_record(2, 2);
  sealing.phase = core::Phase::kSealing;
  const auto next = std::make_shared<const core::Record>(sealing);
  ASSERT_EQ(ask(0, cas(make_record(1, 1), next)).outcome, StoreOutcome::kDone);
  const StoreAnswer answer = ask(last(), renewal(make_record(1, 1), 1s));
  EXPECT_FALSE(answer.renewed);
  EXPECT_EQ(answer.record->key.epoch, Epoch{2});
}

TEST_P(StoreConformance, Watch_shows_what_others_change) {
  begin();
  std::map<int, std::uint64_t> seen;
  for (int i = 0; i < backend->controllers(); ++i) {
    backend->store(i).watch([&seen, i](int cluster, const core::RecordPtr& record) {
      EXPECT_EQ(cluster, 0);
      EXPECT_GE(record->key.revision.value, seen[i]) << "shown backwards";
      seen[i] = record->key.revision.value;
    });
  }
  for (std::uint64_t revision = 2; revision < 12; ++revision) {
    const int writer = static_cast<int>(revision) % backend->controllers();
    const StoreOp op = cas(make_record(1, revision - 1), make_record(1, revision));
    ASSERT_EQ(ask(writer, op).outcome, StoreOutcome::kDone);
  }
  const auto all = [&] {
    return std::all_of(seen.begin(), seen.end(), [](const auto& it) { return it.second == 11; });
  };
  EXPECT_TRUE(backend->run_until(all, 10s));
  EXPECT_EQ(seen.size(), static_cast<std::size_t>(backend->controllers()));
}

TEST_P(StoreFaults, Without_a_majority_nothing_is_done) {
  begin();
  ASSERT_EQ(ask(0, cas(make_record(1, 1), make_record(1, 2))).outcome, StoreOutcome::kDone);
  const int down = backend->members() / 2 + 1;
  for (int i = 0; i < down; ++i) backend->kill(i);
  std::vector<std::shared_ptr<Answered>> calls;
  for (int i = 0; i < backend->controllers(); ++i) {
    calls.push_back(submit(i, {}));
    calls.push_back(submit(i, cas(make_record(1, 2), make_record(1, 3))));
    calls.push_back(submit(i, renewal(make_record(1, 2), 1s)));
    calls.push_back(submit(i, take_over(make_record(1, 2), 1s)));
  }
  for (const auto& it : calls) EXPECT_EQ(wait(it).outcome, StoreOutcome::kUnknown);
  for (int i = 0; i < down; ++i) backend->start(i);
  // Of the writes, none or one may have been applied; then everything goes on.
  write_next(0);
  const StoreAnswer after = read(last());
  ASSERT_EQ(after.outcome, StoreOutcome::kDone);
  EXPECT_LE(after.record->key.revision.value, 4U);
  for (const auto& it : calls) EXPECT_EQ(it->times, 1);
}

TEST_P(StoreFaults, Watch_resumes_after_its_member_came_back) {
  begin();
  std::uint64_t seen = 0;
  backend->store(0).watch(
      [&seen](int, const core::RecordPtr& record) { seen = record->key.revision.value; });
  write_next(0);
  ASSERT_TRUE(backend->run_until([&] { return seen == 2; }, 10s));
  for (int round = 0; round < 2; ++round) {
    backend->kill(0);
    if (backend->members() > 1) write_next(1);
    backend->start(0);
    write_next(0);
    const std::uint64_t wanted = read(0).record->key.revision.value;
    EXPECT_TRUE(backend->run_until([&] { return seen == wanted; }, 10s))
        << "saw " << seen << " of " << wanted;
  }
}

TEST_P(StoreFaults, Reads_are_linearizable_across_the_loss_of_a_leader) {
  begin();
  if (backend->members() < 3) GTEST_SKIP() << "a single member cannot be lost";
  std::uint64_t least = 1;
  for (int round = 0; round < 4; ++round) {
    const int old = backend->leader();
    ASSERT_GE(old, 0);
    const int other = (old + 1) % 3;
    const bool frozen = round % 2 == 0;
    frozen ? backend->freeze(old) : backend->kill(old);
    write_next(other);
    const StoreAnswer written = read(other);
    if (written.outcome == StoreOutcome::kDone) least = written.record->key.revision.value;
    frozen ? backend->thaw(old) : backend->start(old);
    // The controller beside it must never see what the old leader believes.
    int answers = 0;
    for (int i = 0; i < 40 && answers < 5; ++i) {
      const StoreAnswer answer = read(old);
      if (answer.outcome != StoreOutcome::kDone) continue;
      ++answers;
      EXPECT_GE(answer.record->key.revision.value, least);
    }
    EXPECT_EQ(answers, 5);
  }
}

TEST_P(StoreHistory, Stays_linearizable_under_kills_and_freezes) {
  if (backend->members() < 3) GTEST_SKIP() << "a single member cannot be lost";
  begin();
  made.reserve(20000);
  const auto busy_for = [this](Duration d) {
    const MonoTime end = backend->now() + d;
    while (backend->now() < end) {
      act();
      backend->run(prng.between(Duration(1ms), Duration(20ms)));
    }
  };
  for (int round = 0; round < 8; ++round) {
    const int victim = static_cast<int>(prng.below(3));
    const bool frozen = prng.chance(50);
    frozen ? backend->freeze(victim) : backend->kill(victim);
    busy_for(prng.between(Duration(300ms), Duration(1500ms)));
    frozen ? backend->thaw(victim) : backend->start(victim);
    busy_for(prng.between(Duration(300ms), Duration(1s)));
  }
  const auto all = [this] {
    return std::all_of(
        made.begin(), made.end(), [](const Made& it) { return it.answer->answered; });
  };
  EXPECT_TRUE(backend->run_until(all, 10s));
  EXPECT_GT(answers, 50);
  EXPECT_GT(written, 10);
}

[[maybe_unused]] const auto kName = [](const testing::TestParamInfo<Maker>& info) {
  return info.param.name;
};

INSTANTIATE_TEST_SUITE_P(Fast,
                         StoreConformance,
                         testing::Values(Maker{"sim", make_sim_backend},
                                         Maker{"sqlite", make_sqlite_backend}),
                         kName);
INSTANTIATE_TEST_SUITE_P(Fast, StoreFaults, testing::Values(Maker{"sim", make_sim_backend}), kName);
INSTANTIATE_TEST_SUITE_P(Fast,
                         StoreHistory,
                         testing::Values(Maker{"sim", make_sim_backend}),
                         kName);

}  // namespace holdfast::store_test
