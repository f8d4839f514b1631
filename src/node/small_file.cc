#include "node/small_file.h"

#include <sys/stat.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <sstream>

namespace holdfast::node {

Result<bool> replace_file(const std::string& path, const std::string& text) {
  const std::string next = path + ".tmp";
  std::ofstream file(next, std::ios::binary | std::ios::trunc);
  file << text;
  file.close();
  if (!file) return fail(Errc::kUnavailable, "cannot write " + next + ": " + std::strerror(errno));
  if (std::rename(next.c_str(), path.c_str()) != 0)
    return fail(Errc::kUnavailable, "cannot replace " + path + ": " + std::strerror(errno));
  return true;
}

Result<std::optional<std::string>> read_file(const std::string& path) {
  struct stat about {};
  if (stat(path.c_str(), &about) != 0 && errno == ENOENT) return std::optional<std::string>{};
  std::ostringstream text;
  std::ifstream file(path, std::ios::binary);
  if (file.peek() != std::ifstream::traits_type::eof()) text << file.rdbuf();
  if (!file.is_open() || file.bad())
    return fail(Errc::kUnavailable, "cannot read " + path + ": " + std::strerror(errno));
  return std::optional<std::string>(text.str());
}

}  // namespace holdfast::node
