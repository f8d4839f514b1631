// Reading from trees built by hand; files as people write them are in tests/golden/check.
#include "codec/site_file.h"

#include <gtest/gtest.h>

#include <initializer_list>
#include <utility>

#include "codec/site_places.h"

namespace holdfast::codec {
namespace {

Node scalar(std::string text, Place place = {}) {
  Node node;
  node.text = std::move(text);
  node.place = place;
  return node;
}

Node list(std::initializer_list<Node> items) {
  Node node;
  node.kind = Node::Kind::kList;
  node.items = items;
  return node;
}

Node map(std::initializer_list<std::pair<const char*, Node>> entries) {
  Node node;
  node.kind = Node::Kind::kMap;
  for (const auto& [key, value] : entries) node.entries.push_back({key, {}, value});
  return node;
}

Tree tree_of(Node root) {
  Tree tree;
  tree.file = "site.yaml";
  tree.root = std::move(root);
  tree.complete = true;
  return tree;
}

Node small_site() {
  return map(
      {{"application", scalar("RIS")},
       {"regions", map({{"main", map({{"zones", list({scalar("a")})}})}})},
       {"hosts", map({{"db", map({{"zone", scalar("main-a")}})}})},
       {"clusters",
        map({{"ris", map({{"durability", scalar("none")}, {"members", list({scalar("db")})}})}})}});
}

std::vector<std::string> ids(const SiteReading& reading) {
  std::vector<std::string> found;
  for (const Diagnostic& diagnostic : reading.diagnostics) found.push_back(diagnostic.id);
  return found;
}

TEST(ReadSite, defaults_fill_what_is_not_said) {
  const SiteReading reading = read_site(tree_of(small_site()));
  ASSERT_TRUE(reading.ok());
  EXPECT_EQ(reading.site.clusters[0].timing, model::Timing{});
  EXPECT_EQ(reading.site.failover, model::FailoverPolicy{});
  EXPECT_EQ(reading.site.home_region, 0U);
  EXPECT_EQ(reading.site.hosts[0].role, model::HostRole::kDatabase);
  EXPECT_TRUE(reading.site.clusters[0].members[0].may_lead);
}

TEST(ReadSite, incomplete_tree_says_only_what_the_parser_said) {
  Tree tree = tree_of(Node{});
  tree.complete = false;
  tree.diagnostics.push_back({.id = "yaml.syntax", .what = "broken"});
  EXPECT_EQ(ids(read_site(tree)), std::vector<std::string>{"yaml.syntax"});
}

TEST(ReadSite, broken_nodes_are_not_reported_twice) {
  Node root = small_site();
  root.entries[0].value.kind = Node::Kind::kBroken;
  Tree tree = tree_of(root);
  tree.diagnostics.push_back({.id = "yaml.alias", .what = "alias"});
  EXPECT_EQ(ids(read_site(tree)), std::vector<std::string>{"yaml.alias"});
}

TEST(ReadSite, endless_mistakes_are_cut_short) {
  Node root = small_site();
  for (int i = 0; i < 1000; ++i) root.entries.push_back({"k" + std::to_string(i), {}, scalar("")});
  const SiteReading reading = read_site(tree_of(root));
  ASSERT_EQ(reading.diagnostics.size(), kDiagnosticsMax + 1);
  EXPECT_EQ(reading.diagnostics.back().what, "800 more problems from here on");
  EXPECT_FALSE(reading.ok());
}

TEST(ReadSite, semantic_findings_wait_for_readable_fields) {
  Node root = small_site();
  root.entries[3].value.entries[0].value.entries[0].value.text = "zoen";
  EXPECT_EQ(ids(read_site(tree_of(root))), std::vector<std::string>{"read.choice"});
}

TEST(PlaceOf, path_leads_to_the_value_or_what_is_around_it) {
  Node root = map({{"clusters", map({{"ris", map({{"durability", scalar("zone", {9, 17})}})}})}});
  root.entries[0].key_place = {7, 1};
  root.entries[0].value.entries[0].key_place = {8, 3};
  EXPECT_EQ(place_of(root, {"clusters", "ris", "durability"}), (Place{9, 17}));
  EXPECT_EQ(place_of(root, {"clusters", "ris", "members", "[0]"}), (Place{8, 3}));
  EXPECT_EQ(place_of(root, {"clusters"}), (Place{7, 1}));
  EXPECT_EQ(place_of(root, {}), (Place{1, 1}));
}

}  // namespace
}  // namespace holdfast::codec
