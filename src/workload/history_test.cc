#include "workload/history.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>

#include "workload/history_file.h"

namespace holdfast::workload {
namespace {

using testing::HasSubstr;

HistoryHeader header() {
  return {.site = "RIS \"east\"",
          .run = 7,
          .boot = "b",
          .started = MonoTime(1s),
          .started_wall = WallTime(2s),
          .proxies = {"svc-east-a", "svc-west-a:6432"},
          .clusters = {{.name = "registry",
                        .place = 0,
                        .durability = model::Durability::kRegion,
                        .lossy_takeover = false,
                        .data_classes = {"demographics", "billing"}},
                       {.name = "orders",
                        .place = 1,
                        .durability = model::Durability::kZone,
                        .lossy_takeover = true,
                        .data_classes = {}}}};
}

Operation write(std::int64_t n) {
  return {.kind = OpKind::kWrite,
          .outcome = Outcome::kAcknowledged,
          .cluster = 0,
          .data_class = 1,
          .client = 3,
          .key = 9,
          .id = first_id(7) + n,
          .invoke = MonoTime(1500ms),
          .complete = MonoTime(1501ms)};
}

Operation read(OpId saw) {
  Operation op = write(0);
  op.kind = OpKind::kRead;
  op.data_class = 0;
  op.id = saw;
  return op;
}

std::string text_of(const std::vector<Operation>& operations) {
  std::string text = header_line(header());
  for (const Operation& op : operations) text += operation_line(op);
  return text + end_line(MonoTime(2s), operations.size());
}

TEST(History, Reads_back_as_written) {
  Operation unknown = write(2);
  unknown.outcome = Outcome::kUnknown;
  unknown.why = "no \"answer\"";
  unknown.cluster = 1;
  unknown.data_class = 0;
  Operation refused = write(3);
  refused.outcome = Outcome::kRefused;
  const std::vector<Operation> operations = {
      write(1), unknown, refused, read(0), read(first_id(7) + 1)};
  const Result<History> history = parse_history(text_of(operations), "h");
  ASSERT_TRUE(history.has_value()) << history.error().message;
  EXPECT_EQ(history->header, header());
  EXPECT_EQ(history->operations, operations);
  EXPECT_TRUE(history->whole);
  EXPECT_EQ(history->ended, MonoTime(2s));
}

TEST(History, Cut_off_anywhere_reads_up_to_the_last_whole_line) {
  const std::string text = text_of({write(1), write(2)});
  const std::size_t first = text.find('\n') + 1;
  for (std::size_t length = first; length < text.size(); ++length) {
    const Result<History> history = parse_history(text.substr(0, length), "h");
    ASSERT_TRUE(history.has_value()) << length << history.error().message;
    EXPECT_FALSE(history->whole);
    EXPECT_LE(history->operations.size(), 2U);
  }
  EXPECT_FALSE(parse_history(text.substr(0, first - 1), "h").has_value());
}

struct Bad {
  const char* name;
  const char* change;
  const char* to;
  const char* message;
};

class BadHistory : public testing::TestWithParam<Bad> {};

TEST_P(BadHistory, Is_refused_with_its_line) {
  std::string text = text_of({write(1), read(0)});
  const std::size_t at = text.find(GetParam().change);
  ASSERT_NE(at, std::string::npos);
  text.replace(at, std::string_view(GetParam().change).size(), GetParam().to);
  const Result<History> history = parse_history(text, "run.jsonl");
  ASSERT_FALSE(history.has_value());
  EXPECT_EQ(history.error().code, Errc::kInvalidInput);
  EXPECT_THAT(history.error().message, HasSubstr(GetParam().message));
}

INSTANTIATE_TEST_SUITE_P(
    Changes,
    BadHistory,
    testing::Values(
        Bad{"OtherFormat", "holdfast-history", "holdfast-state", "run.jsonl:1: `format`"},
        Bad{"OtherVersion", "\"version\":1", "\"version\":2", "run.jsonl:1: `version` is not 1"},
        Bad{"NoRun", "\"seed\":7", "\"seed\":0", "out of range"},
        Bad{"NoClusters", "\"clusters\":[{", "\"clusters\":[],\"c\":[{", "`clusters` is empty"},
        Bad{"NotJson", "{\"op\":\"write\"", "\"op\":\"write\"", "run.jsonl:2: is not JSON"},
        Bad{"NoObject", "{\"op\":\"write\"", "7\n{\"op\":\"write\"", "run.jsonl:2: is not a JSON"},
        Bad{"OtherOperation", "\"write\"", "\"delete\"", "run.jsonl:2: `op` is neither"},
        Bad{"NoSuchCluster", "\"cluster\":0", "\"cluster\":2", "`cluster` is 2"},
        Bad{"NoSuchClass", "\"class\":1", "\"class\":2", "`class` is 2"},
        Bad{"OfAnotherRun", "\"id\":3", "\"id\":9993", "`id` is not of this run"},
        Bad{"BackwardsInTime", "\"complete_us\":1501000", "\"complete_us\":1", "before invoke_us"},
        Bad{"OtherOutcome", "acknowledged", "perhaps", "`outcome` is \"perhaps\""},
        Bad{"FractionalKey", "\"key\":9", "\"key\":9.5", "`key` is not there as a whole number"},
        Bad{"ReadWithoutAnswer", "\"saw\":null", "\"was\":null", "run.jsonl:3: `saw`"},
        Bad{"WrongCount", "\"operations\":2", "\"operations\":3", "run.jsonl:4: `operations`"},
        Bad{"AfterTheEnd", "\"operations\":2}\n", "\"operations\":2}\n{}\n", "after the end"}),
    [](const testing::TestParamInfo<Bad>& each) { return std::string(each.param.name); });

TEST(History, Empty_text_is_no_history) {
  EXPECT_THAT(parse_history("", "h").error().message, HasSubstr("is empty"));
}

class HistoryFileTest : public testing::Test {
 protected:
  std::string path_ = testing::TempDir() + "history_" + std::to_string(getpid()) + ".jsonl";

  void SetUp() override { std::remove(path_.c_str()); }
  void TearDown() override { std::remove(path_.c_str()); }
};

TEST_F(HistoryFileTest, Is_readable_at_every_flush_and_whole_at_the_end) {
  auto file = HistoryFile::create(path_, header());
  ASSERT_TRUE(file.has_value());
  EXPECT_FALSE(read_history(path_)->whole);
  (*file)->append(write(1));
  ASSERT_TRUE((*file)->flush().has_value());
  EXPECT_EQ(read_history(path_)->operations.size(), 1U);
  (*file)->append(read(0));
  ASSERT_TRUE((*file)->finish(MonoTime(3s)).has_value());
  const Result<History> history = read_history(path_);
  EXPECT_TRUE(history->whole);
  EXPECT_EQ(history->operations.size(), 2U);
}

TEST_F(HistoryFileTest, Is_never_overwritten) {
  ASSERT_TRUE(HistoryFile::create(path_, header()).has_value());
  const auto again = HistoryFile::create(path_, header());
  ASSERT_FALSE(again.has_value());
  EXPECT_THAT(again.error().message, HasSubstr("already there"));
}

}  // namespace
}  // namespace holdfast::workload
