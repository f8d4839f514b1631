// A small file that is replaced as a whole and durably: what an agent must still know after any
// crash.
//
// Writes run on a thread of their own, one at a time, and are tried again until they succeed: the
// caller acts on nothing before that.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "adapters/net/loop.h"
#include "base/result.h"

namespace holdfast::node {

class DiskFile {
 public:
  /// `trouble` is called on the loop's thread when a write fails, and with an empty text when it
  /// works again.
  DiskFile(net::Loop& loop, std::string path, std::function<void(const std::string&)> trouble);
  ~DiskFile();
  DiskFile(const DiskFile&) = delete;
  DiskFile& operator=(const DiskFile&) = delete;

  /// Nothing if there is no such file.
  [[nodiscard]] static Result<std::optional<std::string>> read(const std::string& path);
  /// At once, on the caller's thread: a whole new file, its name and its content durable.
  [[nodiscard]] static Result<bool> write_now(const std::string& path, const std::string& text);

  /// `done` is called on the loop's thread. Pre: no other write is under way.
  void write(std::string text, std::function<void()> done);

 private:
  struct Worker;
  std::shared_ptr<Worker> worker_;
};

}  // namespace holdfast::node
