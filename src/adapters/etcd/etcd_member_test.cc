#include "adapters/etcd/etcd_member.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapters/etcd/etcd_store.h"
#include "adapters/etcd/leader.h"
#include "model/sites_for_test.h"

namespace holdfast::etcd {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class EtcdMemberTest : public testing::Test {
 protected:
  const model::Site site = model::two_regions();
  const std::vector<std::string> hosts = store_hosts(site);
};

TEST_F(EtcdMemberTest, One_member_in_each_region) {
  ASSERT_EQ(hosts.size(), 3U);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(site.region_of_host(*site.find_host(hosts[i])), i);
  }
  EXPECT_EQ(site.hosts[*site.find_host(hosts[2])].role, model::HostRole::kController);
}

TEST_F(EtcdMemberTest, Own_member_is_asked_first) {
  const auto endpoints = store_endpoints(site, hosts[1]);
  ASSERT_EQ(endpoints.size(), 3U);
  EXPECT_EQ(endpoints[0].host, hosts[1]);
  EXPECT_EQ(endpoints[1].host, hosts[0]);
  EXPECT_EQ(endpoints[2].host, hosts[2]);
  EXPECT_EQ(store_endpoints(site, "elsewhere")[0].host, hosts[0]);
}

TEST_F(EtcdMemberTest, Arguments_name_every_member_and_the_timeouts) {
  std::vector<EtcdMember> all;
  for (const std::string& it : hosts) all.push_back(store_member(site, it, "/d"));
  const auto plain = etcd_arguments(all[0], all, "token", std::nullopt);
  EXPECT_EQ(plain[0], "etcd");
  EXPECT_THAT(
      plain,
      Contains("--initial-cluster=" + hosts[0] + "=http://" + hosts[0] + ":2380," + hosts[1] +
               "=http://" + hosts[1] + ":2380," + hosts[2] + "=http://" + hosts[2] + ":2380"));
  EXPECT_THAT(plain, Contains("--heartbeat-interval=50"));
  EXPECT_THAT(plain, Contains("--election-timeout=500"));
  EXPECT_THAT(plain, Contains("--listen-client-urls=http://0.0.0.0:2379"));
  EXPECT_THAT(plain, Not(Contains(HasSubstr("cert"))));
  const auto tls = etcd_arguments(all[0], all, "token", net::TlsFiles{"ca", "pem", "key"});
  EXPECT_THAT(tls, Contains("--client-cert-auth=true"));
  EXPECT_THAT(tls, Contains("--peer-client-cert-auth=true"));
  EXPECT_THAT(tls, Contains("--peer-trusted-ca-file=ca"));
  EXPECT_THAT(tls, Not(Contains(HasSubstr("http://"))));
}

TEST_F(EtcdMemberTest, Leader_is_wanted_where_no_primary_lives) {
  const auto in_region = [&](model::Index region) {
    return *site.find_host(region == 0 ? "db-east-a" : "db-west-a");
  };
  EXPECT_THAT(leader_preference(site, {in_region(0)}), ElementsAre(hosts[2], hosts[1], hosts[0]));
  EXPECT_THAT(leader_preference(site, {in_region(1)}), ElementsAre(hosts[2], hosts[0], hosts[1]));
  EXPECT_THAT(leader_preference(site, {in_region(0), in_region(1)}),
              ElementsAre(hosts[2], hosts[0], hosts[1]));
}

TEST(EtcdStore, Without_endpoints_or_with_broken_certificates_it_says_so) {
  net::Loop loop;
  const model::Site site = model::two_regions();
  EXPECT_EQ(open_store(loop, site, {}).error().code, Errc::kInvalidInput);
  EtcdConfig config;
  config.endpoints = {{"localhost", 1}};
  config.tls = net::TlsFiles{"/nowhere/ca.pem", "/nowhere/host.pem", "/nowhere/host.key"};
  const auto store = open_store(loop, site, config);
  ASSERT_FALSE(store);
  EXPECT_THAT(store.error().message, HasSubstr("/nowhere/ca.pem"));
}

}  // namespace
}  // namespace holdfast::etcd
