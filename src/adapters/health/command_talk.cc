#include "adapters/health/command_talk.h"

#include <sys/epoll.h>

#include "adapters/process/process.h"
#include "model/words.h"

namespace holdfast::health {
namespace {

/// For the program to be killed and collected.
constexpr Duration kGrace = 500ms;
constexpr std::size_t kWordsMax = 200;

std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> words;
  std::size_t at = 0;
  while ((at = text.find_first_not_of(' ', at)) != std::string::npos) {
    const std::size_t end = std::min(text.find(' ', at), text.size());
    words.push_back(text.substr(at, end - at));
    at = end;
  }
  return words;
}

/// The last line that it wrote, in characters that any terminal takes.
std::string last_words(std::string output) {
  while (!output.empty() && (output.back() == '\n' || output.back() == ' ')) output.pop_back();
  const std::size_t line = output.rfind('\n');
  if (line != std::string::npos) output.erase(0, line + 1);
  output.resize(std::min(output.size(), kWordsMax));
  for (char& c : output) {
    if (c >= 0 && c < ' ') c = ' ';
  }
  return output.empty() ? "" : ": " + output;
}

}  // namespace

CommandTalk::CommandTalk(const model::Check& check)
    : limit_(check.timeout), arguments_(split(check.command)) {}

CommandTalk::~CommandTalk() {
  stop_.raise();
  if (thread_.joinable()) thread_.join();
}

void CommandTalk::begin(MonoTime now) {
  over_ = false;
  outcome_ = {};
  started_ = now;
  deadline_ = now + limit_ + kGrace;
  ended_.clear();
  descriptor_ = ended_.descriptor();
  events_ = EPOLLIN;
  if (opened_ == 0) ++opened_;
  thread_ = std::thread([this] { work(); });
}

void CommandTalk::work() {
  process::RunOptions options;
  options.spawn.arguments = arguments_;
  options.spawn.environment = {"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"};
  options.limit = limit_;
  options.interrupt = &stop_;
  const Result<process::RunResult> result = process::run(options);
  if (!result) {
    const bool late = result.error().code == Errc::kTimeout;
    judgement_ = codec::health::refuse(late ? "the program did not end within " +
                                                  model::duration_text(limit_) + " and was killed"
                                            : result.error().message);
  } else if (result->exit_code == 0) {
    judgement_ = codec::health::pass();
  } else {
    judgement_ = codec::health::refuse(
        "the program ended with " + std::to_string(result->exit_code) + last_words(result->output));
  }
  ended_.raise();
}

void CommandTalk::ready(MonoTime now) {
  if (!over_) join(now);
}

void CommandTalk::expire(MonoTime now) {
  stop_.raise();
  join(now);
  stop_.clear();
}

void CommandTalk::join(MonoTime now) {
  thread_.join();
  ended_.clear();
  outcome_.answer = now - started_;
  deadline_ = kNever;
  end(std::move(judgement_));
}

}  // namespace holdfast::health
