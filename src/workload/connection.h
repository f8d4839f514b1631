// A connection for those who can wait: statements one after the other, each with a deadline.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "workload/dialer.h"
#include "workload/session.h"

namespace holdfast::workload {

class Connection {
 public:
  /// Tries the targets in turn until one lets it in or the deadline passes.
  static Result<Connection> open(const std::vector<Target>& targets,
                                 const Login& login,
                                 MonoTime deadline);

  /// The rows. Any failure ends the usefulness of the connection.
  Result<std::vector<Row>> ask(const std::string& statement,
                               const std::vector<std::string>& parameters,
                               MonoTime deadline);

 private:
  explicit Connection(std::unique_ptr<Session> session) : session_(std::move(session)) {}

  std::unique_ptr<Session> session_;
};

}  // namespace holdfast::workload
