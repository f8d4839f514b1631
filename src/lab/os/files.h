// Small files whole, trees of files, and what the system says when it refuses.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace holdfast::lab {

/// "cannot mount /x: Permission denied", from errno.
tl::unexpected<Error> system_error(const std::string& what);

Result<std::string> read_file(const std::string& path);
Result<void> write_file(const std::string& path, std::string_view text, unsigned mode);
/// Into a file of the kernel's, as with `echo`.
Result<void> put_value(const std::string& path, std::string_view text);
/// Like `mkdir -p`; folders that it makes get `mode`.
Result<void> make_folders(const std::string& path, unsigned mode);
/// Does not cross into other mounts, and is content when there is nothing.
Result<void> remove_tree(const std::string& path);
/// Everything in a folder, over what is there.
Result<void> copy_tree(const std::string& from, const std::string& to);
[[nodiscard]] bool exists(const std::string& path);

/// The program's path, looked up in `path` (folders separated by colons) as a shell does; empty if
/// there is none.
std::string find_program(const std::string& name, const std::string& path);

/// Runs a program to its end without a shell; its output is the result, or part of the error.
Result<std::string> run_program(const std::vector<std::string>& argv);

}  // namespace holdfast::lab
