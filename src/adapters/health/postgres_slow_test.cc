// Probes of a real PostgreSQL: reachable, writer, standby, refused.
#include <cstdlib>

#include "adapters/health/servers_for_test.h"
#include "adapters/process/process.h"

namespace holdfast::health {
namespace {

using model::Check;
using model::CheckKind;
using model::PostgresRole;

constexpr const char* kBin = "/usr/lib/postgresql/15/bin/";

/// A server of its own in a temporary directory, owned by the system's postgres user.
class PostgresProbeSlow : public ::testing::Test {
 protected:
  void SetUp() override {
    if (geteuid() != 0) GTEST_SKIP() << "starting PostgreSQL as its user needs root";
    const Result<process::User> user = process::find_user("postgres");
    if (!user || !process::exists(std::string(kBin) + "initdb"))
      GTEST_SKIP() << "PostgreSQL 15 is not installed";
    user_ = *user;
    std::string pattern = ::testing::TempDir() + "holdfast-health-XXXXXX";
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    directory_ = pattern;
    ASSERT_EQ(chown(directory_.c_str(), user_.user, user_.group), 0);
    ASSERT_EQ(tool({"initdb", "-D", data(), "-A", "trust", "-U", "holdfast", "-N"}), 0);
    port_ = free_port();
    ASSERT_EQ(start(), 0);
  }
  void TearDown() override {
    if (directory_.empty()) return;
    tool({"pg_ctl", "-D", data(), "-m", "immediate", "-w", "stop"});
    process::RunOptions remove;
    remove.spawn.arguments = {"/bin/rm", "-rf", directory_};
    EXPECT_TRUE(process::run(remove).has_value());
  }

  [[nodiscard]] std::string data() const { return directory_ + "/data"; }
  [[nodiscard]] int start() const {
    return tool({"pg_ctl",
                 "-D",
                 data(),
                 "-w",
                 "-l",
                 directory_ + "/log",
                 "-o",
                 "-c listen_addresses=127.0.0.1 -c fsync=off -c unix_socket_directories= -p " +
                     std::to_string(port_),
                 "start"});
  }
  int tool(std::vector<std::string> arguments) const {
    process::RunOptions options;
    arguments[0] = kBin + arguments[0];
    options.spawn.arguments = std::move(arguments);
    options.spawn.environment = {"LC_ALL=C", "PATH=/usr/bin:/bin"};
    options.spawn.user = user_;
    const Result<process::RunResult> result = process::run(options);
    return result ? result->exit_code : -1;
  }
  static int free_port() {
    const TinyServer server([](int) {});
    return std::stoi(server.target().substr(10));
  }
  [[nodiscard]] Check check(PostgresRole role = PostgresRole::kAny) const {
    Check it = check_of(CheckKind::kPostgres, "127.0.0.1:" + std::to_string(port_));
    it.role = role;
    return it;
  }

  process::User user_;
  std::string directory_;
  int port_ = 0;
};

TEST_F(PostgresProbeSlow, a_primary_is_the_writer_and_no_standby) {
  const std::vector<Outcome> several = probe(check(PostgresRole::kWriter), 5);
  for (const Outcome& it : several) EXPECT_TRUE(it.passed) << it.why;
  EXPECT_GT(several[0].connect, 0us);
  EXPECT_GT(several[0].answer, 0us);
  EXPECT_EQ(probe(check(PostgresRole::kStandby))[0].why, "the server is a primary, not a standby");
}

TEST_F(PostgresProbeSlow, a_standby_is_no_writer_and_its_lag_is_unknown_without_a_primary) {
  tool({"pg_ctl", "-D", data(), "-m", "fast", "-w", "stop"});
  ASSERT_TRUE(process::write_file(data() + "/standby.signal", "", {0600, user_.owner()}));
  ASSERT_EQ(start(), 0);
  EXPECT_TRUE(probe(check(PostgresRole::kStandby))[0].passed);
  EXPECT_EQ(probe(check(PostgresRole::kWriter))[0].why, "the server is a standby, not the writer");
  Check lagging = check(PostgresRole::kStandby);
  lagging.lag_below = 1s;
  EXPECT_EQ(probe(lagging)[0].why, "how far the standby lags is not known");
}

TEST_F(PostgresProbeSlow, a_role_that_may_not_enter_is_told) {
  Check it = check();
  it.user = "nobody-at-all";
  EXPECT_NE(probe(it)[0].why.find("role \"nobody-at-all\" does not exist"), std::string::npos)
      << probe(it)[0].why;
}

}  // namespace
}  // namespace holdfast::health
