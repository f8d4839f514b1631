// The table of rules, and the edges that site files in tests/golden/check do not show.
#include "model/validate.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "model/sites_for_test.h"

namespace holdfast::model {
namespace {

std::vector<std::string> ids(const Site& site) {
  std::vector<std::string> found;
  for (const Finding& finding : validate(site)) found.emplace_back(finding.rule->id);
  return found;
}

using Ids = std::vector<std::string>;

TEST(ValidationRules, every_row_has_a_unique_id_and_a_sentence) {
  std::set<std::string_view> seen;
  for (const Rule* rule : validation_rules()) {
    EXPECT_TRUE(seen.insert(rule->id).second) << rule->id;
    EXPECT_NE(rule->id.find('.'), std::string_view::npos) << rule->id;
    EXPECT_GT(rule->sentence.size(), 20U) << rule->id;
    EXPECT_FALSE(rule->sentence.ends_with('.')) << "sentences stand inside a message: " << rule->id;
    EXPECT_NE(rule->check, nullptr);
  }
}

TEST(Validate, example_site_has_no_findings) { EXPECT_EQ(ids(two_regions()), Ids{}); }

TEST(Validate, empty_site_does_not_crash) { EXPECT_FALSE(validate(Site{}).empty()); }

TEST(Validate, unresolved_references_are_left_to_the_reader) {
  Site site = two_regions();
  for (Cluster& cluster : site.clusters) {
    for (Member& member : cluster.members) member.host = kNoIndex;
  }
  for (DataClass& data_class : site.data_classes) data_class.cluster = kNoIndex;
  site.home_region = kNoIndex;
  for (const std::string& id : ids(site)) EXPECT_NE(id.substr(0, 10), "durability") << id;
}

TEST(Validate, names_of_40_characters_are_allowed_and_longer_ones_not) {
  Site site = two_regions();
  site.data_classes[0].name = std::string(40, 'x');
  EXPECT_EQ(ids(site), Ids{});
  site.data_classes[0].name = std::string(41, 'x');
  EXPECT_EQ(ids(site), Ids{"name.characters"});
}

TEST(Validate, names_with_edge_hyphens_digits_or_nothing_are_refused) {
  for (const char* name : {"", "-a", "a-", "9a", "a_b", "A", "a b", "ä"}) {
    Site site = two_regions();
    site.data_classes[0].name = name;
    EXPECT_EQ(ids(site), Ids{"name.characters"}) << name;
  }
}

TEST(Validate, same_name_for_two_kinds_is_allowed) {
  Site site = two_regions();
  site.data_classes[0].name = "registry";  // a cluster is called so as well
  EXPECT_EQ(ids(site), Ids{});
}

TEST(Validate, eight_members_are_allowed_and_nine_are_not) {
  Site site = two_regions();
  Cluster& cluster = site.clusters[0];
  for (int i = 0; i < 4; ++i) {
    add_host(site, "db-more-" + std::to_string(i), "east-c", HostRole::kDatabase);
    Member member;
    member.host = static_cast<Index>(site.hosts.size() - 1);
    cluster.members.push_back(member);
  }
  // Six of eight members in the east: two in the west cannot outnumber them, yet W of 6 is in
  // reach.
  EXPECT_EQ(ids(site), Ids{});
  add_host(site, "db-more-4", "east-c", HostRole::kDatabase);
  cluster.members.push_back({static_cast<Index>(site.hosts.size() - 1), false, true});
  EXPECT_EQ(ids(site), Ids{"cluster.too-many-members"});
}

TEST(Validate, detection_of_exactly_three_heartbeats_is_allowed) {
  Site site = two_regions();
  site.clusters[0].timing.heartbeat = 100ms;
  site.clusters[0].timing.detection = 300ms;
  EXPECT_EQ(ids(site), Ids{});
  site.clusters[0].timing.detection = 299ms;
  EXPECT_EQ(ids(site), Ids{"timing.detection"});
}

TEST(Validate, renewal_of_exactly_a_third_of_the_lease_is_allowed) {
  Site site = two_regions();
  site.clusters[0].timing.lease = 3s;
  site.clusters[0].timing.lease_renewal = 1s;
  EXPECT_EQ(ids(site), Ids{});
}

TEST(Validate, one_region_with_two_zones_and_a_witness_has_a_majority) {
  Site site = two_regions();
  site.regions[1].witness = true;
  const auto found = ids(site);
  EXPECT_EQ(std::count(found.begin(), found.end(), "store.even"), 0);
  EXPECT_EQ(std::count(found.begin(), found.end(), "store.majority"), 0);
}

TEST(Validate, findings_name_the_field) {
  Site site = two_regions();
  site.hosts[3].role = HostRole::kService;  // db-west-a
  std::vector<std::string> paths;
  for (const Finding& finding : validate(site)) paths.push_back(path_text(finding.path));
  EXPECT_EQ(paths, (Ids{"clusters.registry.members[2]", "clusters.orders.members[3]"}));
}

}  // namespace
}  // namespace holdfast::model
