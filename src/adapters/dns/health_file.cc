#include "adapters/dns/health_file.h"

#include <fcntl.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <array>

#include "adapters/process/files.h"

namespace holdfast::dns {

HealthFile::HealthFile(std::string path) : path_(std::move(path)) {
  if (path_.empty()) return;
  watch_ = Socket(inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
  // The directory: files that must be whole are replaced, and the old one never changes.
  inotify_add_watch(
      watch_.get(), process::parent_of(path_).c_str(), IN_CLOSE_WRITE | IN_MOVED_TO | IN_CREATE);
}

std::optional<std::string> HealthFile::changed() {
  if (path_.empty()) return std::nullopt;
  alignas(inotify_event) std::array<char, 4096> events;
  while (read(watch_.get(), events.data(), events.size()) > 0) {
  }
  Result<std::string> text = process::read_file(path_);
  if (!text || *text == last_) return std::nullopt;
  last_ = *text;
  return std::move(*text);
}

}  // namespace holdfast::dns
