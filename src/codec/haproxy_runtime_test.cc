#include "codec/haproxy_runtime.h"

#include <gtest/gtest.h>

namespace holdfast::codec {
namespace {

constexpr std::string_view kServersHead =
    "1\n# be_id be_name srv_id srv_name srv_addr srv_op_state srv_admin_state srv_fqdn srv_port\n";

std::string servers_answer(std::string_view rows) {
  return std::string(kServersHead) + std::string(rows) + "\n";
}

TEST(HaproxyRuntime, servers_read_with_what_was_said_before) {
  const auto servers = read_servers("\nNo such server.\n\n\n" +
                                    servers_answer("3 registry 1 db-a 10.0.0.1 2 4 db-a 5432\n"
                                                   "3 registry 2 db-b 10.0.0.2 0 5 db-b 5432\n"
                                                   "4 orders 1 db-a - 0 37 db-a 5433\n") +
                                    "after the table\n");
  ASSERT_TRUE(servers.has_value()) << servers.error().message;
  ASSERT_EQ(servers->size(), 3U);
  EXPECT_EQ((*servers)[0], (ProxyServer{"registry", "db-a", "10.0.0.1", "5432", true}));
  EXPECT_FALSE((*servers)[1].ready);
  EXPECT_EQ((*servers)[2], (ProxyServer{"orders", "db-a", "-", "5433", false}));
}

TEST(HaproxyRuntime, server_is_ready_only_if_it_runs_and_nobody_keeps_it_out) {
  const auto ready = [](std::string_view states) {
    const auto servers =
        read_servers(servers_answer("3 b 1 s 1.1.1.1 " + std::string(states) + " s 1\n"));
    return servers.has_value() && servers->at(0).ready;
  };
  EXPECT_TRUE(ready("2 0"));
  EXPECT_TRUE(ready("2 4"));    // disabled at the start, let in since
  EXPECT_FALSE(ready("2 1"));   // maintenance
  EXPECT_FALSE(ready("2 8"));   // drained
  EXPECT_FALSE(ready("2 32"));  // no address
  EXPECT_FALSE(ready("0 0"));   // stopped
  EXPECT_FALSE(ready("1 0"));   // starting
  EXPECT_FALSE(ready("3 0"));   // stopping
}

TEST(HaproxyRuntime, answers_that_do_not_fit_are_errors) {
  EXPECT_FALSE(read_servers("").has_value());
  EXPECT_FALSE(read_servers("Permission denied\n").has_value());
  EXPECT_FALSE(read_servers("1\n# be_id be_name srv_id\n3 b 1\n").has_value());
  EXPECT_FALSE(read_servers(servers_answer("3 b 1 s 1.1.1.1 2\n")).has_value());
  EXPECT_FALSE(read_servers(servers_answer("3 b 1 s 1.1.1.1 up 0 s 1\n")).has_value());
  EXPECT_FALSE(read_servers(servers_answer("3 b 1 s 1.1.1.1 2 -1 s 1\n")).has_value());
  EXPECT_FALSE(read_figures("# pxname,svname,scur\nb,s,1\n").has_value());
  EXPECT_FALSE(read_figures("# pxname,svname,scur,stot\nb,s,many,1\n").has_value());
  EXPECT_FALSE(read_figures("# pxname,svname,scur,stot\nb,s,1\n").has_value());
}

TEST(HaproxyRuntime, figures_read_from_quoted_fields_and_empty_ones) {
  const auto figures = read_figures(
      "# pxname,svname,scur,stot,desc,\n"
      "b,s,3,17,\"no, \"\"thanks\"\"\",\n"
      "b,t,,,,\n\n");
  ASSERT_TRUE(figures.has_value()) << figures.error().message;
  ASSERT_EQ(figures->size(), 2U);
  EXPECT_EQ((*figures)[0], (ProxyFigures{"b", "s", 3, 17}));
  EXPECT_EQ((*figures)[1], (ProxyFigures{"b", "t", 0, 0}));
}

TEST(HaproxyRuntime, csv_fields_keep_what_quotes_protect) {
  EXPECT_EQ(csv_fields(""), (std::vector<std::string>{""}));
  EXPECT_EQ(csv_fields("a,,b"), (std::vector<std::string>{"a", "", "b"}));
  EXPECT_EQ(csv_fields("\"a,b\",c"), (std::vector<std::string>{"a,b", "c"}));
  EXPECT_EQ(csv_fields("\"a\"\"b\""), (std::vector<std::string>{"a\"b"}));
  EXPECT_EQ(csv_fields("\"open"), (std::vector<std::string>{"open"}));
}

TEST(HaproxyRuntime, commands_let_the_wanted_one_in_before_sessions_to_the_others_end) {
  EXPECT_EQ(want_commands({"registry", {"db-a", "db-b"}, 1}),
            "set server registry/db-b state ready;"
            "set server registry/db-a state maint;"
            "shutdown sessions server registry/db-a;");
  EXPECT_EQ(want_commands({"registry", {"db-a"}, -1}),
            "set server registry/db-a state maint;"
            "shutdown sessions server registry/db-a;");
}

TEST(HaproxyRuntime, is_as_wanted_looks_at_every_server) {
  const std::vector<ProxyServer> servers = {{"b", "s", "1.1.1.1", "1", true},
                                            {"b", "t", "1.1.1.2", "1", false},
                                            {"other", "t", "1.1.1.2", "1", true}};
  EXPECT_TRUE(is_as_wanted({"b", {"s", "t"}, 0}, servers));
  EXPECT_FALSE(is_as_wanted({"b", {"s", "t"}, 1}, servers));
  EXPECT_FALSE(is_as_wanted({"b", {"s", "t"}, -1}, servers));
  EXPECT_FALSE(is_as_wanted({"b", {"s", "t", "u"}, 0}, servers));
}

}  // namespace
}  // namespace holdfast::codec
