// The pure parts of a drill: what it reads, what it plans, what it measures, what it says.
#include <gtest/gtest.h>

#include "codec/json_reader.h"
#include "drill/report.h"
#include "drill/scenario.h"
#include "model/sites_for_test.h"

namespace holdfast::drill {
namespace {

SiteNow site_now() {
  ClusterNow registry;
  registry.name = "registry";
  registry.epoch = 3;
  registry.primary = "db-east-a";
  registry.set = {"db-west-a", "db-east-b"};
  registry.serves = registry.protects = true;
  registry.members = {{"db-east-a", "primary", true, false, false},
                      {"db-east-b", "standby", true, true, false},
                      {"db-west-a", "standby", true, true, false}};
  return {{registry}};
}

Result<Scenario> plan(const std::string& kind) {
  return plan_scenario(kind, model::two_regions(), site_now(), "registry");
}

TEST(SiteNow, is_read_from_the_status) {
  const Result<SiteNow> now = read_site_now(
      R"({"clusters":[{"name":"orders","epoch":7,"phase":"steady","primary":"a","open":true,)"
      R"("set":["b"],"sets_recorded":1,"protection":{"reached":true},"members":[)"
      R"({"host":"a","state":"primary","heard":true,"following_epoch":0},)"
      R"({"host":"b","state":"standby","heard":true,"following_epoch":7}]}]})");
  ASSERT_TRUE(now.has_value());
  EXPECT_TRUE(now->whole());
  SiteNow other = *now;
  other.clusters[0].members[1].follows = false;
  EXPECT_FALSE(other.all_followed());
  EXPECT_TRUE(other.all_serve());
  EXPECT_FALSE(read_site_now("{}").has_value());
  EXPECT_FALSE(SiteNow{}.all_serve()) << "a site of which nothing is known serves nobody";
}

TEST(Scenario, faults_are_aimed_by_where_the_primary_is) {
  const struct {
    const char* kind;
    const char* what;
    const char* at;
  } cases[] = {{"process", "kill", "db-east-a"},
               {"host", "power-off", "host=db-east-a"},
               {"zone", "power-off", "zone=east-a"},
               {"region", "power-off", "region=east"},
               {"standby-region", "power-off", "region=west"},
               {"standby", "power-off", "host=db-east-b"}};
  for (const auto& it : cases) {
    const Result<Scenario> scenario = plan(it.kind);
    ASSERT_TRUE(scenario.has_value()) << it.kind;
    ASSERT_EQ(scenario->steps.front().faults.size(), 1U) << it.kind;
    EXPECT_EQ(scenario->steps.front().faults.front().what, it.what) << it.kind;
    EXPECT_EQ(scenario->steps.front().faults.front().a, it.at) << it.kind;
  }
}

TEST(Scenario, region_is_given_back_and_leads_again) {
  const Result<Scenario> scenario = plan("region");
  ASSERT_TRUE(scenario.has_value());
  ASSERT_EQ(scenario->steps.size(), 3U);
  EXPECT_TRUE(scenario->steps[1].heal);
  EXPECT_EQ(scenario->steps[2].command.front(), "failback");
}

TEST(Scenario, unknown_drills_are_refused_with_the_known_ones) {
  const Result<Scenario> scenario = plan("meteor");
  ASSERT_FALSE(scenario.has_value());
  EXPECT_NE(scenario.error().message.find("standby-region"), std::string::npos);
}

workload::History history_of(std::initializer_list<int> acknowledged_ms, int ended_ms) {
  workload::History history;
  history.header.clusters.push_back({});
  history.header.clusters.front().name = "registry";
  history.whole = true;
  history.ended = MonoTime(std::chrono::milliseconds(ended_ms));
  for (const int ms : acknowledged_ms) {
    workload::Operation it;
    it.outcome = workload::Outcome::kAcknowledged;
    it.complete = MonoTime(std::chrono::milliseconds(ms));
    history.operations.push_back(it);
  }
  return history;
}

TEST(Pauses, belong_to_the_step_in_which_they_begin) {
  const workload::History history = history_of({10, 20, 1020, 1030, 1530, 1540}, 1550);
  const std::vector<Pause> first = measure_pauses(history, MonoTime(15ms), MonoTime(1025ms));
  ASSERT_EQ(first.size(), 1U);
  EXPECT_EQ(first[0].longest, 1000ms);
  EXPECT_FALSE(first[0].at_end);
  EXPECT_EQ(first[0].acknowledged, 2);
  EXPECT_EQ(measure_pauses(history, MonoTime(1025ms), kNever)[0].longest, 500ms);
}

TEST(Pauses, service_that_does_not_come_back_is_seen_at_the_end) {
  const std::vector<Pause> pauses =
      measure_pauses(history_of({10, 20}, 9020), MonoTime(15ms), kNever);
  EXPECT_EQ(pauses[0].longest, 9s);
  EXPECT_TRUE(pauses[0].at_end);
}

Outcome outcome() {
  Outcome it;
  it.scenario = "region";
  it.steps.push_back({"loss", "region east loses its power", MonoTime(1s), 6s, {}, ""});
  it.steps[0].pauses.push_back({"registry", 1478ms, 20ms, false, 99});
  it.lost.push_back({"registry", 100, 1, 2, 0, false, true, {}});
  return it;
}

TEST(Report, drill_is_passed_only_if_all_of_it_went_well) {
  EXPECT_TRUE(outcome().good());
  Outcome lost = outcome();
  lost.lost[0].fine = false;
  EXPECT_FALSE(lost.good());
  Outcome endless = outcome();
  endless.steps[0].over.reset();
  EXPECT_FALSE(endless.good());
  Outcome dead = outcome();
  dead.steps[0].pauses[0].at_end = true;
  EXPECT_FALSE(dead.good());
  Outcome unjudged = outcome();
  unjudged.lost.clear();
  EXPECT_FALSE(unjudged.good());
}

TEST(Report, says_the_same_to_people_and_programs) {
  const std::string text = outcome_text(model::two_regions(), outcome());
  EXPECT_NE(text.find("longest wait for a write   1.478 s"), std::string::npos) << text;
  EXPECT_NE(text.find("demographics"), std::string::npos) << text;
  const Result<codec::Json> json = codec::parse_json(outcome_json(outcome()));
  ASSERT_TRUE(json.has_value());
  EXPECT_EQ(json->at("steps").items[0].at("pauses").items[0].at("outage_s").text, "1.478");
  Outcome slower = outcome();
  slower.steps[0].pauses[0].longest = 2478ms;
  const Result<codec::Json> summary =
      codec::parse_json(summary_json("region", {outcome(), slower, outcome()}));
  ASSERT_TRUE(summary.has_value());
  EXPECT_EQ(summary->at("clusters").items[0].at("outage_median_s").text, "1.478");
  EXPECT_EQ(summary->at("clusters").items[0].at("outage_max_s").text, "2.478");
  EXPECT_EQ(summary->at("clusters").items[0].at("lost_acked").text, "0");
}

}  // namespace
}  // namespace holdfast::drill
