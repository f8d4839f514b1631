#include "workload/verify.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "workload/check/story_for_test.h"
#include "workload/history.h"
#include "workload/report.h"
#include "workload/state.h"

namespace holdfast::workload {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class VerifyFiles : public testing::Test {
 protected:
  void SetUp() override { std::filesystem::create_directories(folder_); }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string write(const std::string& name, const std::string& text) {
    std::ofstream(folder_ / name) << text;
    return folder_ / name;
  }

  /// The files of a story.
  VerifyPlan plan_of(const std::string& text) {
    const Story story = tell(text);
    HistoryHeader header{.site = "RIS",
                         .run = kTestRun,
                         .boot = "b",
                         .proxies = {},
                         .clusters = {story.history.cluster}};
    std::string history = header_line(header);
    for (const Operation& op : story.history.operations) history += operation_line(op);
    history += end_line(MonoTime(1s), story.history.operations.size());
    VerifyPlan plan;
    plan.histories = {write("history", history)};
    plan.state_file = write("state", state_text({story.state}));
    return plan;
  }

  std::filesystem::path folder_ =
      std::filesystem::path(testing::TempDir()) / ("verify_" + std::to_string(getpid()));
};

TEST_F(VerifyFiles, Files_say_the_same_as_values) {
  const auto verdicts = verify(plan_of("w1@0-9 w2@10-19 r1@20-25 | 1 2 | a=2"));
  ASSERT_TRUE(verdicts.has_value()) << verdicts.error().message;
  ASSERT_EQ(verdicts->size(), 1U);
  EXPECT_EQ(findings_of((*verdicts)[0]), "order");
  EXPECT_TRUE((*verify(plan_of("w1@0-9 w2?@10-19 | 1 | a=1")))[0].fine());
}

TEST_F(VerifyFiles, State_is_kept_as_it_was_read) {
  VerifyPlan plan = plan_of("w1@0-9 b:w2@10-19 | 2 1 | a=1 b=2");
  plan.save_state = folder_ / "saved";
  ASSERT_TRUE(verify(plan).has_value());
  plan.state_file = plan.save_state;
  plan.save_state.clear();
  EXPECT_TRUE((*verify(plan))[0].fine());
}

TEST_F(VerifyFiles, Wrong_input_is_told) {
  VerifyPlan plan = plan_of("w1@0-9 | 1 | a=1");
  const VerifyPlan good = plan;
  plan.histories = {folder_ / "absent"};
  EXPECT_EQ(verify(plan).error().code, Errc::kNotFound);
  plan = good;
  plan.state_file =
      write("bad", "{\"format\":\"holdfast-state\",\"version\":1}\n{\"cluster\":3}\n");
  EXPECT_THAT(verify(plan).error().message, HasSubstr("bad:2: `cluster`"));
  plan.state_file = write("bad", "{\"format\":\"holdfast-state\",\"version\":1}\n");
  EXPECT_THAT(verify(plan).error().message, HasSubstr("says nothing about cluster registry"));
  plan.state_file = write("bad", "{\"format\":\"holdfast-history\",\"version\":1}\n");
  EXPECT_THAT(verify(plan).error().message, HasSubstr("bad:1: `format`"));
  plan = good;
  plan.state_file.clear();
  EXPECT_THAT(verify(plan).error().message, HasSubstr("--proxies"));
}

TEST_F(VerifyFiles, Report_names_what_was_found) {
  const auto verdicts = verify(plan_of("lossy w1@0-9 w2@10-19 w3!@20-29 | 1 3 | a=3"));
  ASSERT_TRUE(verdicts.has_value());
  const std::string table = verdict_table(*verdicts);
  EXPECT_THAT(table, HasSubstr("VIOLATION"));
  EXPECT_THAT(table, HasSubstr("1 x phantom"));
  EXPECT_THAT(table, HasSubstr("lost 1 acknowledged writes, as its policy allows"));
  const std::string json = verdict_json(*verdicts);
  EXPECT_THAT(json, HasSubstr("\"verdict\": \"violation\""));
  EXPECT_THAT(json, HasSubstr("\"phantom\": 1"));
}

TEST(Password, Is_the_secrets_hmac_of_the_purpose) {
  const std::string path = testing::TempDir() + "secret_" + std::to_string(getpid());
  std::ofstream(path) << "abc\n";
  // printf application | openssl dgst -sha256 -hmac abc
  EXPECT_EQ(application_password(path).value(),
            "2dfea63fc98f8760808de268613fbbc68b6a3267b434bbe292982478f7f99fb8");
  std::ofstream(path) << "\n";
  EXPECT_EQ(application_password(path).error().code, Errc::kInvalidInput);
  std::filesystem::remove(path);
  EXPECT_EQ(application_password(path).error().code, Errc::kNotFound);
}

TEST(Proxy, Port_follows_from_the_cluster) {
  EXPECT_EQ(resolve_proxy("127.0.0.1", 1)->port, model::writer_port(1));
  EXPECT_EQ(resolve_proxy("127.0.0.1:7000", 2)->port, 7002);
  EXPECT_EQ(resolve_proxy("127.0.0.1", 0)->address, "127.0.0.1");
  for (const char* bad : {"127.0.0.1:", "127.0.0.1:x", "127.0.0.1:0", "127.0.0.1:70000"}) {
    EXPECT_EQ(resolve_proxy(bad, 0).error().code, Errc::kInvalidInput) << bad;
  }
}

}  // namespace
}  // namespace holdfast::workload
