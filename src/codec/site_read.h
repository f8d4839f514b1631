// The values under the keys of a tree's map, where they are well formed; else what was there stays.
#pragma once

#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "codec/site_names.h"
#include "codec/tree.h"
#include "codec/units.h"
#include "model/schema.h"
#include "model/schema_checks.h"
#include "model/schema_dns.h"

namespace holdfast::codec {

/// The scalar under a key, or null.
[[nodiscard]] inline const Node* scalar_at(const Node& node, std::string_view key) {
  const Node* found = node.find(key);
  return found != nullptr && found->kind == Node::Kind::kScalar ? found : nullptr;
}

inline void read(const Node& node, std::string_view key, std::string& to) {
  if (const Node* found = scalar_at(node, key)) to = found->text;
}

inline void read(const Node& node, std::string_view key, bool& to) {
  if (const Node* found = scalar_at(node, key)) to = found->text == "true";
}

inline void read(const Node& node, std::string_view key, int& to) {
  const Node* found = scalar_at(node, key);
  if (found == nullptr) return;
  const Quantity<std::int64_t> parsed = parse_int(found->text);
  if (parsed.ok() && parsed.value >= 0 && parsed.value <= std::numeric_limits<int>::max()) {
    to = static_cast<int>(parsed.value);
  }
}

inline void read(const Node& node, std::string_view key, Duration& to) {
  const Node* found = scalar_at(node, key);
  if (found == nullptr) return;
  const Quantity<Duration> parsed = parse_duration(found->text);
  if (parsed.ok()) to = parsed.value;
}

inline void read_percent(const Node& node, std::string_view key, double& to) {
  const Node* found = scalar_at(node, key);
  if (found == nullptr) return;
  const Quantity<double> parsed = parse_percent(found->text);
  if (parsed.ok()) to = parsed.value;
}

template <class Enum>
void read_choice(const Node& node, std::string_view key, Enum& to) {
  const Node* found = scalar_at(node, key);
  if (found == nullptr) return;
  const auto choices = model::choices_of(Enum{});
  for (std::size_t i = 0; i < choices.size(); ++i) {
    if (choices[i].text == found->text) to = static_cast<Enum>(i);
  }
}

inline void read_reference(const Node& node,
                           std::string_view key,
                           const NameTable& names,
                           model::Index& to) {
  if (const Node* found = scalar_at(node, key)) to = names.find(found->text).value_or(to);
}

/// The entries of the map under a key; none when it is absent or something else.
inline const std::vector<Entry>& entries_at(const Node& node, std::string_view key) {
  static const std::vector<Entry> none;
  const Node* found = node.find(key);
  return found == nullptr ? none : found->entries;
}

/// The items of the list under a key; none when it is absent or something else.
inline const std::vector<Node>& items_at(const Node& node, std::string_view key) {
  static const std::vector<Node> none;
  const Node* found = node.find(key);
  return found == nullptr ? none : found->items;
}

inline void read(const Node& node, std::string_view key, std::vector<std::string>& to) {
  for (const Node& item : items_at(node, key)) to.push_back(item.text);
}

}  // namespace holdfast::codec
