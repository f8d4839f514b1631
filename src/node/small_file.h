// Small files that a process leaves for others to read: replaced whole, never seen half written.
//
// Not flushed to the disk: for what a process can find out again after a power cut.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"

namespace holdfast::node {

[[nodiscard]] Result<bool> replace_file(const std::string& path, const std::string& text);
/// Nothing if there is no such file.
[[nodiscard]] Result<std::optional<std::string>> read_file(const std::string& path);

}  // namespace holdfast::node
