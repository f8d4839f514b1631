// Reads YAML into a positioned tree, accepting the plain part of YAML only.
//
// Anchors, aliases, tags and several documents are refused: a site file that means more than it
// shows is a trap. Depth, size and number of nodes are bounded before anything is built from them.
// Never throws for any input; every problem that can be found is reported at once.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"
#include "codec/tree.h"

namespace holdfast::yaml {

inline constexpr int kDepthMax = 32;
inline constexpr std::size_t kFileBytesMax = 1U << 20U;
inline constexpr int kNodesMax = 100'000;

/// `file` is only the name for messages.
codec::Tree parse_tree(std::string_view text, std::string file);

/// Fails only when the file cannot be read or is too large; what is wrong inside is in the tree.
Result<codec::Tree> read_tree(const std::string& path);

}  // namespace holdfast::yaml
