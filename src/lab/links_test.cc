#include "lab/links.h"

#include <gtest/gtest.h>

namespace holdfast::lab {
namespace {

using Hosts = std::vector<std::size_t>;

/// 0 and 1 in one zone, 2 in another of the region, 3 in another region, 4 outside.
model::Site five_hosts() {
  model::Site site;
  site.regions = {{"east", false}, {"west", false}};
  site.zones = {{"east-a", 0}, {"east-b", 0}, {"west-a", 1}};
  const model::Index zones[] = {0, 0, 1, 2, model::kNoIndex};
  for (const model::Index zone : zones) {
    model::Host host;
    host.name = "h" + std::to_string(site.hosts.size());
    host.zone = zone;
    site.hosts.push_back(host);
  }
  return site;
}

TEST(Links, distance_is_by_place) {
  const LinkTable table = distances_of(five_hosts(), Distances{1us, 2us, 3us, 4us});
  const auto latency = [&table](std::size_t from, std::size_t to) {
    return table[from * 5 + to].latency;
  };
  EXPECT_EQ(latency(0, 0), 0us);
  EXPECT_EQ(latency(0, 1), 1us);
  EXPECT_EQ(latency(1, 2), 2us);
  EXPECT_EQ(latency(2, 3), 3us);
  EXPECT_EQ(latency(3, 2), 3us);
  EXPECT_EQ(latency(4, 3), 4us);
  EXPECT_EQ(latency(0, 4), 4us);
}

TEST(Links, a_cut_can_be_one_way) {
  LinkTable table(25);
  LinkFault fault{{0, 1}, {3}, true, {}};
  fault.worse.cut = true;
  apply(fault, 5, table);
  EXPECT_TRUE(table[0 * 5 + 3].cut);
  EXPECT_TRUE(table[1 * 5 + 3].cut);
  EXPECT_FALSE(table[3 * 5 + 0].cut);
  EXPECT_FALSE(table[2 * 5 + 3].cut);
  fault.one_way = false;
  apply(fault, 5, table);
  EXPECT_TRUE(table[3 * 5 + 0].cut);
}

TEST(Links, a_pair_meets_a_fault_once_and_nobody_loses_itself) {
  LinkTable table(25);
  LinkFault fault{{0, 1}, {0, 1}, false, {}};
  fault.worse.latency = 5ms;
  fault.worse.cut = true;
  apply(fault, 5, table);
  EXPECT_EQ(table[1].latency, 5ms);
  EXPECT_EQ(table[5].latency, 5ms);
  EXPECT_FALSE(table[0].cut);
}

TEST(Links, faults_add_up) {
  LinkTable table(25);
  table[1].latency = 1ms;
  LinkFault fault{{0}, {1}, true, {}};
  fault.worse = {2ms, 3ms, 0.5, 1000, false};
  apply(fault, 5, table);
  fault.worse = {2ms, 3ms, 0.5, 500, false};
  apply(fault, 5, table);
  EXPECT_EQ(table[1], (LinkSpec{5ms, 6ms, 0.75, 500, false}));
}

TEST(Links, hosts_are_selected_by_place_or_name) {
  const model::Site site = five_hosts();
  EXPECT_EQ(*select_hosts(site, "host=h2"), (Hosts{2}));
  EXPECT_EQ(*select_hosts(site, "h4"), (Hosts{4}));
  EXPECT_EQ(*select_hosts(site, "zone=east-a"), (Hosts{0, 1}));
  EXPECT_EQ(*select_hosts(site, "region=east"), (Hosts{0, 1, 2}));
  EXPECT_EQ(*select_hosts(site, "all"), (Hosts{0, 1, 2, 3, 4}));
  EXPECT_EQ(select_hosts(site, "zone=north").error().code, Errc::kNotFound);
  EXPECT_EQ(select_hosts(site, "h9").error().code, Errc::kNotFound);
  EXPECT_EQ(select_hosts(site, "planet=earth").error().code, Errc::kInvalidInput);
}

}  // namespace
}  // namespace holdfast::lab
