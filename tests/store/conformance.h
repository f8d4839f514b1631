// What every store must do, as one suite of scripts over any Backend.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "backend.h"
#include "base/prng.h"

namespace holdfast::store_test {

using engine::StoreAnswer;
using engine::StoreOp;
using engine::StoreOutcome;
using engine::StoreVerb;

constexpr core::Incarnation kLeader{0, 11};
constexpr core::Incarnation kSuccessor{1, 22};

/// `mark` tells apart records with the same key.
inline core::RecordPtr make_record(std::uint64_t epoch, std::uint64_t revision, int mark = 0) {
  core::Record it;
  it.key = {StoreId{1}, Epoch{epoch}, Revision{revision}};
  it.primary = kLeader;
  it.cause = core::Cause::kBootstrap;
  it.returns = static_cast<std::uint8_t>(mark);
  return std::make_shared<const core::Record>(it);
}

struct Answered {
  bool answered = false;
  int times = 0;
  StoreAnswer answer;
};

class StoreConformance : public testing::TestWithParam<Maker> {
 protected:
  void SetUp() override {
    backend = GetParam().make();
    ASSERT_FALSE(HasFailure());
  }

  [[nodiscard]] int last() const { return backend->controllers() - 1; }

  std::shared_ptr<Answered> submit(int controller, const StoreOp& op) {
    auto it = std::make_shared<Answered>();
    backend->store(controller).submit(0, op, [it](const StoreAnswer& answer) {
      it->answered = true;
      ++it->times;
      it->answer = answer;
    });
    EXPECT_FALSE(it->answered) << "answered from inside the call";
    return it;
  }
  StoreAnswer wait(const std::shared_ptr<Answered>& it) {
    EXPECT_TRUE(backend->run_until([&] { return it->answered; }, 20s)) << "never answered";
    return it->answer;
  }
  StoreAnswer ask(int controller, const StoreOp& op) { return wait(submit(controller, op)); }
  StoreAnswer read(int controller) { return ask(controller, {}); }

  StoreAnswer create(int controller, const core::RecordPtr& first, int cluster = 0) {
    auto it = std::make_shared<Answered>();
    backend->store(controller).create(cluster, first, [it](const StoreAnswer& answer) {
      it->answered = true;
      it->answer = answer;
    });
    return wait(it);
  }
  void begin() { ASSERT_EQ(create(0, make_record(1, 1)).outcome, StoreOutcome::kDone); }

  static StoreOp cas(const core::RecordPtr& expected, const core::RecordPtr& next) {
    StoreOp op;
    op.verb = StoreVerb::kCas;
    op.expected = expected->key;
    op.next = next;
    return op;
  }
  static StoreOp take_over(const core::RecordPtr& expected, Duration lease) {
    core::Record next = *expected;
    next.key.epoch = next.key.epoch.next();
    next.key.revision = next.key.revision.next();
    next.phase = core::Phase::kPromoting;
    next.target = kSuccessor;
    StoreOp op = cas(expected, std::make_shared<const core::Record>(next));
    op.lease_must_be_absent = true;
    op.holder = kSuccessor;
    op.lease = lease;
    return op;
  }
  static StoreOp renewal(const core::RecordPtr& record, Duration lease) {
    StoreOp op;
    op.verb = StoreVerb::kRenewLease;
    op.expected = record->key;
    op.holder = record->leader();
    op.lease = lease;
    return op;
  }

  /// Tries until the store answers again; a write by reading in between.
  void write_next(int controller) {
    for (int i = 0; i < 60; ++i) {
      const StoreAnswer present = read(controller);
      if (present.outcome != StoreOutcome::kDone) continue;
      const core::RecordKey key = present.record->key;
      const StoreOp op = cas(present.record, make_record(key.epoch.value, key.revision.value + 1));
      if (ask(controller, op).outcome == StoreOutcome::kDone) return;
    }
    FAIL() << "no write succeeds";
  }

  std::unique_ptr<Backend> backend;
};

/// Suites that need members that can be broken.
class StoreFaults : public StoreConformance {};

/// Random writers and readers under kills and freezes; every answer is checked against the order
/// that revisions impose.
class StoreHistory : public StoreFaults {
 protected:
  struct Made {
    std::uint64_t revision = 0;
    int mark = 0;
    std::shared_ptr<Answered> answer;
    std::uint64_t at_least = 0;  ///< what had been shown to anybody when it began
  };

  void act() {
    const int from = static_cast<int>(prng.below(3));
    const bool write = prng.chance(50);
    const std::uint64_t expected = shown;
    Made it{expected + 1, static_cast<int>(made.size() % 200), nullptr, shown};
    StoreOp op;
    if (write) op = cas(make_record(1, expected), make_record(1, it.revision, it.mark));
    auto answered = std::make_shared<Answered>();
    it.answer = answered;
    made.push_back(it);
    const std::size_t at = made.size() - 1;
    backend->store(from).submit(
        0, op, [this, at, write](const StoreAnswer& answer) { done(made[at], write, answer); });
  }

  void done(const Made& it, bool write, const StoreAnswer& answer) {
    it.answer->answered = true;
    it.answer->answer = answer;
    if (answer.outcome == StoreOutcome::kUnknown) return;
    ++answers;
    const std::uint64_t revision = answer.record->key.revision.value;
    EXPECT_GE(revision, it.at_least) << "an answer from the past";
    shown = std::max(shown, revision);
    const auto first = marks.emplace(revision, answer.record->returns).first;
    EXPECT_EQ(first->second, answer.record->returns) << "two records of revision " << revision;
    if (write && answer.outcome == StoreOutcome::kDone) ++written;
  }

  Prng prng{17};
  std::uint64_t shown = 1;
  std::map<std::uint64_t, int> marks;  ///< by revision
  std::vector<Made> made;
  int answers = 0;
  int written = 0;
};

}  // namespace holdfast::store_test
