// Exit codes and output of `holdfast health`, with programs as targets.
#include "apps/health.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>

#include "adapters/yaml/test_files.h"

namespace holdfast::apps {
namespace {

struct Outcome {
  int code = 0;
  std::string out;
  std::string err;
};

template <class Run>
Outcome capture(const Run& run) {
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  Outcome outcome;
  outcome.code = run();
  outcome.out = testing::internal::GetCapturedStdout();
  outcome.err = testing::internal::GetCapturedStderr();
  return outcome;
}

/// The example's site with other checks.
class HealthCommand : public ::testing::Test {
 protected:
  HealthCommand() : file_(testing::TempDir() + "health-" + std::to_string(getpid()) + ".yaml") {
    const std::string text = yaml::read_text(example());
    std::ofstream(file_) << text.substr(0, text.find("\nchecks:")) << R"(
checks:
  fine: {kind: command, command: /bin/true, interval: 100ms}
  broken: {kind: command, command: /bin/false, interval: 100ms, from: [db-east-a]}
  switch: {kind: control}
  both: {kind: calculated, healthy_when: fine and switch}
)";
  }
  ~HealthCommand() override { std::remove(file_.c_str()); }

  static std::string example() { return yaml::repository() / "examples/checks.yaml"; }
  Outcome run(HealthRunOptions options) const {
    options.site = file_;
    options.lasts = "400ms";
    return capture([&] { return command_health_run(options); });
  }

  const std::string file_;
};

TEST_F(HealthCommand, check_prints_what_is_probed_from_where) {
  const Outcome it = capture([] { return command_health_check({.site = example()}); });
  EXPECT_EQ(it.code, 0) << it.err;
  EXPECT_NE(it.out.find("10.1.0.53:53 asked for ris.hospital.example A"), std::string::npos);
  EXPECT_NE(it.out.find("counts as unhealthy"), std::string::npos);
  EXPECT_NE(it.out.find("ctl-witness-a probes"), std::string::npos) << it.out;
  const Outcome json =
      capture([] { return command_health_check({.site = example(), .json = true}); });
  EXPECT_NE(json.out.find("\"probes_per_second\""), std::string::npos);
}

TEST_F(HealthCommand, a_bad_or_missing_site_ends_with_2_or_3) {
  const std::string bad = yaml::repository() / "tests/golden/check/check-key/site.yaml";
  EXPECT_EQ(capture([&] { return command_health_check({.site = bad}); }).code, 2);
  EXPECT_EQ(capture([] { return command_health_check({.site = "/nowhere.yaml"}); }).code, 3);
}

TEST_F(HealthCommand, run_ends_with_0_when_everything_is_healthy) {
  const Outcome it = run({.from = "svc-east-a", .controls = {"switch=on"}});
  EXPECT_EQ(it.code, 0) << it.out << it.err;
  EXPECT_NE(it.out.find("is healthy: 1 of 1 votes see it well"), std::string::npos) << it.out;
  EXPECT_EQ(it.out.find("broken"), std::string::npos) << "not from there";
}

TEST_F(HealthCommand, run_ends_with_1_when_something_is_not) {
  const Outcome it = run({});
  EXPECT_EQ(it.code, 1);
  EXPECT_NE(it.out.find("failed: the program ended with 1"), std::string::npos) << it.out;
  EXPECT_NE(it.out.find("is unhealthy"), std::string::npos);
}

TEST_F(HealthCommand, json_lines_end_with_the_summary) {
  const Outcome it = run({.only = "both", .json = true});
  EXPECT_EQ(it.code, 1) << "nobody has said how the switch stands";
  EXPECT_EQ(it.out.find("broken"), std::string::npos);
  const std::size_t last = it.out.rfind('\n', it.out.size() - 2);
  EXPECT_EQ(it.out.substr(last + 1, 19), "{\"event\":\"summary\",") << it.out;
  EXPECT_NE(it.out.find("\"standing\":\"counted\""), std::string::npos);
}

TEST_F(HealthCommand, wrong_words_end_with_2_or_3) {
  EXPECT_EQ(run({.from = "nowhere"}).code, 3);
  EXPECT_EQ(run({.only = "nothing"}).code, 3);
  EXPECT_EQ(run({.controls = {"fine=on"}}).code, 2);
  EXPECT_EQ(run({.controls = {"switch=up"}}).code, 2);
  const Outcome lasts =
      capture([&] { return command_health_run({.site = file_, .lasts = "ten"}); });
  EXPECT_EQ(lasts.code, 2);
}

}  // namespace
}  // namespace holdfast::apps
