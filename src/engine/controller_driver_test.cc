#include "engine/controller_driver.h"

#include <gtest/gtest.h>

#include <vector>

namespace holdfast::engine {
namespace {

using core::Incarnation;

class FakePorts : public ControllerPorts {
 public:
  struct Op {
    StoreOp op;
    std::uint64_t token = 0;
  };
  struct Push {
    int member = 0;
    core::RecordPtr record;
  };
  struct Proof {
    int member = 0;
    core::StoreProof proof;
  };
  void begin_store_op(const StoreOp& op, std::uint64_t token) override {
    ops.push_back({op, token});
  }
  void push_record(int member, const core::RecordPtr& record) override {
    pushes.push_back({member, record});
  }
  void send_proof(int member, const core::StoreProof& proof) override {
    proofs.push_back({member, proof});
  }
  void event(const core::Event&) override {}
  void set_timer(MonoTime deadline) override { timer = deadline; }

  void clear() {
    ops.clear();
    pushes.clear();
    proofs.clear();
  }

  std::vector<Op> ops;
  std::vector<Push> pushes;
  std::vector<Proof> proofs;
  MonoTime timer = kNever;
};

core::ClusterPolicy three_members() {
  core::ClusterPolicy policy;
  policy.durability = model::Durability::kZone;
  for (std::uint16_t i = 0; i < 3; ++i) {
    core::MemberPolicy member;
    member.host = i;
    member.zone = i;
    policy.members.push_back(member);
  }
  return policy;
}

class ControllerDriverTest : public testing::Test {
 protected:
  explicit ControllerDriverTest(int rank = 0) : driver(policy, ports, rank) {}
  [[nodiscard]] Moment at() const { return {now, WallTime{} + 480'000h, {}}; }
  void pass(Duration d) { now += d; }

  core::RecordPtr record(std::uint64_t revision = 1) {
    core::Record it = core::bootstrap_record(policy, lives, WallTime{});
    it.key.revision = Revision{revision};
    return std::make_shared<const core::Record>(it);
  }

  /// The driver has started and has read the record.
  void begin() {
    driver.start(at());
    answer(StoreOutcome::kDone, record());
    ports.clear();
  }
  void answer(StoreOutcome outcome, core::RecordPtr it, bool renewed = false) {
    driver.store_done(at(), ports.ops.back().token, {outcome, std::move(it), renewed});
  }
  void report(int member,
              std::uint64_t heartbeat,
              std::uint64_t revision = 1,
              Duration proof_age = Duration::max()) {
    core::MemberReport it;
    it.self = {static_cast<std::uint8_t>(member), lives[static_cast<std::size_t>(member)]};
    it.record = record(revision)->key;
    it.state = member == 0 ? core::PgState::kPrimary : core::PgState::kStandby;
    it.open = member == 0;
    it.leads = member == 0 ? Epoch{1} : Epoch{};
    it.proven = PairId{1};
    it.timeline = Timeline{1};
    it.following = member == 0 ? Epoch{} : Epoch{1};
    it.wal = core::WalSeen::kFlowing;
    it.able_to_seal = member != 0;
    it.proof_age = proof_age;
    driver.report(at(), member, heartbeat, it);
  }
  [[nodiscard]] int count(StoreVerb verb) const {
    int n = 0;
    for (const FakePorts::Op& it : ports.ops) n += it.op.verb == verb ? 1 : 0;
    return n;
  }
  void resume() {
    core::OperatorCommand command;
    command.verb = core::OperatorVerb::kResume;
    driver.operate(at(), command);
  }

  MonoTime now{Duration(1h)};
  std::array<std::uint32_t, 3> lives{100, 101, 102};
  core::ClusterPolicy policy = three_members();
  FakePorts ports;
  ControllerDriver driver;
};

TEST_F(ControllerDriverTest, New_process_reads_first_and_pushes_what_it_learns) {
  driver.start(at());
  ASSERT_EQ(ports.ops.size(), 1U);
  EXPECT_EQ(ports.ops[0].op.verb, StoreVerb::kRead);
  answer(StoreOutcome::kDone, record());
  EXPECT_EQ(ports.pushes.size(), 3U);
  EXPECT_TRUE(ports.proofs.empty());
}

TEST_F(ControllerDriverTest, Agent_with_an_older_record_is_sent_the_newer_one) {
  begin();
  driver.seen(at(), record(5));
  ports.clear();
  report(1, 1, 4);
  ASSERT_EQ(ports.pushes.size(), 1U);
  EXPECT_EQ(ports.pushes[0].member, 1);
  report(2, 1, 5);
  EXPECT_EQ(ports.pushes.size(), 1U);
}

TEST_F(ControllerDriverTest, Read_begun_on_the_leaders_heartbeat_is_its_proof) {
  begin();
  report(0, 17);
  ASSERT_EQ(count(StoreVerb::kRead), 1);
  report(0, 18);
  EXPECT_EQ(count(StoreVerb::kRead), 1) << "one proof is enough for a while";
  answer(StoreOutcome::kDone, record());
  ASSERT_EQ(ports.proofs.size(), 1U);
  EXPECT_EQ(ports.proofs[0].member, 0);
  EXPECT_EQ(ports.proofs[0].proof.heartbeat, 17U);
  EXPECT_FALSE(ports.proofs[0].proof.lease);
  pass(policy.timing.lease_renewal / 2);
  report(0, 21);
  EXPECT_EQ(count(StoreVerb::kRead), 2);
}

class SecondControllerTest : public ControllerDriverTest {
 protected:
  SecondControllerTest() : ControllerDriverTest(1) {}
};

TEST_F(SecondControllerTest, It_leaves_fresh_proofs_to_the_first_and_steps_in_for_stale_ones) {
  const Duration pace = policy.timing.lease_renewal / 2;
  begin();
  report(0, 17, 1, 50ms);
  EXPECT_EQ(count(StoreVerb::kRead), 1) << "of an epoch it has proven nothing of yet";
  answer(StoreOutcome::kDone, record());
  pass(pace);
  report(0, 22, 1, 2 * pace);
  EXPECT_EQ(count(StoreVerb::kRead), 1);
  report(0, 23, 1, 5 * pace / 2);
  EXPECT_EQ(count(StoreVerb::kRead), 2);
}

TEST_F(ControllerDriverTest, Followers_get_no_proofs) {
  begin();
  report(1, 3);
  EXPECT_TRUE(ports.ops.empty());
}

TEST_F(ControllerDriverTest, Lossy_policy_renews_the_lease) {
  policy.lossy_takeover = true;
  begin();
  report(0, 9);
  ASSERT_EQ(count(StoreVerb::kRenewLease), 1);
  EXPECT_EQ(ports.ops.back().op.holder, (Incarnation{0, 100}));
  EXPECT_GT(ports.ops.back().op.lease, policy.timing.lease) << "the grantor counts longer";
  answer(StoreOutcome::kDone, record(), true);
  ASSERT_EQ(ports.proofs.size(), 1U);
  EXPECT_TRUE(ports.proofs[0].proof.lease);
}

TEST_F(ControllerDriverTest, Write_without_an_answer_ends_as_unknown_and_is_read_back) {
  begin();
  resume();
  ASSERT_EQ(count(StoreVerb::kCas), 1);
  EXPECT_TRUE(driver.state().writing);
  const std::uint64_t token = ports.ops.back().token;
  const core::RecordPtr next = ports.ops.back().op.next;
  pass(999ms);
  driver.tick(at());
  EXPECT_TRUE(driver.state().writing);
  const int reads = count(StoreVerb::kRead);
  pass(1ms);
  driver.tick(at());
  EXPECT_FALSE(driver.state().writing);
  EXPECT_GT(count(StoreVerb::kRead), reads);
  // The answer comes after all: it still shows what the store holds.
  ports.pushes.clear();
  driver.store_done(at(), token, {StoreOutcome::kDone, next, false});
  EXPECT_EQ(driver.record()->key, next->key);
  EXPECT_EQ(ports.pushes.size(), 3U);
}

TEST_F(ControllerDriverTest, Conflict_teaches_the_record_that_won) {
  begin();
  resume();
  answer(StoreOutcome::kConflict, record(8));
  EXPECT_FALSE(driver.state().writing);
  EXPECT_EQ(driver.record()->key.revision, Revision{8});
}

TEST_F(ControllerDriverTest, Late_proof_is_not_given) {
  begin();
  report(0, 17);
  const std::uint64_t token = ports.ops.back().token;
  pass(1s);
  driver.tick(at());
  driver.store_done(at(), token, {StoreOutcome::kDone, record(), false});
  EXPECT_TRUE(ports.proofs.empty());
}

TEST_F(ControllerDriverTest, Missed_watches_are_caught_up_with_reads) {
  begin();
  for (int i = 0; i < 40; ++i) {
    pass(50ms);
    driver.tick(at());
  }
  EXPECT_GE(count(StoreVerb::kRead), 3);
  EXPECT_LE(ports.timer, now + policy.timing.lease_renewal);
}

TEST_F(ControllerDriverTest, Other_reads_do_not_delay_the_leaders_proof) {
  begin();
  report(0, 1);
  answer(StoreOutcome::kDone, record());
  // Each heartbeat of the leader comes just after a read that catches up with missed watches.
  for (std::uint64_t i = 2; i <= 10; ++i) {
    ports.clear();
    pass(policy.timing.lease_renewal);
    driver.tick(at());
    answer(StoreOutcome::kDone, record());
    pass(10ms);
    ports.clear();
    report(0, i);
    for (const FakePorts::Op& it : std::vector(ports.ops)) {
      driver.store_done(at(), it.token, {StoreOutcome::kDone, record(), false});
    }
    EXPECT_EQ(ports.proofs.size(), 1U);
  }
}

TEST_F(ControllerDriverTest, Silent_leader_makes_it_look_whether_the_store_answers) {
  begin();
  report(0, 1);
  ports.clear();
  pass(policy.timing.detection / 2);
  driver.tick(at());
  EXPECT_EQ(count(StoreVerb::kRead), 1);
  driver.tick(at());
  EXPECT_EQ(count(StoreVerb::kRead), 1) << "twice in the detection time";
  answer(StoreOutcome::kDone, record());
  EXPECT_EQ(driver.state().store_answered_at, now);
}

TEST_F(ControllerDriverTest, Silent_store_leaves_a_bounded_number_of_operations) {
  begin();
  for (int i = 0; i < 1000; ++i) {
    pass(50ms);
    report(0, static_cast<std::uint64_t>(i) + 1);
  }
  EXPECT_LE(ports.timer, now + 1s);
  EXPECT_LE(ports.ops.size(), 400U) << "a few each second, however long it lasts";
}

}  // namespace
}  // namespace holdfast::engine
