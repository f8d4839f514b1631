#include "engine/agent_driver.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace holdfast::engine {
namespace {

using core::Incarnation;

/// Keeps what the driver does as a list of words.
class FakePorts : public AgentPorts {
 public:
  void persist(const core::AgentDisk& disk, std::uint64_t token) override {
    said.emplace_back("persist");
    written = disk;
    tokens.push_back(token);
  }
  void postgres(const core::PgCommand& command) override {
    said.push_back(std::string("postgres ") + core::pg_verb_name(command.verb));
  }
  void send_report(const core::SendReport& report) override {
    said.emplace_back("report");
    reported = report.report;
  }
  void send_promise_request(int, const core::PromiseRequest&) override {
    said.emplace_back("request");
  }
  void send_promise_grant(int, const core::PromiseGrant&) override { said.emplace_back("grant"); }
  void arm_guardian(MonoTime) override { said.emplace_back("guardian"); }
  void event(const core::Event&) override {}
  void set_timer(MonoTime deadline) override { timer = deadline; }

  [[nodiscard]] int count(const std::string& word) const {
    int n = 0;
    for (const std::string& it : said) n += it == word ? 1 : 0;
    return n;
  }

  std::vector<std::string> said;
  std::vector<std::uint64_t> tokens;
  core::AgentDisk written;
  core::MemberReport reported;
  MonoTime timer = kNever;
};

core::ClusterPolicy two_members() {
  core::ClusterPolicy policy;
  policy.members.push_back({});
  policy.members.push_back({});
  policy.members[1].host = 1;
  policy.durability = model::Durability::kZone;
  return policy;
}

/// Member 0 leads epoch 1; the revision is what makes records differ.
core::RecordPtr record(std::uint64_t epoch, std::uint64_t revision) {
  core::Record it;
  it.key = {StoreId{1}, Epoch{epoch}, Revision{revision}};
  it.primary = {0, 100};
  it.pairs.push_back({PairId{1}, Epoch{epoch}, it.primary, {Incarnation{1, 101}}, 1});
  it.pair_last = PairId{1};
  it.lineage.push_back({Timeline{1}, Lsn{0}, Epoch{1}});
  it.timeline_last = Timeline{1};
  return std::make_shared<const core::Record>(it);
}

class AgentDriverTest : public testing::Test {
 protected:
  AgentDriverTest() {
    pg.state = core::PgState::kStandby;
    pg.life = 101;
    pg.timeline = Timeline{1};
    pg.flushed = Lsn{10};
    pg.source = {0, 100};
    pg.source_epoch = Epoch{1};
    pg.receiver = core::ReceiverState::kStreaming;
    pg.receiver_epoch = Epoch{1};
    pg.received_timeline = Timeline{1};
    pg.last_byte_at = now;
    core::AgentStarted started;
    started.disk.record = record(1, 1);
    started.disk.sealed = Epoch{1};
    started.disk.boot = BootId{7};
    started.boot = BootId{7};
    give(started);
    ports.said.clear();
  }

  void give(core::AgentEvent event) { driver.handle(now, pg, 4711, std::move(event)); }
  void give_record(std::uint64_t epoch, std::uint64_t revision) {
    give(core::RecordSeen{record(epoch, revision)});
  }
  void pass(Duration d) {
    now += d;
    pg.last_byte_at = now;
  }

  MonoTime now{Duration(1h)};
  core::PgObservation pg;
  core::ClusterPolicy policy = two_members();
  FakePorts ports;
  AgentDriver driver{policy, 1, ports};
};

TEST_F(AgentDriverTest, Report_behind_a_write_waits_until_it_is_durable) {
  give_record(1, 2);
  EXPECT_EQ(ports.said, std::vector<std::string>{"persist"});
  driver.persisted(ports.tokens.back());
  EXPECT_EQ(ports.said, (std::vector<std::string>{"persist", "report"}));
  EXPECT_EQ(ports.reported.record.revision, Revision{2});
}

TEST_F(AgentDriverTest, Crash_between_write_and_send_drops_the_send) {
  give_record(1, 2);
  EXPECT_GT(driver.waiting(), 0U);
  driver.crash();
  driver.persisted(ports.tokens.back());
  EXPECT_EQ(ports.count("report"), 0);
  EXPECT_EQ(driver.waiting(), 0U);
}

TEST_F(AgentDriverTest, Later_steps_do_not_pass_an_earlier_write) {
  give_record(1, 2);
  pass(1s);
  give(core::Tick{});
  EXPECT_EQ(ports.count("report"), 0);
  driver.persisted(ports.tokens.back());
  EXPECT_EQ(ports.count("report"), 1);
}

TEST_F(AgentDriverTest, Writes_that_wait_become_one_and_keep_what_is_behind_them) {
  give_record(1, 2);
  give_record(1, 3);
  give_record(1, 4);
  EXPECT_EQ(ports.count("persist"), 1);
  driver.persisted(ports.tokens.back());
  EXPECT_EQ(ports.count("persist"), 2);
  EXPECT_EQ(ports.written.record->key.revision, Revision{4});
  const int before = ports.count("report");
  driver.persisted(ports.tokens.back());
  EXPECT_EQ(ports.count("report"), before + 1);
  EXPECT_EQ(ports.count("persist"), 2);
}

TEST_F(AgentDriverTest, Queue_stays_short_however_long_a_write_takes) {
  give_record(1, 2);
  for (int i = 0; i < 1000; ++i) {
    pass(100ms);
    give_record(1, 3 + static_cast<std::uint64_t>(i));
    give(core::Tick{});
  }
  EXPECT_LT(driver.waiting(), 12U);
}

TEST_F(AgentDriverTest, Command_that_waits_is_not_given_twice) {
  pg.source = Incarnation{};
  pg.receiver = core::ReceiverState::kNone;
  pg.position_final = true;
  give_record(2, 2);
  pass(50ms);
  give(core::Tick{});
  give(core::PgChanged{});
  driver.persisted(ports.tokens.back());
  int commands = 0;
  for (const std::string& it : ports.said) commands += it.starts_with("postgres") ? 1 : 0;
  EXPECT_EQ(commands, 1);
}

TEST_F(AgentDriverTest, Answer_to_an_unknown_token_is_ignored) {
  give_record(1, 2);
  driver.persisted(ports.tokens.back() + 1);
  EXPECT_EQ(ports.count("report"), 0);
  driver.persisted(0);
  EXPECT_EQ(ports.count("report"), 0);
}

TEST_F(AgentDriverTest, Timer_is_set_after_every_step) {
  ports.timer = kNever;
  give(core::Tick{});
  EXPECT_LE(ports.timer, now + policy.timing.heartbeat);
}

}  // namespace
}  // namespace holdfast::engine
