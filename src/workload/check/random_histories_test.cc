// Two judges that share nothing but the definition must agree on everything, and both must accept
// what a correct register did and find what was changed in it.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <vector>

#include "base/prng.h"
#include "workload/check/search.h"
#include "workload/check/story_for_test.h"
#include "workload/check/zones.h"

namespace holdfast::workload {
namespace {

constexpr std::size_t kLimit = 1'000'000;

MonoTime at(std::int64_t us) { return MonoTime(Duration(us)); }

/// What a correct register answers: each operation takes effect at an instant within its interval.
RegisterHistory correct(Prng& prng, std::int64_t operations, std::int64_t spread) {
  struct Effect {
    std::int64_t instant;
    RegisterOp op;
  };
  std::vector<Effect> effects;
  for (std::int64_t i = 1; i <= operations; ++i) {
    const std::int64_t instant = prng.between(0, operations * 10);
    RegisterOp op{prng.chance(50),
                  i,
                  at(instant - prng.between(0, spread)),
                  at(instant + prng.between(0, spread))};
    if (op.is_write && prng.chance(10)) op.complete = kNever;
    effects.push_back({instant, op});
  }
  std::stable_sort(effects.begin(), effects.end(), [](const Effect& a, const Effect& b) {
    return a.instant < b.instant;
  });
  RegisterHistory history;
  std::int64_t value = 0;
  for (Effect& effect : effects) {
    if (effect.op.is_write) value = effect.op.value;
    if (!effect.op.is_write) effect.op.value = value;
    history.push_back(effect.op);
  }
  shuffle(history, prng);
  return history;
}

bool zones_accept(const RegisterHistory& history) { return !find_order_conflict(history); }

bool search_accepts(const RegisterHistory& history) {
  const SearchVerdict verdict = search_order(history, kLimit);
  EXPECT_NE(verdict.kind, SearchVerdict::Kind::kUndecided);
  return verdict.kind == SearchVerdict::Kind::kLinearizable;
}

/// Tries every order, without any cleverness. Only for a handful of operations.
bool some_order_explains(const RegisterHistory& history) {
  std::vector<std::size_t> order(history.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  do {
    std::int64_t value = 0;
    bool fine = true;
    for (std::size_t i = 0; i < order.size() && fine; ++i) {
      const RegisterOp& op = history[order[i]];
      for (std::size_t j = i + 1; j < order.size(); ++j) {
        fine = fine && !(history[order[j]].complete < op.invoke);
      }
      if (op.is_write) value = op.value;
      fine = fine && value == op.value;
    }
    if (fine) return true;
  } while (std::next_permutation(order.begin(), order.end()));
  return false;
}

TEST(RandomHistories, Correct_ones_are_accepted_by_both_judges) {
  Prng prng(1);
  for (int i = 0; i < 300; ++i) {
    const RegisterHistory history = correct(prng, prng.between(1, 60), prng.between(0, 60));
    EXPECT_TRUE(zones_accept(history)) << i;
    EXPECT_TRUE(search_accepts(history)) << i;
  }
}

TEST(RandomHistories, Changed_ones_get_the_same_verdict_from_both_judges) {
  Prng prng(2);
  int accepted = 0;
  int refused = 0;
  for (int i = 0; i < 3000; ++i) {
    RegisterHistory history = correct(prng, prng.between(2, 25), prng.between(0, 60));
    RegisterOp& changed = history[prng.below(history.size())];
    if (!changed.is_write) {
      changed.value = history[prng.below(history.size())].value;
    } else {
      const Duration later = prng.between(Duration(-100), Duration(100));
      changed.invoke += later;
      if (changed.complete != kNever) changed.complete += later;
    }
    const bool fine = zones_accept(history);
    EXPECT_EQ(fine, search_accepts(history)) << i;
    (fine ? accepted : refused) += 1;
  }
  EXPECT_GT(accepted, 300);
  EXPECT_GT(refused, 300);
}

TEST(RandomHistories, Small_ones_get_the_verdict_of_trying_every_order) {
  Prng prng(3);
  int refused = 0;
  for (int i = 0; i < 2000; ++i) {
    RegisterHistory history;
    for (std::int64_t n = 1; n <= 6; ++n) {
      const std::int64_t begin = prng.between(0, 20);
      // Writes without an end may also never take effect, which the plain order does not try.
      history.push_back({n <= 3, n, at(begin), at(begin + prng.between(0, 12))});
      if (n > 3) history.back().value = prng.between(0, 3);
    }
    const bool fine = some_order_explains(history);
    EXPECT_EQ(zones_accept(history), fine) << i;
    EXPECT_EQ(search_accepts(history), fine) << i;
    refused += fine ? 0 : 1;
  }
  EXPECT_GT(refused, 500);
  EXPECT_LT(refused, 1990);
}

TEST(RandomHistories, Search_needs_no_distinct_values) {
  // Two writes of one value: the second explains the last read, which zones could not say.
  const RegisterHistory fine = {{true, 5, at(0), at(9)},
                                {true, 6, at(10), at(19)},
                                {true, 5, at(20), at(29)},
                                {false, 5, at(30), at(31)}};
  EXPECT_TRUE(search_accepts(fine));
  RegisterHistory wrong = fine;
  wrong[2].invoke = at(40);
  wrong[2].complete = at(49);
  EXPECT_FALSE(search_accepts(wrong));
  EXPECT_EQ(search_order(wrong, kLimit).at, 3U);
}

TEST(RandomHistories, Search_says_when_it_gives_up) {
  RegisterHistory history;
  for (std::int64_t i = 1; i <= 20; ++i) history.push_back({true, i, at(0), kNever});
  history.push_back({false, 99, at(10), at(11)});
  EXPECT_EQ(search_order(history, 1000).kind, SearchVerdict::Kind::kUndecided);
}

/// A run of a whole cluster that did nothing wrong: each write has its instant, unknown ones may
/// have it much later or never, and reads see what is there.
Story correct_run(Prng& prng) {
  struct Effect {
    std::int64_t instant;
    Operation op;
  };
  Story story = tell("| |");
  std::vector<Effect> effects;
  for (std::int64_t i = 1; i <= 120; ++i) {
    std::int64_t instant = 1000 + prng.between(0, 3000);
    Operation op;
    op.kind = prng.chance(50) ? OpKind::kWrite : OpKind::kRead;
    op.key = static_cast<std::int32_t>(prng.below(3));
    op.invoke = at(instant - prng.between(0, 90));
    op.complete = at(instant + prng.between(0, 90));
    op.outcome = Outcome::kAcknowledged;
    if (op.kind == OpKind::kWrite) {
      op.id = test_id(i);
      if (prng.chance(10)) op.outcome = Outcome::kUnknown;
      if (prng.chance(10)) op.outcome = Outcome::kRefused;
      if (op.outcome == Outcome::kUnknown) instant += prng.between(0, 900);
    }
    effects.push_back({instant, op});
  }
  std::stable_sort(effects.begin(), effects.end(), [](const Effect& a, const Effect& b) {
    return a.instant < b.instant;
  });
  for (Effect& effect : effects) {
    OpId& value = story.state.registers[effect.op.key];
    const bool never = effect.op.outcome == Outcome::kRefused ||
                       (effect.op.outcome == Outcome::kUnknown && prng.chance(40));
    if (effect.op.kind == OpKind::kRead) {
      effect.op.id = value;
    } else if (!never) {
      value = effect.op.id;
      story.state.log.push_back(value);
    }
    story.history.operations.push_back(effect.op);
  }
  std::erase_if(story.state.registers, [](const auto& each) { return each.second == 0; });
  std::sort(story.state.log.begin(), story.state.log.end());
  return story;
}

std::string verdict_of(const Story& story) {
  return findings_of(judge(story.history, story.state, {}));
}

Operation* pick(Story& story, Prng& prng, OpKind kind, Outcome outcome) {
  std::vector<Operation*> all;
  for (Operation& op : story.history.operations) {
    if (op.kind == kind && op.outcome == outcome) all.push_back(&op);
  }
  return all.empty() ? nullptr : all[prng.below(all.size())];
}

const Operation& write_of(const Story& story, OpId id) {
  const auto& ops = story.history.operations;
  return *std::find_if(ops.begin(), ops.end(), [id](const Operation& op) {
    return op.kind == OpKind::kWrite && op.id == id;
  });
}

TEST(RandomHistories, Correct_run_is_fine) {
  Prng prng(4);
  for (int i = 0; i < 300; ++i) EXPECT_EQ(verdict_of(correct_run(prng)), "") << i;
}

TEST(RandomHistories, Removed_row_is_found) {
  Prng prng(5);
  for (int i = 0; i < 300; ++i) {
    Story story = correct_run(prng);
    const Operation* write = pick(story, prng, OpKind::kWrite, Outcome::kAcknowledged);
    if (write == nullptr) continue;
    std::erase(story.state.log, write->id);
    EXPECT_NE(verdict_of(story).find("lost"), std::string::npos) << i;
  }
}

TEST(RandomHistories, Refusal_that_was_applied_is_found) {
  Prng prng(6);
  for (int i = 0; i < 300; ++i) {
    Story story = correct_run(prng);
    Operation* write = pick(story, prng, OpKind::kWrite, Outcome::kAcknowledged);
    if (write == nullptr) continue;
    write->outcome = Outcome::kRefused;
    EXPECT_NE(verdict_of(story).find("phantom"), std::string::npos) << i;
  }
}

TEST(RandomHistories, Read_of_another_moment_is_found) {
  Prng prng(7);
  int tried = 0;
  for (int i = 0; i < 300; ++i) {
    Story story = correct_run(prng);
    Operation* read = pick(story, prng, OpKind::kRead, Outcome::kAcknowledged);
    if (read == nullptr) continue;
    // Long after everything, a value that is not the last one of its key. (A last one of unknown
    // outcome could have come even later.)
    const auto last = story.state.registers.find(read->key);
    if (last == story.state.registers.end() || read->id == last->second) continue;
    if (write_of(story, last->second).outcome != Outcome::kAcknowledged) continue;
    read->invoke = at(90'000);
    read->complete = at(90'001);
    ++tried;
    EXPECT_NE(verdict_of(story).find("order"), std::string::npos) << i;
  }
  EXPECT_GT(tried, 100);
}

TEST(RandomHistories, Register_that_fell_behind_is_found) {
  Prng prng(8);
  int tried = 0;
  for (int i = 0; i < 300; ++i) {
    Story story = correct_run(prng);
    const auto& ops = story.history.operations;
    // Back to a write that was over before the last one of the key began.
    for (auto& [key, value] : story.state.registers) {
      const Operation& last = write_of(story, value);
      const auto older = std::find_if(ops.begin(), ops.end(), [&](const Operation& op) {
        return op.kind == OpKind::kWrite && op.key == key && op.complete < last.invoke &&
               op.outcome == Outcome::kAcknowledged;
      });
      if (last.outcome != Outcome::kAcknowledged || older == ops.end()) continue;
      value = older->id;
      ++tried;
      EXPECT_NE(verdict_of(story).find("order"), std::string::npos) << i;
      break;
    }
  }
  EXPECT_GT(tried, 100);
}

}  // namespace
}  // namespace holdfast::workload
