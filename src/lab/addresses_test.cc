#include "lab/addresses.h"

#include <gtest/gtest.h>

namespace holdfast::lab {
namespace {

model::Site small_site() {
  model::Site site;
  site.regions = {{"east", false}};
  site.zones = {{"east-a", 0}, {"east-b", 0}};
  const auto add = [&site](const char* name, model::Index zone) {
    model::Host host;
    host.name = name;
    host.zone = zone;
    site.hosts.push_back(host);
  };
  add("db-b", 1);
  add("db-a", 0);
  add("svc-b", 1);
  add("clinic", model::kNoIndex);
  return site;
}

TEST(Addresses, tell_zone_and_place) {
  const auto addresses = host_addresses(small_site());
  ASSERT_TRUE(addresses);
  std::vector<std::string> texts;
  for (const std::uint32_t address : *addresses) texts.push_back(address_text(address));
  EXPECT_EQ(texts, (std::vector<std::string>{"10.77.2.1", "10.77.1.1", "10.77.2.2", "10.77.0.1"}));
}

TEST(Addresses, more_hosts_than_a_zone_has_room_for_are_refused) {
  model::Site site = small_site();
  for (int i = 0; i < 253; ++i) site.hosts.push_back(site.hosts[1]);
  EXPECT_TRUE(host_addresses(site));
  site.hosts.push_back(site.hosts[1]);
  ASSERT_FALSE(host_addresses(site));
  EXPECT_EQ(host_addresses(site).error().code, Errc::kInvalidInput);
}

TEST(Addresses, hosts_file_names_everybody) {
  const model::Site site = small_site();
  EXPECT_EQ(hosts_file(site, *host_addresses(site)),
            "127.0.0.1 localhost\n10.77.2.1 db-b\n10.77.1.1 db-a\n10.77.2.2 svc-b\n"
            "10.77.0.1 clinic\n");
}

}  // namespace
}  // namespace holdfast::lab
