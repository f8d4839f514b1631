// One connection to PostgreSQL that never blocks: it is polled, and answers truthfully.
//
// Truthfully: a statement is acknowledged only when the server is ready for the next one. With
// PostgreSQL's extended protocol the word that the command is complete comes before the commit. It
// is refused only if the server said ERROR and was ready again, because then its transaction is
// rolled back. Everything else that happens to a statement that was sent leaves it unknown, also an
// acknowledgement with a warning: that is how PostgreSQL says that it stopped waiting for
// replication. Used by one thread.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "workload/login.h"
#include "workload/operation.h"

struct pg_conn;

namespace holdfast::workload {

using Row = std::vector<std::optional<std::string>>;

struct Answer {
  Outcome outcome = Outcome::kUnknown;
  std::string why;  ///< if it is not acknowledged
  std::string sqlstate;
  std::vector<Row> rows;
};

class Session {
 public:
  enum class Phase {
    kConnecting,
    kReady,   ///< a statement may be sent
    kBusy,    ///< one is under way
    kBroken,  ///< of no more use; `trouble` says why
  };

  /// Begins to connect. A server that lets nobody write counts as broken.
  Session(const Target& target, const Login& login);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  [[nodiscard]] Phase phase() const { return phase_; }
  [[nodiscard]] const Target& target() const { return target_; }
  [[nodiscard]] const std::string& trouble() const { return trouble_; }
  [[nodiscard]] int descriptor() const;
  /// What poll() is to wait for.
  [[nodiscard]] short events() const;
  /// Goes on as far as is possible now; call it when poll() says so.
  void advance();

  /// Pre: kReady.
  void send(const std::string& statement, const std::vector<std::string>& parameters);
  /// Of the last statement, once.
  std::optional<Answer> take_answer();

 private:
  struct Hearing;

  void advance_connecting();
  void advance_busy();
  void note_result(void* result);
  void conclude();
  void break_off(std::string why);
  static void on_notice(void* self, const void* result);

  Target target_;
  pg_conn* connection_ = nullptr;
  Phase phase_ = Phase::kConnecting;
  short events_ = 0;
  std::string trouble_;
  std::unique_ptr<Hearing> hearing_;  ///< of the statement under way
  std::optional<Answer> answer_;
};

}  // namespace holdfast::workload
