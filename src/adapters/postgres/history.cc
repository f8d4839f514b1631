#include "adapters/postgres/history.h"

#include <dirent.h>

#include <algorithm>
#include <map>
#include <sstream>

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

/// Where each timeline ends, oldest first; the newest does not.
std::map<Timeline, Lsn> ends_of(const Line& line) {
  std::map<Timeline, Lsn> ends;
  std::istringstream in(line.history);
  for (std::string text; std::getline(in, text);) {
    std::istringstream words(text);
    std::string timeline, end;
    words >> timeline >> end;
    const auto number = parse_number(timeline);
    const auto lsn = parse_lsn(end);
    if (number && lsn) ends[Timeline{*number}] = *lsn;
  }
  ends[line.newest] = Lsn{~0ULL};
  return ends;
}

}  // namespace

Lsn parting(const Line& ours, const Line& theirs) {
  const std::map<Timeline, Lsn> mine = ends_of(ours);
  const std::map<Timeline, Lsn> other = ends_of(theirs);
  Lsn fork;
  for (const auto& [timeline, end] : mine) {
    const auto found = other.find(timeline);
    if (found != other.end()) fork = std::min(end, found->second);
  }
  return fork == Lsn{~0ULL} ? Lsn{} : fork;
}

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
