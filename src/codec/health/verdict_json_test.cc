// Verdicts as JSON.
#include "codec/health/verdict_json.h"

#include <gtest/gtest.h>

#include "core/health/narrow.h"

namespace holdfast::codec::health {
namespace {

TEST(VerdictJson, says_verdict_rule_votes_and_history) {
  model::Site site;
  model::Check check;
  check.name = "a";
  site.checks = {check};
  const auto plan = core::health::make_plan(*core::health::narrow(site, "", ""));
  core::health::Board board = core::health::make_board(plan);
  const MonoTime now = MonoTime{} + 10s;
  const std::vector<core::health::Opinion> opinions{{0, 0, core::health::Verdict::kHealthy, 250ms}};
  core::health::BoardStep step;
  core::health::step_board(plan, board, {now, opinions}, step);
  JsonWriter json;
  write_verdict(json, plan, board, 0, now + 1s);
  EXPECT_EQ(
      json.text(),
      R"({"check":"a","verdict":"healthy","rule":"H340","why":"At least half of all declared )"
      R"(votes say so: it is healthy.","since_ms":1000,"votes":[{"from":"here",)"
      R"("verdict":"healthy","standing":"counted","age_ms":1250}],"history":[{"to":)"
      R"("healthy","rule":"H340","healthy":1,"unhealthy":0,"ago_ms":1000}]})");
}

}  // namespace
}  // namespace holdfast::codec::health
