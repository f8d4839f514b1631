#include <algorithm>
#include <sstream>
#include <stdexcept>

#include "workload/check/story_for_test.h"

namespace holdfast::workload {
namespace {

MonoTime at(std::int64_t ms) { return MonoTime(ms * 1ms); }

Operation operation(std::string word) {
  Operation op;
  const std::string whole = word;
  if (word.size() > 2 && word[1] == ':') {
    op.key = word[0] - 'a';
    word.erase(0, 2);
  }
  const std::size_t time = word.find('@');
  const std::size_t dash = word.find('-', time);
  if (time == std::string::npos || dash == std::string::npos ||
      (word[0] != 'w' && word[0] != 'r')) {
    throw std::invalid_argument("no operation: " + whole);
  }
  op.kind = word[0] == 'w' ? OpKind::kWrite : OpKind::kRead;
  op.invoke = at(std::stoll(word.substr(time + 1)));
  op.complete = at(std::stoll(word.substr(dash + 1)));
  op.outcome = word[time - 1] == '?'   ? Outcome::kUnknown
               : word[time - 1] == '!' ? Outcome::kRefused
                                       : Outcome::kAcknowledged;
  op.id = word[1] == '-' ? 0 : test_id(std::stoll(word.substr(1)));
  return op;
}

}  // namespace

Story tell(const std::string& text) {
  Story story;
  story.history.cluster.name = "registry";
  story.history.cluster.durability = model::Durability::kRegion;
  story.history.cluster.data_classes = {"demographics"};
  story.history.runs = {kTestRun};
  story.state.cluster = "registry";
  std::istringstream words(text);
  int part = 0;
  for (std::string word; words >> word;) {
    if (word == "|") {
      ++part;
    } else if (word == "lossy") {
      story.history.cluster.lossy_takeover = true;
    } else if (word == "cut") {
      story.history.cut_off = {kTestRun};
    } else if (part == 0) {
      story.history.operations.push_back(operation(word));
    } else if (part == 1) {
      story.state.log.push_back(test_id(std::stoll(word)));
    } else {
      story.state.registers[word.at(0) - 'a'] = test_id(std::stoll(word.substr(2)));
    }
  }
  if (part != 2) throw std::invalid_argument("no final state: " + text);
  std::sort(story.state.log.begin(), story.state.log.end());
  return story;
}

std::string findings_of(const ClusterVerdict& verdict) {
  std::string names;
  for (std::size_t i = 0; i < kFindingKinds; ++i) {
    if (verdict.counts[i] == 0) continue;
    if (!names.empty()) names += ' ';
    names += finding_name(static_cast<FindingKind>(i));
  }
  return names;
}

}  // namespace holdfast::workload
