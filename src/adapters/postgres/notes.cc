#include "adapters/postgres/notes.h"

namespace holdfast::postgres {
namespace {

std::string words(const process::ProcessId& postmaster) {
  return std::to_string(postmaster.pid) + " " + std::to_string(postmaster.started) + "\n";
}

void write(const std::string& path, const std::string& content) {
  process::FileOptions options;
  options.durable = false;
  static_cast<void>(process::write_file(path, content, options));
}

}  // namespace

void note_run(const Layout& layout, const process::ProcessId& postmaster) {
  write(layout.run_note(), words(postmaster));
}

void note_ending(const Layout& layout, const process::ProcessId& postmaster, Ending ending) {
  const std::string how = ending == Ending::kFenced ? "fenced " : "stopped ";
  const std::string run = postmaster.is_set() ? words(postmaster) : last_run(layout);
  write(layout.end_note(), how + run);
}

Ending noted_ending(const Layout& layout) {
  const Result<std::string> text = process::read_file(layout.end_note());
  const std::string run = last_run(layout);
  if (!text) return Ending::kNone;
  if (*text == "fenced " + run) return Ending::kFenced;
  return *text == "stopped " + run ? Ending::kStopped : Ending::kNone;
}

std::string last_run(const Layout& layout) {
  const Result<std::string> text = process::read_file(layout.run_note());
  return text ? *text : std::string();
}

}  // namespace holdfast::postgres
