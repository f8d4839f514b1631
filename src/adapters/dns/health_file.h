// A file that says how targets are, watched: its text whenever it has changed.
#pragma once

#include <optional>
#include <string>

#include "adapters/dns/socket.h"

namespace holdfast::dns {

class HealthFile {
 public:
  /// An empty path: a file that never changes. It may come and go.
  explicit HealthFile(std::string path);

  /// The text, if it is another than last time; at the first call whatever is there.
  std::optional<std::string> changed();
  /// Readable when the file may have changed; -1 where it cannot be watched. Where it can, a look
  /// now and then is still wanted: a network's file system tells nothing.
  [[nodiscard]] int descriptor() const { return watch_.get(); }

 private:
  std::string path_;
  Socket watch_;
  std::string last_;
};

}  // namespace holdfast::dns
