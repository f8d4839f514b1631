// What is SQLite's own; what every store must do is tested in tests/store.
#include "adapters/sqlite/sqlite_store.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>

#include "adapters/sqlite/ledger.h"
#include "codec/records_for_test.h"
#include "model/sites_for_test.h"

namespace holdfast::sqlite {
namespace {

using engine::StoreOp;
using engine::StoreOutcome;
using engine::StoreVerb;

constexpr MonoTime kStart = MonoTime{} + 100s;

class LedgerTest : public testing::Test {
 protected:
  LedgerTest() {
    std::string name = (std::filesystem::temp_directory_path() / "holdfast-ledger-XXXXXX").string();
    EXPECT_NE(mkdtemp(name.data()), nullptr);
    folder = name;
    path = folder / "store.db";
  }
  ~LedgerTest() override { std::filesystem::remove_all(folder); }

  Ledger open() {
    Result<Ledger> ledger = Ledger::open(site, path);
    EXPECT_TRUE(ledger) << ledger.error().message;
    return std::move(*ledger);
  }
  static core::RecordPtr first() {
    core::Record it;
    it.key = {StoreId{1}, Epoch{1}, Revision{1}};
    it.primary = {0, 5};
    return std::make_shared<const core::Record>(it);
  }
  static StoreOp renewal() {
    StoreOp op;
    op.verb = StoreVerb::kRenewLease;
    op.expected = first()->key;
    op.holder = first()->primary;
    op.lease = 2s;
    return op;
  }
  static StoreOp take_over() {
    core::Record next = *first();
    next.key.epoch = Epoch{2};
    StoreOp op;
    op.verb = StoreVerb::kCas;
    op.expected = first()->key;
    op.next = std::make_shared<const core::Record>(next);
    op.lease_must_be_absent = true;
    op.holder = {1, 6};
    op.lease = 2s;
    return op;
  }

  const model::Site site = model::two_regions();
  std::filesystem::path folder;
  std::string path;
};

TEST_F(LedgerTest, Cluster_without_a_record_shows_none) {
  const auto answer = open().apply(1, {}, kStart);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->outcome, StoreOutcome::kDone);
  EXPECT_EQ(answer->record, nullptr);
}

TEST_F(LedgerTest, Records_of_all_clusters_are_there_after_it_was_closed) {
  std::vector<core::RecordPtr> records;
  {
    Ledger ledger = open();
    for (std::size_t i = 0; i < site.clusters.size(); ++i) {
      records.push_back(codec::RandomRecords(site.clusters[i], i).record());
      EXPECT_EQ(ledger.create(i, records[i], kStart)->outcome, StoreOutcome::kDone);
    }
  }
  Ledger ledger = open();
  for (std::size_t i = 0; i < records.size(); ++i) {
    EXPECT_EQ(ledger.apply(i, {}, kStart)->record->key, records[i]->key);
  }
}

TEST_F(LedgerTest, Lease_runs_anew_for_a_process_that_has_just_started) {
  {
    Ledger ledger = open();
    ASSERT_TRUE(ledger.create(0, first(), kStart));
    EXPECT_TRUE(ledger.apply(0, renewal(), kStart)->renewed);
  }
  Ledger ledger = open();
  const MonoTime restarted = kStart + 1h;
  EXPECT_EQ(ledger.apply(0, take_over(), restarted)->outcome, StoreOutcome::kConflict);
  EXPECT_EQ(ledger.apply(0, take_over(), restarted + 2s - 1us)->outcome, StoreOutcome::kConflict);
  EXPECT_EQ(ledger.apply(0, take_over(), restarted + 2s)->outcome, StoreOutcome::kDone);
}

TEST_F(LedgerTest, After_a_recovery_one_lease_is_in_doubt) {
  Ledger ledger = open();
  core::Record recovered = *first();
  recovered.cause = core::Cause::kStoreRecovered;
  ASSERT_TRUE(ledger.create(0, std::make_shared<const core::Record>(recovered), kStart));
  EXPECT_EQ(ledger.apply(0, take_over(), kStart)->outcome, StoreOutcome::kConflict);
  EXPECT_EQ(ledger.apply(0, take_over(), kStart + 1h)->outcome, StoreOutcome::kDone);
}

TEST_F(LedgerTest, Second_process_is_kept_out) {
  const Ledger ledger = open();
  const auto second = Ledger::open(site, path);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, Errc::kUnavailable);
  EXPECT_NE(second.error().message.find("does another controller run here?"), std::string::npos)
      << second.error().message;
}

TEST_F(LedgerTest, What_is_no_database_is_refused_and_left_as_it_is) {
  const std::string text(5000, 'x');
  std::ofstream(path) << text;
  const auto ledger = Ledger::open(site, path);
  ASSERT_FALSE(ledger);
  EXPECT_EQ(ledger.error().code, Errc::kCorrupt);
  EXPECT_NE(ledger.error().message.find(path), std::string::npos) << ledger.error().message;
  EXPECT_EQ(std::filesystem::file_size(path), text.size());
  EXPECT_FALSE(Ledger::open(site, folder / "missing" / "store.db"));
}

TEST_F(LedgerTest, Record_of_a_newer_format_answers_nothing_and_stays) {
  {
    Ledger ledger = open();
    ASSERT_TRUE(ledger.create(0, first(), kStart));
  }
  {
    auto database = Database::open(path);
    ASSERT_TRUE(database);
    ASSERT_TRUE(database->execute("UPDATE records SET record = '{\"format\":2}'"));
  }
  Ledger ledger = open();
  EXPECT_EQ(ledger.apply(0, {}, kStart).error().code, Errc::kUnsupported);
  EXPECT_EQ(ledger.apply(0, take_over(), kStart).error().code, Errc::kUnsupported);
  EXPECT_EQ(ledger.create(0, first(), kStart).error().code, Errc::kUnsupported);
  // A transaction that failed leaves nothing open.
  EXPECT_TRUE(ledger.apply(1, {}, kStart));
}

TEST_F(LedgerTest, Destroyed_store_answers_nothing_more) {
  net::Loop loop;
  SqliteConfig config;
  config.path = path;
  auto store = open_store(loop, site, config);
  ASSERT_TRUE(store);
  int answers = 0;
  (*store)->watch([&](int, const core::RecordPtr&) { ++answers; });
  for (int i = 0; i < 20; ++i) {
    (*store)->submit(0, {}, [&](const engine::StoreAnswer&) { ++answers; });
  }
  store->reset();
  loop.post([&] { loop.stop(); });
  loop.run();
  EXPECT_EQ(answers, 0);
}

}  // namespace
}  // namespace holdfast::sqlite
