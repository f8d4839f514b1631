// What instances tell the guardian of their host, as datagrams on a unix socket.
//
// Every message says everything about one instance, so that a lost one is made good by the next.
#pragma once

#include <optional>
#include <string>

#include "adapters/process/process.h"
#include "base/result.h"
#include "base/time.h"

namespace holdfast::postgres {

struct GuardianMessage {
  std::string cluster;
  std::string directory;  ///< of the instance: data/ and its notes lie there
  std::string sockets;    ///< folder of the server's unix socket
  unsigned port = 0;
  process::ProcessId postmaster;  ///< unset: nothing runs
  /// Fence then, on the boot-time clock; kLongAgo: as it was told before about this very server.
  MonoTime deadline = kNever;
  Duration pace{};  ///< a primary's WAL must not stand still for longer

  friend bool operator==(const GuardianMessage&, const GuardianMessage&) = default;
};

[[nodiscard]] std::string write_message(const GuardianMessage& message);
[[nodiscard]] std::optional<GuardianMessage> read_message(const std::string& text);

/// Sends datagrams to the guardian; never blocks. From any thread.
class GuardianLink {
 public:
  explicit GuardianLink(std::string socket_path);
  ~GuardianLink();
  GuardianLink(const GuardianLink&) = delete;
  GuardianLink& operator=(const GuardianLink&) = delete;

  /// False if no guardian listens.
  bool send(const GuardianMessage& message);

 private:
  std::string path_;
  int socket_;
};

}  // namespace holdfast::postgres
