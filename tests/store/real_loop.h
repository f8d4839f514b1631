// Runs a real loop for a while, again and again; a temporary folder; free ports.
#pragma once

#include <filesystem>
#include <functional>

#include "adapters/net/loop.h"
#include "model/endpoints.h"

namespace holdfast::store_test {

/// True: `done` became true within `limit`. Looks every 2 ms.
bool run_loop_until(net::Loop& loop, const std::function<bool()>& done, Duration limit);

class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// Free on the loopback when asked; each call gives another one.
model::Port free_port();

}  // namespace holdfast::store_test
