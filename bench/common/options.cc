#include "common/options.h"

#include <cstdio>
#include <cstdlib>

namespace holdfast::bench {
namespace {

constexpr int kWrongInput = 2;

using Values = std::vector<std::pair<std::string, std::string>>;

[[noreturn]] void explain(const Values& values, const std::string& complaint) {
  std::FILE* out = complaint.empty() ? stdout : stderr;
  if (!complaint.empty()) std::fprintf(out, "%s\n", complaint.c_str());
  std::fprintf(out, "options, with their defaults:\n");
  for (const auto& [name, value] : values) {
    std::fprintf(out, "  --%s %s\n", name.c_str(), value.empty() ? "''" : value.c_str());
  }
  std::exit(complaint.empty() ? 0 : kWrongInput);
}

}  // namespace

Options::Options(int argc, char** argv, Values defaults) : values_(std::move(defaults)) {
  for (int i = 1; i < argc; i += 2) {
    const std::string name = argv[i];
    if (name == "--help") explain(values_, "");
    if (i + 1 == argc) explain(values_, "'" + name + "' has no value");
    bool known = false;
    for (auto& [option, value] : values_) {
      if (name != "--" + option) continue;
      value = argv[i + 1];
      known = true;
    }
    if (!known) explain(values_, "there is no option '" + name + "'");
  }
}

const std::string& Options::text(const std::string& name) const {
  for (const auto& [option, value] : values_) {
    if (option == name) return value;
  }
  explain(values_, "there is no option '--" + name + "'");
}

std::uint64_t Options::number(const std::string& name) const {
  const std::string& value = text(name);
  char* end = nullptr;
  const unsigned long long read = std::strtoull(value.c_str(), &end, 10);
  if (value.empty() || *end != '\0') explain(values_, "--" + name + ": not a number: " + value);
  return read;
}

}  // namespace holdfast::bench
