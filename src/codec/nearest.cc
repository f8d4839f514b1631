#include "codec/nearest.h"

#include <algorithm>

namespace holdfast::codec {
namespace {

constexpr std::size_t kWordMax = 64;
constexpr std::size_t kCandidatesMax = 500;

}  // namespace

int edit_distance(std::string_view a, std::string_view b) {
  std::vector<int> older(b.size() + 1);
  std::vector<int> previous(b.size() + 1);
  std::vector<int> current(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) previous[j] = static_cast<int>(j);
  for (std::size_t i = 1; i <= a.size(); ++i) {
    current[0] = static_cast<int>(i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const int replaced = previous[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      current[j] = std::min({previous[j] + 1, current[j - 1] + 1, replaced});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        current[j] = std::min(current[j], older[j - 2] + 1);
      }
    }
    std::swap(older, previous);
    std::swap(previous, current);
  }
  return previous[b.size()];
}

std::string nearest(std::string_view word, const std::vector<std::string>& candidates) {
  if (word.empty() || word.size() > kWordMax) return {};
  // A third of the letters may be wrong: farther away it is more likely another word altogether.
  int best = std::max(2, static_cast<int>(word.size()) / 3 + 1);
  std::string found;
  const std::size_t count = std::min(candidates.size(), kCandidatesMax);
  for (std::size_t i = 0; i < count; ++i) {
    const std::string& candidate = candidates[i];
    if (candidate.size() > kWordMax) continue;
    const int distance = edit_distance(word, candidate);
    if (distance < best) {
      best = distance;
      found = candidate;
    }
  }
  return found;
}

}  // namespace holdfast::codec
