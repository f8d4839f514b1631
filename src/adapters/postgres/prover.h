// Proves, in the background, that commits wait by the recorded pair and by nothing older.
//
// Each WAL sender releases commits by its own copy of the setting. A sender reads its settings
// before it reads replies, so one that has passed on a reply to something written after the reload
// has the new copy. Those that do not answer are ended. Then a barrier must be acknowledged.
#pragma once

#include <functional>
#include <thread>

#include "adapters/postgres/context.h"

namespace holdfast::postgres {

class Prover {
 public:
  Prover(Context& context, std::function<void()> look);
  ~Prover();
  Prover(const Prover&) = delete;
  Prover& operator=(const Prover&) = delete;

  // For the command thread.

  /// Pre: the reload to this pair is confirmed, and commits are known to wait if pair.w > 0. Goes
  /// on with a proof of the same pair that is under way. `old_senders`: processes, between commas,
  /// that may have an older setting.
  void begin(const core::Pair& pair, const std::string& old_senders);
  /// Opens the session that the next proof needs, because that takes its time.
  void prepare();
  /// Returns when nothing is under way any more.
  void cancel();

 private:
  bool open_session();
  void run(PairId pair, const std::string& old_senders);
  Result<bool> renew_senders(Connection& session, const std::string& old_senders);
  Result<Lsn> pass_barrier(Connection& session);

  Context& context_;
  std::function<void()> look_;
  process::Interrupt interrupt_;
  std::thread thread_;
  std::atomic<bool> running_{false};
  PairId pair_;
  std::unique_ptr<Connection> session_;  ///< of the thread while it runs
};

}  // namespace holdfast::postgres
