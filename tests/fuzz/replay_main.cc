// Feeds every file of the given folders to a fuzz target once, in the order of their names.
//
// Stands in for libFuzzer where the compiler has none, so that a corpus is also an ordinary test.
// A folder without files is an error: a target that is fed nothing proves nothing.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <system_error>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

std::vector<std::filesystem::path> files_of(const char* folder) {
  std::vector<std::filesystem::path> files;
  std::error_code error;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder, error)) {
    if (entry.is_regular_file()) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

void replay(const std::filesystem::path& path) {
  // Named before it runs: a crash then says which file it was.
  std::printf("%s\n", path.c_str());
  std::fflush(stdout);
  std::ifstream in(path, std::ios::binary);
  const std::vector<char> bytes{std::istreambuf_iterator<char>(in), {}};
  // One byte more than is told: as with libFuzzer, the pointer of an empty input is not null.
  std::vector<std::uint8_t> data(bytes.begin(), bytes.end());
  data.push_back(0);
  LLVMFuzzerTestOneInput(data.data(), bytes.size());
}

}  // namespace

int main(int argc, char** argv) {
  const std::uint8_t nothing = 0;
  LLVMFuzzerTestOneInput(&nothing, 0);
  for (int i = 1; i < argc; ++i) {
    const std::vector<std::filesystem::path> files = files_of(argv[i]);
    if (files.empty()) {
      std::fprintf(stderr, "no corpus file in %s: add at least one input\n", argv[i]);
      return 1;
    }
    for (const std::filesystem::path& path : files) replay(path);
  }
  return 0;
}
