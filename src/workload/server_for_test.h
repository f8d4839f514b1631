// Servers for the slow tests: a real PostgreSQL in a temporary folder, and a scripted impostor.
#pragma once

#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "model/endpoints.h"

namespace holdfast::workload {

/// A port that nothing listened on a moment ago.
model::Port free_port();

/// PostgreSQL on a port of loopback, with a role and a database `ris`. Gone with the object.
class PostgresServer {
 public:
  PostgresServer();
  ~PostgresServer();
  PostgresServer(const PostgresServer&) = delete;
  PostgresServer& operator=(const PostgresServer&) = delete;

  /// Empty, or why there can be none on this machine.
  [[nodiscard]] const std::string& missing() const { return missing_; }
  [[nodiscard]] model::Port port() const { return port_; }
  [[nodiscard]] const std::string& folder() const { return folder_; }
  [[nodiscard]] std::string proxy() const { return "127.0.0.1:" + std::to_string(port_); }
  /// Holds the secret from which the role's password follows.
  [[nodiscard]] std::string secret_file() const { return folder_ + "/secret"; }

  void start();
  /// As a crash: nobody is told, nothing is written.
  void crash();
  /// What psql prints, as the superuser, in database ris.
  std::string ask(const std::string& statement) const;

 private:
  [[nodiscard]] bool run(const std::string& command) const;

  std::string folder_, missing_;
  model::Port port_;
  bool running_ = false;
};

/// Listens on loopback; lets in whoever comes, and answers each statement with the same bytes.
class Impostor {
 public:
  enum class Manner {
    kGoesOn,      ///< keeps the connection after the answer
    kHangsUp,     ///< closes it after the answer
    kSaysNothing  ///< accepts, and does not even greet
  };

  Impostor(Manner manner, std::string answer);
  ~Impostor();
  Impostor(const Impostor&) = delete;
  Impostor& operator=(const Impostor&) = delete;

  [[nodiscard]] model::Port port() const { return port_; }

 private:
  void serve(int connection) const;

  Manner manner_;
  std::string answer_;
  int listener_ = -1;
  model::Port port_ = 0;
  std::thread thread_;
};

/// One message of PostgreSQL's protocol, as the server sends it.
std::string message(char type, const std::string& body);

}  // namespace holdfast::workload
