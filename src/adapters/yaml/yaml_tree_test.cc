#include "adapters/yaml/yaml_tree.h"

#include <gtest/gtest.h>

namespace holdfast::yaml {
namespace {

using codec::Node;
using codec::Place;
using codec::Tree;

std::string first_id(const Tree& tree) {
  return tree.diagnostics.empty() ? std::string() : tree.diagnostics[0].id;
}

TEST(ParseTree, maps_and_lists_keep_order_and_places) {
  const Tree tree = parse_tree("b: 1\na:\n  - x\n  - 'y'\n", "f");
  ASSERT_TRUE(tree.complete);
  EXPECT_TRUE(tree.diagnostics.empty());
  ASSERT_EQ(tree.root.entries.size(), 2U);
  EXPECT_EQ(tree.root.entries[0].key, "b");
  EXPECT_EQ(tree.root.entries[0].value.place, (Place{1, 4}));
  EXPECT_EQ(tree.root.entries[1].key_place, (Place{2, 1}));
  const Node& list = tree.root.entries[1].value;
  ASSERT_EQ(list.items.size(), 2U);
  EXPECT_EQ(list.items[0].text, "x");
  EXPECT_FALSE(list.items[0].quoted);
  EXPECT_EQ(list.items[1].place, (Place{4, 5}));
  EXPECT_TRUE(list.items[1].quoted);
}

TEST(ParseTree, columns_count_characters_not_bytes) {
  const Tree tree = parse_tree("{größe: 1, b: 2}", "f");
  EXPECT_EQ(tree.root.entries[1].key_place, (Place{1, 12}));
}

TEST(ParseTree, words_stay_text) {
  const Tree tree = parse_tree("a: no\nb: 0777\nc: 1e3\nd: ~\n", "f");
  ASSERT_EQ(tree.root.entries.size(), 4U);
  EXPECT_EQ(tree.root.entries[0].value.text, "no");
  EXPECT_EQ(tree.root.entries[1].value.text, "0777");
  EXPECT_EQ(tree.root.entries[2].value.text, "1e3");
  EXPECT_EQ(tree.root.entries[3].value.text, "~");
}

TEST(ParseTree, second_of_two_equal_keys_is_refused_and_the_first_kept) {
  const Tree tree = parse_tree("a: 1\nb: 2\na: 3\n", "f");
  ASSERT_EQ(tree.diagnostics.size(), 1U);
  EXPECT_EQ(tree.diagnostics[0].id, "yaml.duplicate-key");
  EXPECT_EQ(tree.diagnostics[0].place, (Place{3, 1}));
  EXPECT_NE(tree.diagnostics[0].what.find("1:1"), std::string::npos);
  ASSERT_EQ(tree.root.entries.size(), 2U);
  EXPECT_EQ(tree.root.entries[0].value.text, "1");
}

TEST(ParseTree, alias_is_placed_where_it_stands) {
  const Tree tree = parse_tree("a: &x 1\nb: *x\n", "f");
  ASSERT_EQ(tree.diagnostics.size(), 2U);
  EXPECT_EQ(tree.diagnostics[1].id, "yaml.alias");
  EXPECT_EQ(tree.diagnostics[1].place, (Place{2, 4}));
  ASSERT_EQ(tree.root.entries.size(), 2U);
  EXPECT_EQ(tree.root.entries[1].value.kind, Node::Kind::kBroken);
}

TEST(ParseTree, recursive_alias_ends) {
  EXPECT_EQ(first_id(parse_tree("&a [*a, *a]", "f")), "yaml.anchor");
}

TEST(ParseTree, errors_before_a_syntax_error_are_kept) {
  const Tree tree = parse_tree("a: 1\na: 2\nb: [\n", "f");
  EXPECT_FALSE(tree.complete);
  ASSERT_EQ(tree.diagnostics.size(), 2U);
  EXPECT_EQ(tree.diagnostics[0].id, "yaml.duplicate-key");
  EXPECT_EQ(tree.diagnostics[1].id, "yaml.syntax");
}

TEST(ParseTree, depth_32_is_allowed_and_33_is_not) {
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  EXPECT_TRUE(parse_tree(nested(32), "f").complete);
  EXPECT_EQ(first_id(parse_tree(nested(33), "f")), "yaml.too-deep");
  EXPECT_EQ(first_id(parse_tree(nested(100'000), "f")), "yaml.too-deep");
}

TEST(ParseTree, too_many_nodes_are_refused) {
  std::string text = "[";
  for (int i = 0; i < kNodesMax; ++i) text += "a,";
  EXPECT_EQ(first_id(parse_tree(text + "]", "f")), "yaml.too-many-nodes");
}

TEST(ParseTree, too_large_text_is_refused) {
  EXPECT_EQ(first_id(parse_tree(std::string(kFileBytesMax + 1, ' '), "f")), "yaml.too-large");
  EXPECT_EQ(first_id(parse_tree(std::string(kFileBytesMax, '#'), "f")), "yaml.empty");
}

TEST(ParseTree, bytes_that_are_not_utf8_are_placed) {
  const Tree tree = parse_tree("a: ü\nb: \xff\n", "f");
  ASSERT_EQ(tree.diagnostics.size(), 1U);
  EXPECT_EQ(tree.diagnostics[0].id, "yaml.encoding");
  EXPECT_EQ(tree.diagnostics[0].place, (Place{2, 4}));
}

TEST(ParseTree, utf16_is_refused) {
  const std::string text(
      "\xff\xfe"
      "a\0:\0 \0b\0",
      10);
  EXPECT_EQ(first_id(parse_tree(text, "f")), "yaml.encoding");
}

TEST(ParseTree, empty_inputs_say_so) {
  for (const char* text : {"", "\n", "# only a comment\n"}) {
    EXPECT_EQ(first_id(parse_tree(text, "f")), "yaml.empty") << text;
  }
}

TEST(ParseTree, no_bytes_at_all_are_an_empty_file) {
  EXPECT_EQ(first_id(parse_tree(std::string_view(), "f")), "yaml.empty");
}

TEST(ParseTree, escaped_nul_stays_inside_its_text) {
  EXPECT_EQ(parse_tree("\"a\\0b\"", "f").root.text, std::string("a\0b", 3));
}

TEST(ReadTree, missing_file_is_not_found) {
  const Result<Tree> tree = read_tree("/nonexistent/site.yaml");
  ASSERT_FALSE(tree);
  EXPECT_EQ(tree.error().code, Errc::kNotFound);
}

TEST(ReadTree, folder_is_refused) { EXPECT_FALSE(read_tree("/")); }

}  // namespace
}  // namespace holdfast::yaml
