// For tests: the files of the repository, found from where the tests were compiled.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

namespace holdfast::yaml {

/// Set HF_SOURCE_DIR when the sources have moved since they were compiled.
inline std::filesystem::path repository() {
  if (const char* moved = std::getenv("HF_SOURCE_DIR")) return moved;
  return std::filesystem::absolute(__FILE__)
      .parent_path()
      .parent_path()
      .parent_path()
      .parent_path();
}

inline std::string read_text(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

/// What is expected in a file; HF_UPDATE_GOLDEN=1 writes what is there instead.
inline std::string expected_text(const std::filesystem::path& path, const std::string& actual) {
  const char* update = std::getenv("HF_UPDATE_GOLDEN");
  if (update != nullptr && std::string(update) == "1") {
    std::ofstream(path, std::ios::binary) << actual;
  }
  return read_text(path);
}

}  // namespace holdfast::yaml
