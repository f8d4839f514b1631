// How values are spelled for PostgreSQL, and read back; what is remembered of its settings.
#include <gtest/gtest.h>

#include "adapters/postgres/credentials.h"
#include "adapters/postgres/names.h"
#include "adapters/postgres/settings.h"

namespace holdfast::postgres {
namespace {

core::Pair some_pair(int w) {
  core::Pair pair;
  pair.id = PairId{3};
  pair.epoch = Epoch{2};
  pair.primary = {0, 0xaaU};
  pair.s.push_back({1, 0x0a0b0c0dU});
  pair.s.push_back({2, 0xffffffffU});
  pair.w = w;
  return pair;
}

TEST(Spelling, incarnation_reads_back_and_strangers_do_not) {
  const core::Incarnation who{1, 0x0a0b0c0dU};
  EXPECT_EQ(incarnation_name(who), "m1_0a0b0c0d");
  EXPECT_EQ(parse_incarnation("m1_0a0b0c0d"), who);
  for (const char* other : {"",
                            "m",
                            "m1",
                            "m1_",
                            "m1_0a0b0c0",
                            "m1_0a0b0c0dd",
                            "x1_0a0b0c0d",
                            "m1_0a0b0c0g",
                            "walreceiver",
                            "m999_0a0b0c0d"}) {
    EXPECT_FALSE(parse_incarnation(other).has_value()) << other;
  }
}

TEST(Spelling, role_names_its_epoch) {
  EXPECT_EQ(replication_role(Epoch{7}), "holdfast_repl_7");
  EXPECT_EQ(role_epoch("holdfast_repl_7"), Epoch{7});
  EXPECT_FALSE(role_epoch("holdfast_repl_").has_value());
  EXPECT_FALSE(role_epoch("holdfast_copy").has_value());
}

TEST(Spelling, sync_set_is_never_empty_by_accident) {
  EXPECT_EQ(spell_sync(core::Pair{}), kPlaceholder);
  EXPECT_EQ(spell_sync(some_pair(2)), "ANY 2 (m1_0a0b0c0d, m2_ffffffff)");
  EXPECT_EQ(spell_sync(some_pair(0)), "");
}

TEST(Spelling, positions_read_back) {
  for (const Lsn lsn : {Lsn{0}, Lsn{1}, Lsn{0x16b374d848ULL}, Lsn{~0ULL}}) {
    EXPECT_EQ(parse_lsn(format_lsn(lsn)), lsn);
  }
  EXPECT_EQ(format_lsn(Lsn{0x16b374d848ULL}), "16/B374D848");
  for (const char* other : {"", "/", "1/", "/1", "1", "1/G", "1/2/3"}) {
    EXPECT_FALSE(parse_lsn(other).has_value()) << other;
  }
  EXPECT_EQ(history_file(Timeline{3}), "00000003.history");
}

TEST(Spelling, passwords_differ_by_what_they_are_for) {
  const std::string secret = "Jefe";
  EXPECT_NE(epoch_password(secret, "a", Epoch{1}), epoch_password(secret, "a", Epoch{2}));
  EXPECT_NE(epoch_password(secret, "a", Epoch{1}), epoch_password(secret, "b", Epoch{1}));
  EXPECT_NE(copy_password(secret, "a"), application_password(secret));
  const std::string verifier = scram_verifier("x");
  EXPECT_EQ(verifier.rfind("SCRAM-SHA-256$", 0), 0U) << verifier;
  EXPECT_EQ(verifier, scram_verifier("x"));
  EXPECT_NE(verifier, scram_verifier("y"));
}

TEST(Settings, read_back_as_they_were_written) {
  Settings settings;
  settings.primary = true;
  settings.open = true;
  settings.leads = Epoch{2};
  settings.source = {3, 0x17U};
  settings.source_epoch = Epoch{1};
  settings.credential = Epoch{2};
  settings.pair = some_pair(1);
  settings.version = 9;
  const Result<Settings> read = read_settings(write_settings(settings));
  ASSERT_TRUE(read.has_value()) << read.error().message;
  EXPECT_EQ(*read, settings);
  const Result<Settings> fresh = read_settings(write_settings(Settings{}));
  ASSERT_TRUE(fresh.has_value()) << fresh.error().message;
  EXPECT_EQ(*fresh, Settings{});
}

TEST(Settings, what_is_cut_short_is_refused) {
  Settings settings;
  settings.pair = some_pair(1);
  const std::string text = write_settings(settings);
  EXPECT_FALSE(read_settings("").has_value());
  EXPECT_FALSE(read_settings(text.substr(0, text.size() / 2)).has_value());
}

}  // namespace
}  // namespace holdfast::postgres
