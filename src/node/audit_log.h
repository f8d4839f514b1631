// The audit log of a controller on disk: every recorded decision and every operator's act, chained
// (codec/audit.h) and flushed, on a thread of its own.
//
// It never stops a decision: what cannot be written is kept in memory, up to a bound, and tried
// again.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/result.h"
#include "base/time.h"
#include "codec/audit.h"

namespace holdfast::node {

struct AuditEntry {
  WallTime at{};
  std::string who;      ///< an operator's name, or the controller's host
  std::string cluster;  ///< may be empty
  std::string what;
};

class AuditLog {
 public:
  /// Goes on from the end of the file. A last line that a crash cut short is removed, which the
  /// log itself then says. `found`: what does not fit, for people; empty if all does.
  static Result<std::unique_ptr<AuditLog>> open(const std::string& path, std::string& found);
  ~AuditLog();
  AuditLog(const AuditLog&) = delete;
  AuditLog& operator=(const AuditLog&) = delete;

  void add(const AuditEntry& entry);

 private:
  struct Worker;
  explicit AuditLog(std::unique_ptr<Worker> worker);
  std::unique_ptr<Worker> worker_;
};

/// The whole file, line by line. kCorrupt for the first line that does not fit.
[[nodiscard]] Result<codec::AuditHead> verify_audit_file(const std::string& path,
                                                         const std::string& noted_digest);

}  // namespace holdfast::node
