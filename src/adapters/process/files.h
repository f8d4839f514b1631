// Small files that must be whole or absent: read, and replaced atomically.
#pragma once

#include <string>

#include "base/result.h"

namespace holdfast::process {

struct Owner {
  unsigned user = 0;
  unsigned group = 0;
  bool set = false;  ///< false: whoever creates the file
};

struct FileOptions {
  unsigned mode = 0600;
  Owner owner{};
  /// False: whole after a crash of the process, perhaps the old content after one of the host.
  bool durable = true;
};

/// As write_file(), unless the content is there already: a sync costs a start some milliseconds.
Result<bool> ensure_file(const std::string& path,
                         const std::string& content,
                         const FileOptions& options = {});

/// Replaces `path`: readers see the old content or the new one, never a part.
Result<bool> write_file(const std::string& path,
                        const std::string& content,
                        const FileOptions& options);
/// At most 4 MiB. kNotFound if it is not there.
Result<std::string> read_file(const std::string& path);
/// True if it was there.
bool remove_file(const std::string& path, bool durable);
/// Creates `path` (its parent must exist) or corrects owner and mode of an existing one.
Result<bool> make_directory(const std::string& path, const FileOptions& options);
/// Makes what was created, renamed or removed in this directory durable.
bool sync_directory(const std::string& path);
/// Makes everything that was written to the file system of `path` durable.
bool sync_file_system(const std::string& path);
[[nodiscard]] bool exists(const std::string& path);
/// The directory that holds `path`.
[[nodiscard]] std::string parent_of(const std::string& path);

}  // namespace holdfast::process
