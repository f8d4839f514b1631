// Agents' reports over mutual TLS, to the router's own port: in a network of its own.
#include <gtest/gtest.h>

#include <cstring>
#include <optional>

#include "adapters/crypto/identity.h"
#include "core/testing/sites.h"
#include "model/endpoints.h"
#include "node/proxy_rig_for_test.h"
#include "node/router.h"
#include "node/small_file.h"

namespace holdfast::node {
namespace {

using testing::eventually;

constexpr const char* kHosts = "127.0.0.1 localhost svc-east-a db-east-a db-east-b\n";

/// Certificates of hosts, from one authority.
struct Identities {
  std::string dir;
  Result<crypto::PemPair> authority = crypto::make_authority();

  std::shared_ptr<net::TlsContext> of(const std::string& host) {
    const auto pair = crypto::issue(authority.value(), {host, crypto::kHostUnit, {host}});
    const net::TlsFiles files{dir + "/authority.pem", dir + "/" + host + ".pem", dir + "/" + host};
    EXPECT_TRUE(replace_file(files.authority, authority->certificate).has_value());
    EXPECT_TRUE(replace_file(files.certificate, pair->certificate).has_value());
    EXPECT_TRUE(replace_file(files.key, pair->key).has_value());
    auto context = net::TlsContext::load(files);
    EXPECT_TRUE(context.has_value()) << context.error().message;
    return *context;
  }
};

std::string opens(const model::Site& site, int member, std::uint64_t epoch) {
  codec::ToController message{0, member, 1, {}};
  message.report.self = {static_cast<std::uint8_t>(member), 7};
  message.report.heartbeat = 1;
  message.report.state = core::PgState::kPrimary;
  message.report.open = true;
  message.report.leads = Epoch{epoch};
  return codec::encode(site, message);
}

void test_reports(const std::string& dir) {
  const model::Site site = core::testing::ris_site();
  Identities identities{dir};
  net::Loop loop;
  Router router(loop, site, "svc-east-a", dir);
  ASSERT_TRUE(router.start().has_value());
  const auto listening = router.listen(identities.of("svc-east-a"));
  ASSERT_TRUE(listening.has_value()) << listening.error().message;

  std::optional<net::Link> impostor;
  std::optional<net::Link> agent;
  const net::Link::Handler impostor_up{{}, [&] { impostor->send(opens(site, 0, 9)); }, {}};
  const net::Link::Handler agent_up{{}, [&] { agent->send(opens(site, 0, 3)); }, {}};
  impostor.emplace(loop, identities.of("db-east-b"), "svc-east-a", model::kRouterPort, impostor_up);
  std::thread running([&] { loop.run(); });
  const auto status = [&] { return read_file(dir + "/router.json")->value_or(""); };
  EXPECT_TRUE(eventually([&] { return impostor->up(); }));
  // Only now, so that the impostor has been heard when the agent is.
  loop.post([&] {
    agent.emplace(loop, identities.of("db-east-a"), "svc-east-a", model::kRouterPort, agent_up);
  });
  EXPECT_TRUE(eventually([&] {
    return status().find("\"writer\": \"db-east-a\"") != std::string::npos;
  })) << status();
  EXPECT_NE(status().find("\"epoch\": 3"), std::string::npos) << status();
  loop.stop();
  running.join();
}

TEST(RouterListenSlow, reports_arrive_and_nobody_speaks_for_another_host) {
  if (geteuid() != 0) GTEST_SKIP() << "needs root: it makes a network of its own";
  const testing::TestFolder folder;
  folder.write("hosts", kHosts);
  bool entered = false;
  std::thread([&] {
    entered = testing::enter_own_network(folder.path + "/hosts");
    if (entered) test_reports(folder.path);
  }).join();
  ASSERT_TRUE(entered) << "no network of its own";
}

}  // namespace
}  // namespace holdfast::node
