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

inline constexpr unsigned kSecretFolder = 0700;
inline constexpr unsigned kOpenFolder = 0755;

/// Durable; kAlreadyExists if something of that name is there.
Result<void> make_folder(const std::string& path, unsigned mode);
/// Like mkdir -p: those that are not there yet are made.
Result<void> make_folders(const std::string& path, unsigned mode = kSecretFolder);

/// A whole file of at most 1 MiB; kNotFound if there is none.
Result<std::string> read_file(const std::string& path);

}  // namespace holdfast::crypto
