// The whole way against a real PostgreSQL: run, break, judge.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <thread>

#include "workload/history_file.h"
#include "workload/machine.h"
#include "workload/measure.h"
#include "workload/run.h"
#include "workload/server_for_test.h"
#include "workload/verify.h"

namespace holdfast::workload {
namespace {

using testing::HasSubstr;

class SlowWorkload : public testing::Test {
 protected:
  static void SetUpTestSuite() { server_ = new PostgresServer; }
  static void TearDownTestSuite() {
    delete server_;
    server_ = nullptr;
  }

  void SetUp() override {
    if (!server_->missing().empty()) GTEST_SKIP() << server_->missing();
    history_ = server_->folder() + "/history.jsonl";
    std::filesystem::remove(history_);
    server_->ask("DROP TABLE IF EXISTS workload_log, workload_register");
  }

  RunPlan plan() {
    RunPlan plan;
    plan.site = "RIS";
    plan.clusters = {{.name = "registry",
                      .durability = model::Durability::kRegion,
                      .data_classes = {"demographics", "billing"}}};
    plan.proxies = {server_->proxy()};
    plan.login.password = application_password(server_->secret_file()).value();
    plan.writers = 2;
    plan.readers = 2;
    plan.keys = 5;
    plan.duration = Duration(0);
    plan.run = draw_run();
    plan.history = history_;
    return plan;
  }

  /// Runs until `events` is over.
  History run(const RunPlan& plan, const std::function<void()>& events) {
    std::atomic<bool> stop{false};
    Result<History> history = fail(Errc::kInternal, "not run");
    std::thread runner([&] { history = run_workload(plan, stop, nullptr); });
    events();
    stop = true;
    runner.join();
    EXPECT_TRUE(history.has_value()) << history.error().message;
    return history ? std::move(*history) : History{};
  }

  /// Until this many more rows are in the log; at most a minute.
  void await_rows(int more) {
    const MonoTime limit = boot_now() + 1min;
    int goal = -1;
    while (boot_now() < limit) {
      const std::string rows = server_->ask("SELECT count(*) FROM workload_log");
      const bool counted = !rows.empty() && rows.find_first_not_of("0123456789") == rows.npos;
      if (counted && goal < 0) goal = std::stoi(rows) + more;
      if (counted && std::stoi(rows) >= goal) return;
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    ADD_FAILURE() << "the workload does not get on";
  }

  ClusterVerdict judged() {
    VerifyPlan plan;
    plan.histories = {history_};
    plan.secret_file = server_->secret_file();
    const auto verdicts = verify(plan);
    EXPECT_TRUE(verdicts.has_value()) << verdicts.error().message;
    return verdicts ? verdicts->at(0) : ClusterVerdict{};
  }

  static std::vector<Operation> with(const History& history, OpKind kind, Outcome outcome) {
    std::vector<Operation> result;
    std::copy_if(history.operations.begin(),
                 history.operations.end(),
                 std::back_inserter(result),
                 [&](const Operation& op) { return op.kind == kind && op.outcome == outcome; });
    return result;
  }

  static std::string findings(const ClusterVerdict& verdict) {
    std::string text;
    for (const Finding& each : verdict.findings) text += each.text + '\n';
    return text;
  }

  static PostgresServer* server_;
  std::string history_;
};

PostgresServer* SlowWorkload::server_ = nullptr;

TEST_F(SlowWorkload, Undisturbed_run_is_acknowledged_and_fine) {
  const History history = run(plan(), [&] { await_rows(100); });
  EXPECT_TRUE(history.whole);
  EXPECT_GE(with(history, OpKind::kWrite, Outcome::kAcknowledged).size(), 100U);
  EXPECT_FALSE(with(history, OpKind::kRead, Outcome::kAcknowledged).empty());
  EXPECT_TRUE(with(history, OpKind::kWrite, Outcome::kRefused).empty());
  const auto summaries = summarise(history, std::nullopt);
  EXPECT_GT(summaries.at(0).data_classes.at(1).acknowledged, 0U);
  const ClusterVerdict verdict = judged();
  EXPECT_TRUE(verdict.fine()) << findings(verdict);
  EXPECT_EQ(verdict.keys, 5U);
}

TEST_F(SlowWorkload, Crash_in_the_middle_is_recorded_truthfully) {
  MonoTime crashed{};
  const History history = run(plan(), [&] {
    await_rows(50);
    server_->crash();
    crashed = boot_now();
    // Long enough for operations to be refused for want of a connection.
    std::this_thread::sleep_for(std::chrono::milliseconds(1500));
    server_->start();
    await_rows(50);
  });
  const auto refused = with(history, OpKind::kWrite, Outcome::kRefused);
  ASSERT_FALSE(refused.empty());
  EXPECT_THAT(refused[0].why, HasSubstr("not sent"));
  const auto summaries = summarise(history, crashed);
  ASSERT_TRUE(summaries[0].writes.around.has_value());
  EXPECT_GE(summaries[0].writes.around->length(), 1500ms);
  EXPECT_FALSE(summaries[0].writes.around->at_end);
  const ClusterVerdict verdict = judged();
  EXPECT_TRUE(verdict.fine()) << findings(verdict);
}

TEST_F(SlowWorkload, Silence_is_unknown_and_may_still_be_applied) {
  const History history = run(plan(), [&] {
    await_rows(20);
    // Writers hang on the lock longer than their deadline; some get through after they were given
    // up, because the server does not know.
    server_->ask("BEGIN; LOCK TABLE workload_log IN EXCLUSIVE MODE; SELECT pg_sleep(2); COMMIT");
    await_rows(20);
  });
  const auto unknown = with(history, OpKind::kWrite, Outcome::kUnknown);
  ASSERT_FALSE(unknown.empty());
  EXPECT_EQ(unknown[0].why, "no answer");
  const ClusterVerdict verdict = judged();
  EXPECT_TRUE(verdict.fine()) << findings(verdict);
  EXPECT_GT(verdict.unknown_applied, 0U);
}

TEST_F(SlowWorkload, Cancelled_wait_for_replication_is_not_acknowledged) {
  const History history = run(plan(), [&] {
    await_rows(20);
    server_->ask("ALTER SYSTEM SET synchronous_standby_names = 'nobody'");
    server_->ask("SELECT pg_reload_conf()");
    // Until somebody waits, and was made to stop waiting.
    const MonoTime limit = boot_now() + 30s;
    std::string cancelled;
    while (cancelled.empty() && boot_now() < limit) {
      cancelled = server_->ask(
          "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'");
    }
    EXPECT_THAT(cancelled, HasSubstr("t"));
    server_->ask("ALTER SYSTEM RESET synchronous_standby_names");
    server_->ask("SELECT pg_reload_conf()");
    await_rows(20);
  });
  const auto unknown = with(history, OpKind::kWrite, Outcome::kUnknown);
  const bool warned = std::any_of(unknown.begin(), unknown.end(), [](const Operation& op) {
    return op.why.rfind("warning: canceling wait for synchronous replication", 0) == 0;
  });
  EXPECT_TRUE(warned);
  const ClusterVerdict verdict = judged();
  EXPECT_TRUE(verdict.fine()) << findings(verdict);
}

TEST_F(SlowWorkload, Read_only_server_refuses) {
  const History history = run(plan(), [&] {
    await_rows(20);
    server_->ask("ALTER DATABASE ris SET default_transaction_read_only = on");
    server_->ask("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'ris'");
    std::this_thread::sleep_for(std::chrono::milliseconds(1500));
    server_->ask(
        "SET default_transaction_read_only = off; "
        "ALTER DATABASE ris RESET default_transaction_read_only");
    await_rows(20);
  });
  const auto refused = with(history, OpKind::kWrite, Outcome::kRefused);
  ASSERT_FALSE(refused.empty());
  EXPECT_THAT(refused.back().why, HasSubstr("read-only"));
  const ClusterVerdict verdict = judged();
  EXPECT_TRUE(verdict.fine()) << findings(verdict);
}

TEST_F(SlowWorkload, Removed_row_is_found) {
  const History history = run(plan(), [&] { await_rows(50); });
  const auto acknowledged = with(history, OpKind::kWrite, Outcome::kAcknowledged);
  ASSERT_FALSE(acknowledged.empty());
  const std::string id = std::to_string(acknowledged[acknowledged.size() / 2].id);
  server_->ask("DELETE FROM workload_log WHERE id = " + id);
  const ClusterVerdict verdict = judged();
  EXPECT_EQ(verdict.count(FindingKind::kLost), 1U) << findings(verdict);
  EXPECT_THAT(findings(verdict), HasSubstr(id));
}

TEST_F(SlowWorkload, Register_that_was_set_back_is_found) {
  const History history = run(plan(), [&] { await_rows(100); });
  const auto acknowledged = with(history, OpKind::kWrite, Outcome::kAcknowledged);
  ASSERT_FALSE(acknowledged.empty());
  const Operation& first = acknowledged[0];
  server_->ask("UPDATE workload_register SET value = " + std::to_string(first.id) +
               " WHERE key = " + std::to_string(first.key));
  const ClusterVerdict verdict = judged();
  EXPECT_EQ(verdict.count(FindingKind::kOrder), 1U) << findings(verdict);
  EXPECT_FALSE(verdict.fine());
}

TEST_F(SlowWorkload, Row_that_nobody_recorded_is_found) {
  const RunPlan planned = plan();
  run(planned, [&] { await_rows(10); });
  server_->ask("INSERT INTO workload_log VALUES (" +
               std::to_string(first_id(planned.run) + 1'000'000) + ", 1, 1, 'x')");
  EXPECT_EQ(judged().count(FindingKind::kUnrecorded), 1U);
}

TEST_F(SlowWorkload, Wrong_password_is_told) {
  RunPlan planned = plan();
  planned.login.password = "wrong";
  planned.patience = 1s;
  std::atomic<bool> stop{false};
  const Result<History> history = run_workload(planned, stop, nullptr);
  ASSERT_FALSE(history.has_value());
  EXPECT_THAT(history.error().message, HasSubstr("password authentication failed"));
}

}  // namespace
}  // namespace holdfast::workload
