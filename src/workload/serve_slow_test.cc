// An instance and clients that reach it over HTTP, against a real PostgreSQL.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <thread>

#include "workload/machine.h"
#include "workload/run.h"
#include "workload/serve/instance.h"
#include "workload/server_for_test.h"
#include "workload/verify.h"

namespace holdfast::workload {
namespace {

class SlowServe : public testing::Test {
 protected:
  void SetUp() override {
    if (!server_.missing().empty()) GTEST_SKIP() << server_.missing();
    ServePlan plan;
    plan.instance = "svc-a";
    plan.clusters = {{"registry", {Target{"localhost", "127.0.0.1", server_.port()}}}};
    plan.login.password = application_password(server_.secret_file()).value();
    auto opened = Instance::open(loop_, plan);
    ASSERT_TRUE(opened.has_value()) << opened.error().message;
    instance_ = std::move(*opened);
    service_ = {"localhost", instance_->port()};
    thread_ = std::thread([this] { loop_.run(); });
  }

  void TearDown() override {
    if (!thread_.joinable()) return;
    loop_.stop();
    thread_.join();
    instance_.reset();
  }

  HttpAnswer ask(const std::string& method,
                 const std::string& target,
                 const std::string& body = {}) {
    HttpCall call;
    const MonoTime until = boot_now() + 10s;
    EXPECT_TRUE(call.connect(service_, 1s, until).has_value());
    Result<HttpAnswer> answer = call.ask(method, target, body, until);
    EXPECT_TRUE(answer.has_value()) << answer.error().message;
    return answer ? *answer : HttpAnswer{};
  }

  int await_health(int wanted) {
    int status = 0;
    for (const MonoTime limit = boot_now() + 20s; boot_now() < limit && status != wanted;) {
      status = ask("GET", "/health").status;
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    return status;
  }

  RunPlan plan(const std::string& history) {
    RunPlan plan;
    plan.site = "RIS";
    plan.clusters = {{.name = "registry",
                      .durability = model::Durability::kRegion,
                      .data_classes = {"demographics", "billing"}}};
    plan.proxies = {server_.proxy()};
    plan.login.password = application_password(server_.secret_file()).value();
    plan.writers = 2;
    plan.readers = 1;
    plan.keys = 5;
    plan.duration = 3s;
    plan.run = draw_run();
    plan.history = history;
    plan.service = service_;
    return plan;
  }

  PostgresServer server_;
  net::Loop loop_;
  std::unique_ptr<Instance> instance_;
  Service service_;
  std::thread thread_;
};

TEST_F(SlowServe, Health_tells_whether_the_database_answers_and_liveness_does_not) {
  EXPECT_EQ(await_health(200), 200);
  server_.crash();
  EXPECT_EQ(await_health(503), 503);
  EXPECT_EQ(ask("GET", "/health/live").status, 200);
  server_.start();
  EXPECT_EQ(await_health(200), 200);
}

TEST_F(SlowServe, Wrong_requests_are_told_what_is_wrong) {
  EXPECT_EQ(ask("GET", "/nothing").status, 404);
  EXPECT_EQ(ask("GET", "/v1/writes").status, 405);
  EXPECT_EQ(ask("POST", "/v1/writes", "{").status, 400);
  const HttpAnswer missing = ask("POST", "/v1/writes", R"({"cluster":"registry","key":1})");
  EXPECT_EQ(missing.status, 400);
  EXPECT_NE(missing.body.find("id"), std::string::npos);
  EXPECT_EQ(ask("GET", "/v1/registers?cluster=registry&key=x").status, 400);
  EXPECT_EQ(ask("GET", "/v1/registers?cluster=other&key=1").status, 404);
}

TEST_F(SlowServe, What_clients_are_told_over_http_is_what_the_database_holds) {
  const std::string history = server_.folder() + "/history.jsonl";
  const std::atomic<bool> stop{false};
  Result<History> run = fail(Errc::kInternal, "not run");
  std::thread runner([&] { run = run_workload(plan(history), stop, nullptr); });
  std::this_thread::sleep_for(std::chrono::milliseconds(1000));
  server_.crash();
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  server_.start();
  runner.join();
  ASSERT_TRUE(run.has_value()) << run.error().message;
  const auto acknowledged =
      std::count_if(run->operations.begin(), run->operations.end(), [](const Operation& op) {
        return op.outcome == Outcome::kAcknowledged && op.kind == OpKind::kWrite;
      });
  EXPECT_GT(acknowledged, 20);
  VerifyPlan judge;
  judge.histories = {history};
  judge.secret_file = server_.secret_file();
  const auto verdicts = verify(judge);
  ASSERT_TRUE(verdicts.has_value()) << verdicts.error().message;
  EXPECT_TRUE(verdicts->at(0).fine());
}

TEST(ParseService, Takes_a_host_with_or_without_a_port) {
  EXPECT_EQ(parse_service("http://ris.example").value().port, 80);
  EXPECT_EQ(parse_service("http://ris.example:8080/").value().port, 8080);
  EXPECT_EQ(parse_service("http://ris.example:8080/").value().host, "ris.example");
  for (const char* wrong : {"ris.example", "http://", "http://a:0", "http://a:70000", "http://a/b"})
    EXPECT_FALSE(parse_service(wrong).has_value()) << wrong;
}

}  // namespace
}  // namespace holdfast::workload
