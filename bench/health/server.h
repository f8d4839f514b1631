// What the health bench probes: a process of its own that accepts, answers HTTP, or shakes hands in
// TLS, on every address of 127/8.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace holdfast::bench {

class HealthServer {
 public:
  /// `ports` listening sockets, each reached by every address of 127/8. With `certificate` and
  /// `key` (PEM) connections are TLS. Exits with a message if the system refuses.
  explicit HealthServer(int ports,
                        const std::string& certificate = {},
                        const std::string& key = {});
  /// Ends the process.
  ~HealthServer();
  HealthServer(const HealthServer&) = delete;
  HealthServer& operator=(const HealthServer&) = delete;

  [[nodiscard]] const std::vector<std::uint16_t>& ports() const { return ports_; }

 private:
  std::vector<std::uint16_t> ports_;
  int pid_ = -1;
};

/// As many descriptors as this process may have.
void raise_descriptor_limit();
/// This thread runs on that core only, where the system allows it.
void pin_to_core(unsigned core);

}  // namespace holdfast::bench
