#include "adapters/postgres/history.h"

#include <dirent.h>

#include <algorithm>

#include "adapters/postgres/names.h"
#include "adapters/process/files.h"

namespace holdfast::postgres {
namespace {

constexpr std::string_view kMark = "holdfast reserved";
constexpr std::string_view kSuffix = ".history";

std::vector<Timeline> histories(const std::string& folder) {
  std::vector<Timeline> found;
  DIR* directory = opendir(folder.c_str());
  if (directory == nullptr) return found;
  while (const dirent* entry = readdir(directory)) {
    const std::string_view name = entry->d_name;
    if (name.size() != 8 + kSuffix.size() || !name.ends_with(kSuffix)) continue;
    const auto number = parse_number(name.substr(0, 8), 16);
    if (number) found.push_back(Timeline{*number});
  }
  closedir(directory);
  std::sort(found.begin(), found.end());
  return found;
}

bool is_reservation(const std::string& folder, Timeline timeline) {
  const Result<std::string> text = process::read_file(folder + "/" + history_file(timeline));
  return text && text->find(kMark) != std::string::npos &&
         std::count(text->begin(), text->end(), '\n') == 1;
}

}  // namespace

std::string reserved_history(Timeline parent) {
  return std::to_string(parent.value) + "\t0/1\t" + std::string(kMark) + "\n";
}

Timeline highest_history(const std::string& folder) {
  const std::vector<Timeline> found = histories(folder);
  return found.empty() ? Timeline{} : found.back();
}

std::vector<std::string> unused_reservations(const std::string& folder) {
  std::vector<std::string> names;
  const std::vector<Timeline> found = histories(folder);
  for (auto it = found.rbegin(); it != found.rend(); ++it) {
    if (!is_reservation(folder, *it)) break;
    names.push_back(history_file(*it));
  }
  return names;
}

}  // namespace holdfast::postgres
