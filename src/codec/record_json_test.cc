#include "codec/record_json.h"

#include <gtest/gtest.h>

#include <utility>

#include "codec/records_for_test.h"
#include "model/sites_for_test.h"

namespace holdfast::codec {
namespace {

/// Members by what tells them apart: there is no operator== for whole records.
void expect_same(const core::Record& a, const core::Record& b) {
  EXPECT_EQ(a.key, b.key);
  EXPECT_EQ(a.phase, b.phase);
  EXPECT_EQ(a.primary, b.primary);
  EXPECT_EQ(a.target, b.target);
  EXPECT_EQ(a.depose, b.depose);
  EXPECT_EQ(a.lossy, b.lossy);
  EXPECT_EQ(a.pairs, b.pairs);
  EXPECT_EQ(a.pair_last, b.pair_last);
  EXPECT_EQ(a.candidates, b.candidates);
  EXPECT_EQ(a.candidates_pending, b.candidates_pending);
  EXPECT_EQ(a.lineage, b.lineage);
  EXPECT_EQ(a.set_aside, b.set_aside);
  EXPECT_EQ(a.timeline_last, b.timeline_last);
  EXPECT_EQ(a.handover, b.handover);
  EXPECT_EQ(a.halted, b.halted);
  EXPECT_EQ(a.cause, b.cause);
  EXPECT_EQ(a.changed_at, b.changed_at);
  EXPECT_EQ(a.failovers, b.failovers);
  EXPECT_EQ(a.returns, b.returns);
  EXPECT_EQ(a.same_cause, b.same_cause);
}

class RecordJson : public testing::Test {
 protected:
  const model::Site site = model::two_regions();
  const model::Cluster& cluster = site.clusters[0];

  std::string problem(const std::string& text) {
    const Result<core::RecordPtr> it = record_from_json(site, cluster, text);
    return it ? "it was read" : it.error().message;
  }

  /// A record's text with one piece replaced.
  std::string broken(const std::string& what, const std::string& with) {
    std::string text = record_to_json(site, cluster, sample());
    const std::size_t at = text.find(what);
    EXPECT_NE(at, std::string::npos) << what << " is not in " << text;
    return text.replace(at, what.size(), with);
  }

  static core::Record sample() {
    core::Record it;
    it.key = {StoreId{1}, Epoch{3}, Revision{17}};
    it.primary = {0, 0x1a2b3c4d};
    it.pairs.push_back({PairId{5}, Epoch{3}, it.primary, {{1, 1}, {2, 2}}, 1});
    it.lineage.push_back({Timeline{1}, Lsn{}, Epoch{1}});
    it.lineage.push_back({Timeline{3}, Lsn{0x1ff000148}, Epoch{3}});
    it.set_aside.push_back({{Timeline{2}, Lsn{0x1ff000100}, Epoch{2}}, Timeline{1}});
    it.cause = core::Cause::kTargetLost;
    it.changed_at = WallTime(Duration(1234567));
    return it;
  }
};

TEST_F(RecordJson, Names_are_readable) {
  EXPECT_EQ(
      record_to_json(site, cluster, sample()),
      R"({"format":1,"cluster":"registry","store":1,"epoch":3,"revision":17,"phase":"steady",)"
      R"("primary":{"member":"db-east-a","life":"1a2b3c4d"},"target":null,"depose":false,)"
      R"("lossy":false,"pairs":[{"id":5,"epoch":3,"primary":{"member":"db-east-a",)"
      R"("life":"1a2b3c4d"},"s":[{"member":"db-east-b","life":"00000001"},)"
      R"({"member":"db-west-a","life":"00000002"}],"w":1}],"pair_last":0,"candidates":[],)"
      R"("candidates_pending":[],"lineage":[{"timeline":1,"start":"0/0","epoch":1},)"
      R"({"timeline":3,"start":"1/ff000148","epoch":3}],)"
      R"("set_aside":[{"timeline":2,"start":"1/ff000100","epoch":2,"parent":1}],)"
      R"("timeline_last":0,"handover":null,)"
      R"("halted":false,"cause":"target lost","changed_at":1234567,"failovers":[],"returns":0,)"
      R"("same_cause":0})");
}

TEST_F(RecordJson, Every_record_reads_back_as_it_was) {
  RandomRecords drawn(cluster, 11);
  for (int i = 0; i < 500; ++i) {
    const core::RecordPtr record = drawn.record();
    const auto read = record_from_json(site, cluster, record_to_json(site, cluster, *record));
    ASSERT_TRUE(read) << read.error().message;
    expect_same(**read, *record);
  }
}

TEST_F(RecordJson, Every_disk_reads_back_as_it_was) {
  RandomRecords drawn(cluster, 12);
  for (int i = 0; i < 500; ++i) {
    const core::AgentDisk disk = drawn.disk();
    const auto read = disk_from_json(site, cluster, disk_to_json(site, cluster, disk));
    ASSERT_TRUE(read) << read.error().message;
    ASSERT_EQ(read->record == nullptr, disk.record == nullptr);
    if (disk.record != nullptr) expect_same(*read->record, *disk.record);
    EXPECT_EQ(read->sealed, disk.sealed);
    EXPECT_EQ(read->boot, disk.boot);
    EXPECT_EQ(read->promise.epoch, disk.promise.epoch);
    EXPECT_EQ(read->promise.to, disk.promise.to);
    EXPECT_EQ(read->promise.until, disk.promise.until);
    EXPECT_EQ(read->promise.boot, disk.promise.boot);
  }
}

TEST_F(RecordJson, Times_that_are_none_survive_as_words) {
  core::AgentDisk disk;
  const std::string text = disk_to_json(site, cluster, disk);
  EXPECT_NE(text.find(R"("until":"long ago")"), std::string::npos) << text;
  EXPECT_EQ(disk_from_json(site, cluster, text)->promise.until, kLongAgo);
  disk.promise.until = kNever;
  const std::string never = disk_to_json(site, cluster, disk);
  EXPECT_NE(never.find(R"("until":"never")"), std::string::npos) << never;
  EXPECT_EQ(disk_from_json(site, cluster, never)->promise.until, kNever);
}

TEST_F(RecordJson, Members_are_found_by_name_whatever_their_order) {
  model::Site other = site;
  std::swap(other.clusters[0].members[0], other.clusters[0].members[1]);
  const auto read =
      record_from_json(other, other.clusters[0], record_to_json(site, cluster, sample()));
  ASSERT_TRUE(read);
  EXPECT_EQ((*read)->primary, (core::Incarnation{1, 0x1a2b3c4d}));
}

TEST_F(RecordJson, Newer_format_is_refused) {
  const auto read = record_from_json(site, cluster, broken("\"format\":1", "\"format\":2"));
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, Errc::kUnsupported);
  EXPECT_EQ(read.error().message,
            "the record of cluster 'registry': its format is 2, and this program reads only 1; use "
            "a newer holdfast");
}

TEST_F(RecordJson, Newer_format_is_said_even_if_nothing_else_is_understood) {
  EXPECT_EQ(record_from_json(site, cluster, R"({"format":7})").error().code, Errc::kUnsupported);
  EXPECT_EQ(disk_from_json(site, cluster, R"({"format":7})").error().code, Errc::kUnsupported);
}

TEST_F(RecordJson, Unknown_field_is_dropped) {
  const auto read =
      record_from_json(site, cluster, broken("\"depose\"", "\"new\":[{}],\"depose\""));
  ASSERT_TRUE(read);
  expect_same(**read, sample());
}

TEST_F(RecordJson, Unknown_member_is_named) {
  const auto read = record_from_json(site, cluster, broken("db-west-a", "db-mars"));
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, Errc::kNotFound);
  EXPECT_EQ(read.error().message,
            "the record of cluster 'registry': 's' at byte 302 names 'db-mars', which is no member "
            "of the cluster in the site file; give it the site file that it was written with");
}

TEST_F(RecordJson, Record_of_another_cluster_is_refused) {
  const auto read =
      record_from_json(site, site.clusters[1], record_to_json(site, cluster, sample()));
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, Errc::kConflict);
  EXPECT_EQ(read.error().message, "the record of cluster 'orders': it is of cluster 'registry'");
}

TEST_F(RecordJson, What_is_wrong_is_named) {
  const std::string start = "the record of cluster 'registry': ";
  EXPECT_EQ(problem("[]"), start + "'it' at byte 0 is a list; expected an object");
  EXPECT_EQ(problem("{}"), start + "'format' is missing; expected the number of its format");
  EXPECT_EQ(problem(""),
            start + "not valid JSON at byte 0: the text ends where a value was expected");
  const std::pair<std::pair<const char*, const char*>, const char*> cases[] = {
      {{"\"epoch\":3,\"rev", "\"rev"},
       "'epoch' is missing; expected a whole number from 0 to 18446744073709551615"},
      {{"\"revision\":17", "\"revision\":-1"},
       "'revision' at byte 64 is -1; expected a whole number from 0 to 18446744073709551615"},
      {{"steady", "steadfast"},
       "'phase' at byte 75 is 'steadfast'; expected steady, sealing or promoting"},
      {{"\"target\":null", "\"target\":5"},
       "'target' at byte 144 is 5; expected null or {\"member\":…,\"life\":…}"},
      {{"1a2b3c4d", "1a2b3c4dd"},
       "'life' at byte 123 is '1a2b3c4dd'; expected 8 hexadecimal digits in quotes"},
      {{"\"depose\":false", "\"depose\":0"}, "'depose' at byte 158 is 0; expected true or false"},
      {{"\"w\":1", "\"w\":9"}, "'w' at byte 348 is 9; expected a whole number from 0 to 8"},
      {{"\"start\":\"0/0\"", "\"start\":\"0\""},
       "'start' at byte 439 is '0'; expected a position such as \"0/3000148\""},
      {{"target lost", "boredom"}, "'cause' at byte 631 is 'boredom'; expected a known cause"},
      {{"1234567", "1.5"},
       "'changed_at' at byte 658 is 1.5; expected whole microseconds since 1970"},
      {{"\"failovers\":[]", "\"failovers\":[1,2,3,4,5]"},
       "'failovers' at byte 678 has 5 items where a list of at most 4 was expected"},
      {{"\"returns\":0", "\"returns\":256"},
       "'returns' at byte 691 is 256; expected a whole number from 0 to 255"},
      {{"\"handover\":null", "\"handover\":[]"},
       "'handover' at byte 603 is a list; expected null or an object"},
      {{"db-west-a\",\"life\":\"00000002", "db-east-b\",\"life\":\"00000001"},
       "'s' at byte 302 is an object; expected members that differ"},
  };
  for (const auto& [change, message] : cases) {
    EXPECT_EQ(problem(broken(change.first, change.second)), start + message);
  }
}

TEST_F(RecordJson, Every_field_is_needed) {
  const std::string text = record_to_json(site, cluster, sample());
  int checked = 0;
  for (std::size_t at = text.find("\":"); at != std::string::npos; at = text.find("\":", at + 1)) {
    std::string renamed = text;
    renamed[at - 1] = '~';
    EXPECT_FALSE(record_from_json(site, cluster, renamed)) << renamed;
    ++checked;
  }
  EXPECT_GT(checked, 30);
}

}  // namespace
}  // namespace holdfast::codec
