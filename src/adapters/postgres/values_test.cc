// Names, settings, credentials, histories and messages: how they are spelled and read back.

#include <gtest/gtest.h>
#include <stdlib.h>

#include "adapters/postgres/conf.h"
#include "adapters/postgres/credentials.h"
#include "adapters/postgres/guardian_message.h"
#include "adapters/postgres/history.h"
#include "adapters/postgres/names.h"
#include "adapters/postgres/server.h"

namespace holdfast::postgres {
namespace {

using core::Incarnation;

core::Pair pair_of(std::initializer_list<Incarnation> members, int w) {
  core::Pair pair{PairId{7}, Epoch{3}, {0, 0xa}, {}, w};
  for (const Incarnation& it : members) pair.s.push_back(it);
  return pair;
}

TEST(Names, incarnations_read_back_and_nothing_else_is_one) {
  const Incarnation it{3, 0x0a0b0c0d};
  EXPECT_EQ(incarnation_name(it), "m3_0a0b0c0d");
  EXPECT_EQ(parse_incarnation("m3_0a0b0c0d"), it);
  for (const char* text : {"",
                           "m",
                           "m3",
                           "m3_",
                           "m3_0a0b0c0",
                           "m3_0a0b0c0d0",
                           "m9_0a0b0c0d",
                           "x3_0a0b0c0d",
                           "m3_0a0b0c0g",
                           "m_0a0b0c0d",
                           "holdfast_rebuild"}) {
    EXPECT_FALSE(parse_incarnation(text)) << text;
  }
}

TEST(Names, roles_name_their_epoch) {
  EXPECT_EQ(replication_role(Epoch{17}), "holdfast_repl_17");
  EXPECT_EQ(role_epoch("holdfast_repl_17"), Epoch{17});
  EXPECT_FALSE(role_epoch("holdfast_repl_"));
  EXPECT_FALSE(role_epoch("holdfast_repl_17x"));
  EXPECT_FALSE(role_epoch("postgres"));
}

TEST(Names, sync_sets_wait_for_those_named_for_nobody_or_not_at_all) {
  EXPECT_EQ(spell_sync(pair_of({{1, 0xb}, {2, 0xc}}, 2)), "ANY 2 (m1_0000000b, m2_0000000c)");
  EXPECT_EQ(spell_sync(pair_of({{1, 0xb}}, 0)), "");
  EXPECT_EQ(spell_sync(core::Pair{}), kPlaceholder);
  // Nobody could acknowledge: that is no reason not to wait.
  EXPECT_EQ(spell_sync(pair_of({}, 1)), kPlaceholder);
}

TEST(Names, positions_read_back) {
  const Lsn lsn{0x16B374D848};
  EXPECT_EQ(format_lsn(lsn), "16/B374D848");
  EXPECT_EQ(parse_lsn("16/B374D848"), lsn);
  EXPECT_EQ(parse_lsn("0/1"), Lsn{1});
  for (const char* text : {"", "16", "/1", "1/", "1/1/1", "1/123456789", "g/1"}) {
    EXPECT_FALSE(parse_lsn(text)) << text;
  }
}

TEST(Settings, read_back_whole_and_a_torn_file_is_none) {
  Settings it;
  it.primary = true;
  it.open = true;
  it.leads = Epoch{4};
  it.source = {2, 0xcafe};
  it.source_epoch = Epoch{3};
  it.credential = Epoch{3};
  it.pair = pair_of({{1, 0xb}, {2, 0xc}}, 1);
  it.version = 99;
  const std::string text = write_settings(it);
  const Result<Settings> back = read_settings(text);
  ASSERT_TRUE(back);
  EXPECT_EQ(*back, it);
  EXPECT_EQ(*read_settings(write_settings({})), Settings{});
  // The newline at the very end is no content.
  for (std::size_t length = 0; length + 1 < text.size(); ++length) {
    EXPECT_FALSE(read_settings(text.substr(0, length))) << length;
  }
}

TEST(Credentials, each_cluster_and_epoch_has_its_own) {
  const std::string one = epoch_password("secret", "registry", Epoch{1});
  EXPECT_EQ(one, epoch_password("secret", "registry", Epoch{1}));
  EXPECT_NE(one, epoch_password("secret", "registry", Epoch{2}));
  EXPECT_NE(one, epoch_password("secret", "orders", Epoch{1}));
  EXPECT_NE(one, epoch_password("other", "registry", Epoch{1}));
  EXPECT_NE(copy_password("secret", "registry"), one);
  EXPECT_EQ(scram_verifier(one), scram_verifier(one));
  EXPECT_EQ(scram_verifier(one).find(one), std::string::npos);
}

TEST(Conf, doors_are_shut_unless_it_leads_and_is_open) {
  Settings it;
  const std::string standby = hba_conf(it);
  EXPECT_EQ(standby.find("host"), std::string::npos);
  it.leads = Epoch{5};
  EXPECT_EQ(hba_conf(it), standby);  // what it led once is nothing to a standby
  it.primary = true;
  const std::string closed = hba_conf(it);
  EXPECT_NE(closed.find("replication,postgres holdfast_repl_5 all scram-sha-256"),
            std::string::npos);
  EXPECT_EQ(closed.find(kClientGroup), std::string::npos);
  it.open = true;
  EXPECT_NE(hba_conf(it).find(std::string("host all +") + kClientGroup), std::string::npos);
}

TEST(Conf, a_path_with_a_quote_stays_one_value) {
  InstanceConfig config;
  config.peers = {{"host-a", 5432}, {"host-b", 5433}};
  Settings settings;
  settings.source = {1, 0xb};
  settings.source_epoch = Epoch{2};
  const std::string text = changing_conf(config, {"/it's", "/s"}, settings, 0xa);
  EXPECT_NE(text.find(R"(passfile=''/it\\''s/conf/epoch.pass'')"), std::string::npos) << text;
  EXPECT_NE(text.find("primary_slot_name = 'm0_0000000a'"), std::string::npos);
  settings.source = {};
  EXPECT_NE(changing_conf(config, {"/d", "/s"}, settings, 0xa).find("primary_conninfo = ''\n"),
            std::string::npos);
}

class Histories : public testing::Test {
 protected:
  void SetUp() override { folder_ = mkdtemp(name_); }
  void TearDown() override {
    [[maybe_unused]] const int code = system(("rm -rf " + folder_).c_str());
  }
  void put(std::uint64_t timeline, const std::string& content) {
    ASSERT_TRUE(process::write_file(folder_ + "/" + history_file(Timeline{timeline}), content, {}));
  }

  char name_[32] = "/tmp/hf-history-XXXXXX";
  std::string folder_;
};

TEST_F(Histories, only_reservations_above_the_highest_real_timeline_are_unused) {
  EXPECT_EQ(highest_history(folder_), Timeline{});
  put(2, reserved_history(Timeline{1}));
  put(3, "1\t0/5000000\tno recovery target specified\n");
  put(4, reserved_history(Timeline{3}));
  put(0x1f, reserved_history(Timeline{3}));
  EXPECT_EQ(highest_history(folder_), Timeline{0x1f});
  EXPECT_EQ(unused_reservations(folder_),
            (std::vector<std::string>{"0000001F.history", "00000004.history"}));
}

TEST_F(Histories, a_real_timeline_that_grew_on_a_reserved_one_is_real) {
  put(2, reserved_history(Timeline{1}));
  put(3, reserved_history(Timeline{1}) + "2\t0/6000000\tno recovery target specified\n");
  EXPECT_TRUE(unused_reservations(folder_).empty());
}

TEST(Parting, is_where_the_common_part_of_two_histories_ends) {
  const Line first{Timeline{1}, ""};
  const Line third{Timeline{3}, "1\t0/300\treason\n"};
  const Line fifth{Timeline{5}, "1\t0/300\treason\n3\t0/500\treason\n"};
  const Line other{Timeline{4}, "1\t0/200\treason\n"};
  EXPECT_EQ(parting(first, third), Lsn{0x300});
  EXPECT_EQ(parting(third, fifth), Lsn{0x500});
  EXPECT_EQ(parting(other, fifth), Lsn{0x200});
  EXPECT_EQ(parting(fifth, other), Lsn{0x200});
  EXPECT_EQ(parting(third, third), Lsn{});
}

TEST(GuardianMessages, read_back) {
  const GuardianMessage it{"registry", "/d", "/s", 5432, {12, 345}, MonoTime(Duration(6789)), 80ms};
  EXPECT_EQ(read_message(write_message(it)), it);
  EXPECT_FALSE(read_message("holdfast-guardian 2\nx\n/d\n/s\n1 2 3 4 5\n"));
  EXPECT_FALSE(read_message("holdfast-guardian 1\nx\n/d\n/s\n1 2 3\n"));
  EXPECT_FALSE(read_message(""));
}

TEST(Kinds, of_processes_by_their_titles) {
  EXPECT_EQ(kind_of("postgres: walreceiver streaming 0/3000060"), Kind::kReceiver);
  EXPECT_EQ(kind_of("postgres: walreceiver"), Kind::kReceiver);
  EXPECT_EQ(kind_of("postgres: startup recovering 000000010000000000000003"), Kind::kStartup);
  EXPECT_EQ(kind_of("postgres: walsender holdfast_repl_1 10.0.0.2(1234) streaming 0/3"),
            Kind::kSender);
  EXPECT_EQ(kind_of("postgres: checkpointer "), Kind::kCheckpointer);
  EXPECT_EQ(kind_of("postgres: ris ris 10.0.0.9(1234) idle"), Kind::kClient);
  EXPECT_EQ(kind_of("postgres: ris ris 10.0.0.9(1234) authentication"), Kind::kClient);
  EXPECT_EQ(kind_of("postgres: postgres postgres [local] idle"), Kind::kLocalClient);
  EXPECT_EQ(kind_of("postgres: logical replication launcher "), Kind::kOther);
  // A child that has not said what it is yet may become a receiver.
  EXPECT_EQ(kind_of("/usr/lib/postgresql/15/bin/postgres -D /d"), Kind::kUnknown);
}

}  // namespace
}  // namespace holdfast::postgres
