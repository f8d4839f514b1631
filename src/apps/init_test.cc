#include "apps/init.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <set>
#include <string>

#include "adapters/crypto/identity.h"
#include "adapters/crypto/secret_file.h"
#include "adapters/net/link.h"
#include "adapters/yaml/test_files.h"

namespace holdfast::apps {
namespace {

std::string example() { return yaml::repository() / "examples/ris-two-regions.yaml"; }

class InitTest : public ::testing::Test {
 protected:
  InitTest() {
    char name[] = "/tmp/holdfast-init-XXXXXX";
    root_ = mkdtemp(name);
    options.site = example();
    options.dir = root_ + "/site";
    options.json = true;
  }
  ~InitTest() override { std::filesystem::remove_all(root_); }

  int run() {
    ::testing::internal::CaptureStdout();
    ::testing::internal::CaptureStderr();
    const int code = command_init(options);
    out = ::testing::internal::GetCapturedStdout();
    err = ::testing::internal::GetCapturedStderr();
    return code;
  }
  [[nodiscard]] std::string read(const std::string& below) const {
    return crypto::read_file(options.dir + '/' + below).value_or("missing: " + below);
  }

  InitOptions options;
  std::string out;
  std::string err;

 private:
  std::string root_;
};

TEST_F(InitTest, every_host_gets_an_identity_that_works) {
  ASSERT_EQ(run(), 0) << err;
  for (const char* host : {"db-east-a", "svc-west-b", "ctl-witness-a", "clinic"}) {
    const std::string folder = "hosts/" + std::string(host) + '/';
    const auto facts = crypto::read_certificate(read(folder + "tls/host.pem"));
    ASSERT_TRUE(facts.has_value()) << facts.error().message;
    EXPECT_EQ(facts->subject.name, host);
    EXPECT_EQ(facts->subject.unit, crypto::kHostUnit);
    const std::string tls = options.dir + '/' + folder + "tls/";
    EXPECT_TRUE(net::TlsContext::load({tls + "authority.pem", tls + "host.pem", tls + "host.key"}));
    EXPECT_EQ(read(folder + "site.yaml"), crypto::read_file(options.site).value());
    EXPECT_EQ(read(folder + "secrets/replication"), read("authority/replication"));
  }
  const auto facts = crypto::read_certificate(read("operators/admin/operator.pem"));
  ASSERT_TRUE(facts.has_value());
  EXPECT_EQ(facts->subject.unit, "administrator");
  EXPECT_NE(out.find("\"name\": \"clinic\""), std::string::npos) << out;
  EXPECT_EQ(read("authority/replication").size(), 64U);
}

TEST_F(InitTest, nothing_secret_is_readable_by_others) {
  options.operator_on_hosts = true;
  const mode_t before = ::umask(0);
  const int code = run();
  ::umask(before);
  ASSERT_EQ(code, 0) << err;
  int secrets = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(options.dir)) {
    if (!entry.is_regular_file()) continue;
    const std::string text = crypto::read_file(entry.path().string()).value();
    const std::string name = entry.path().filename().string();
    if (name != "replication" && text.find("PRIVATE KEY") == std::string::npos) continue;
    ++secrets;
    struct stat facts {};
    ASSERT_EQ(::stat(entry.path().c_str(), &facts), 0);
    EXPECT_EQ(facts.st_mode & 07777, 0600U) << entry.path();
  }
  // Twelve hosts with three each, the authority with two, the operator with one.
  EXPECT_EQ(secrets, 12 * 3 + 2 + 1);
}

TEST_F(InitTest, the_operator_is_on_the_hosts_only_when_asked_for) {
  ASSERT_EQ(run(), 0) << err;
  EXPECT_EQ(read("hosts/clinic/tls/operator.key"), "missing: hosts/clinic/tls/operator.key");
  options.renew = true;
  options.operator_on_hosts = true;
  ASSERT_EQ(run(), 0) << err;
  EXPECT_EQ(read("hosts/clinic/tls/operator.key"), read("operators/admin/operator.key"));
  EXPECT_EQ(read("hosts/clinic/tls/operator.pem"), read("operators/admin/operator.pem"));
}

TEST_F(InitTest, a_second_time_needs_renew_which_keeps_authority_and_secret) {
  ASSERT_EQ(run(), 0) << err;
  const std::string authority = read("authority/authority.pem");
  const std::string secret = read("authority/replication");
  const std::string host = read("hosts/db-east-a/tls/host.pem");
  EXPECT_EQ(run(), 1);
  EXPECT_NE(err.find("--renew"), std::string::npos) << err;
  EXPECT_EQ(read("hosts/db-east-a/tls/host.pem"), host);
  // A host that is not there, as after an init that was interrupted.
  std::filesystem::remove_all(options.dir + "/hosts/clinic");
  options.renew = true;
  ASSERT_EQ(run(), 0) << err;
  EXPECT_EQ(read("authority/authority.pem"), authority);
  EXPECT_EQ(read("hosts/clinic/secrets/replication"), secret);
  EXPECT_NE(read("hosts/db-east-a/tls/host.pem"), host);
  const std::string tls = options.dir + "/hosts/db-east-a/tls/";
  EXPECT_TRUE(net::TlsContext::load({tls + "authority.pem", tls + "host.pem", tls + "host.key"}));
}

TEST_F(InitTest, wrong_input_changes_nothing) {
  options.site = "tests/none.yaml";
  EXPECT_EQ(run(), 3);
  EXPECT_FALSE(std::filesystem::exists(options.dir));
  options.site = example();
  options.renew = true;
  EXPECT_EQ(run(), 3);
  EXPECT_FALSE(std::filesystem::exists(options.dir));
}

}  // namespace
}  // namespace holdfast::apps
