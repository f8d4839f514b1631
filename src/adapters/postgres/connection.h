// One session with a PostgreSQL server, with a deadline on everything.
//
// No call blocks beyond its deadline or an interrupt, but for the name resolution of a remote host.
// Used by one thread at a time.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "adapters/process/interrupt.h"
#include "base/result.h"
#include "base/time.h"

namespace holdfast::postgres {

/// Rows of one statement; NULL reads as an empty text.
using Table = std::vector<std::vector<std::string>>;

struct Patience {
  Duration limit = 2s;
  const process::Interrupt* interrupt = nullptr;
};

class Connection {
 public:
  /// kUnavailable: nobody answers, or the server refuses; kTimeout.
  static Result<std::unique_ptr<Connection>> open(const std::string& conninfo, Patience patience);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// One or more statements; the tables of those that give rows. After kTimeout, or when it was
  /// interrupted, the session is of no use any more (good() is false).
  Result<std::vector<Table>> query(const std::string& sql, Patience patience);
  [[nodiscard]] bool good() const;
  [[nodiscard]] int backend_pid() const;
  /// What the server warned of during the last query.
  [[nodiscard]] const std::string& warnings() const { return warnings_; }

 private:
  struct Impl;
  explicit Connection(std::unique_ptr<Impl> impl);

  std::unique_ptr<Impl> impl_;
  std::string warnings_;
};

/// A text as an SQL literal.
[[nodiscard]] std::string literal(const std::string& text);

}  // namespace holdfast::postgres
