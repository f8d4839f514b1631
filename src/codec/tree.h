// A parsed document as plain values: scalars, lists and maps, each with its place in the text.
//
// It stands between the YAML parser and everything that reads documents, so that no reader knows
// which parser made it. The name of the file is kept once, at the root.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "codec/diagnostic.h"

namespace holdfast::codec {

struct Entry;

struct Node {
  enum class Kind {
    kScalar,
    kList,
    kMap,
    kBroken,  ///< refused by the parser, which has said why: readers stay silent about it
  };

  Kind kind = Kind::kScalar;
  Place place{};               ///< where the value begins
  std::string text{};          ///< of a scalar
  bool quoted = false;         ///< a scalar in quotes is always text, never a number or a bool
  std::vector<Node> items{};   ///< of a list
  std::vector<Entry> entries;  ///< of a map, in the order of the file, keys unique

  /// The value of a key in a map, or null.
  [[nodiscard]] const Node* find(std::string_view key) const;
};

struct Entry {
  std::string key;
  Place key_place;
  Node value;
};

/// A parser's result: what it understood and what it had to refuse.
struct Tree {
  std::string file{};
  Node root{};
  std::vector<Diagnostic> diagnostics{};
  bool complete = false;  ///< the parser reached the end; otherwise `root` is of no use
};

inline const Node* Node::find(std::string_view key) const {
  for (const Entry& entry : entries) {
    if (entry.key == key) return &entry.value;
  }
  return nullptr;
}

}  // namespace holdfast::codec
