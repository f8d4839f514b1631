// Files that nobody else may read, and that are there whole or not at all, also after a power cut.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace holdfast::crypto {

inline constexpr unsigned kSecretMode = 0600;
inline constexpr unsigned kPublicMode = 0644;

/// Replaces the file in one step and makes it durable. The mode is as given, whatever the umask.
Result<void> write_file(const std::string& path, std::string_view text, unsigned mode);

/// Like mkdir -p: folders that are not there yet are made, for their owner only.
Result<void> make_folders(const std::string& path);

/// A whole file of at most 1 MiB; kNotFound if there is none.
Result<std::string> read_file(const std::string& path);

}  // namespace holdfast::crypto
