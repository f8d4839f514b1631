// One vantage point at work: real probes on loopback, and the verdicts that follow.
#include "adapters/health/watch.h"

#include "adapters/health/servers_for_test.h"
#include "core/health/narrow.h"

namespace holdfast::health {
namespace {

using core::health::HealthEvent;
using core::health::Verdict;
using model::CheckKind;

model::Site site_of(std::vector<model::Check> checks) {
  model::Site site;
  site.regions = {{"east", false}};
  site.zones = {{"east-a", 0}};
  site.hosts = {{"svc-east-a", 0, model::HostRole::kService}};
  site.checks = std::move(checks);
  return site;
}

model::Check fast(const std::string& name, CheckKind kind, const std::string& target) {
  model::Check check = check_of(kind, target);
  check.name = name;
  check.interval = check.timeout = 100ms;
  check.fall = 2;
  return check;
}

TEST(Watch, a_target_that_dies_is_unhealthy_and_calculated_checks_follow) {
  auto server = std::make_unique<TinyServer>(wait_for_end);
  model::Check both;
  both.name = "both";
  both.kind = CheckKind::kCalculated;
  both.healthy_when = "a and switch";
  model::Check control;
  control.name = "switch";
  control.kind = CheckKind::kControl;
  std::vector<HealthEvent> events;
  process::Interrupt done;
  Verdict wanted = Verdict::kHealthy;
  auto watch = Watch::make(site_of({fast("a", CheckKind::kTcp, server->target()), control, both}),
                           "svc-east-a",
                           {},
                           [&](const HealthEvent& event, MonoTime) {
                             events.push_back(event);
                             if (event.check == 2 && event.to == wanted) done.raise();
                           });
  ASSERT_TRUE(watch.has_value());
  EXPECT_EQ((*watch)->probed(), 1U);
  (*watch)->hear({}, {{1, true}});
  ASSERT_TRUE((*watch)->run(process::boot_now() + 10s, &done).has_value());
  EXPECT_EQ((*watch)->board().verdicts[0].verdict, Verdict::kHealthy);
  EXPECT_EQ((*watch)->board().verdicts[2].verdict, Verdict::kHealthy);
  server.reset();
  done.clear();
  wanted = Verdict::kUnhealthy;
  ASSERT_TRUE((*watch)->run(process::boot_now() + 10s, &done).has_value());
  EXPECT_EQ((*watch)->board().verdicts[0].verdict, Verdict::kUnhealthy);
  EXPECT_EQ((*watch)->board().verdicts[2].verdict, Verdict::kUnhealthy);
  EXPECT_EQ((*watch)->board().verdicts[0].history.size(), 2U);
}

TEST(Watch, what_others_are_to_probe_is_left_to_them) {
  model::Check other = fast("a", CheckKind::kTcp, "127.0.0.1:1");
  model::Site site = site_of({other});
  site.hosts.push_back({"svc-east-b", 0, model::HostRole::kService});
  site.checks[0].from = {"svc-east-b"};
  const auto watch = Watch::make(site, "svc-east-a", {}, {});
  ASSERT_TRUE(watch.has_value());
  EXPECT_EQ((*watch)->probed(), 0U);
}

TEST(Watch, a_check_that_cannot_be_probed_is_named) {
  model::Check check = fast("front", CheckKind::kTls, "127.0.0.1:1");
  check.authority = "/nowhere/ca.pem";
  const auto watch = Watch::make(site_of({check}), "svc-east-a", {}, {});
  ASSERT_FALSE(watch.has_value());
  EXPECT_EQ(watch.error().message.substr(0, 12), "check front:");
}

}  // namespace
}  // namespace holdfast::health
