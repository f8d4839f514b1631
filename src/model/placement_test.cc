#include "model/placement.h"

#include <gtest/gtest.h>

#include "model/sites_for_test.h"

namespace holdfast::model {
namespace {

std::vector<std::string> names(const Site& site, const std::vector<Index>& hosts) {
  std::vector<std::string> found;
  for (const Index host : hosts) found.push_back(site.hosts[host].name);
  return found;
}

using Names = std::vector<std::string>;

TEST(Placement, one_controller_in_each_region_on_its_first_service_host) {
  const Site site = two_regions();
  EXPECT_EQ(names(site, controller_hosts(site)),
            (Names{"svc-east-a", "svc-west-a", "ctl-witness-a"}));
}

TEST(Placement, a_controller_host_takes_the_place_of_a_service_host) {
  Site site = two_regions();
  add_host(site, "ctl-east-b", "east-b", HostRole::kController);
  EXPECT_EQ(names(site, controller_hosts(site)),
            (Names{"svc-west-a", "ctl-witness-a", "ctl-east-b"}));
}

TEST(Placement, an_only_data_region_has_two_so_that_there_is_a_majority) {
  Site site = two_regions();
  site.regions[1].witness = true;
  for (Host& host : site.hosts) {
    if (host.name.starts_with("svc-west")) host.role = HostRole::kClinic;
  }
  EXPECT_EQ(names(site, controller_hosts(site)),
            (Names{"svc-east-a", "svc-east-b", "ctl-witness-a"}));
}

TEST(Placement, every_service_host_routes) {
  const Site site = two_regions();
  EXPECT_EQ(names(site, router_hosts(site)),
            (Names{"svc-east-a", "svc-east-b", "svc-east-c", "svc-west-a", "svc-west-b"}));
}

TEST(Placement, members_of_a_host_and_whom_it_shares_clusters_with) {
  const Site site = two_regions();
  const Index east_c = *site.find_host("db-east-c");
  const Index west_a = *site.find_host("db-west-a");
  EXPECT_EQ(members_on(site, east_c), (std::vector<MemberPlace>{{1, 2}}));
  EXPECT_EQ(members_on(site, west_a), (std::vector<MemberPlace>{{0, 2}, {1, 3}}));
  EXPECT_EQ(names(site, peer_hosts(site, east_c)), (Names{"db-east-a", "db-east-b", "db-west-a"}));
  EXPECT_EQ(names(site, peer_hosts(site, west_a)),
            (Names{"db-east-a", "db-east-b", "db-west-b", "db-east-c"}));
  EXPECT_TRUE(members_on(site, *site.find_host("clinic")).empty());
}

}  // namespace
}  // namespace holdfast::model
