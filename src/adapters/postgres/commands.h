// The agent's commands, carried out on the command thread: each method is one verb and blocks until
// it is done, has failed, or is interrupted.
//
// The contract of each is the comment of core::PgVerb.
#pragma once

#include <functional>
#include <string>

#include "adapters/postgres/context.h"
#include "core/agent/postgres.h"

namespace holdfast::postgres {

class Prover;
class PeerWatch;

struct CommandHooks {
  std::function<void(const ProcessId&)> started;  ///< a server runs: watch it
  std::function<void()> look;                     ///< observe now
};

class Commands {
 public:
  Commands(Context& context, Prover& prover, PeerWatch& peers, CommandHooks hooks);

  Result<bool> carry_out(const core::PgCommand& command);
  /// initdb as incarnation `life`, with roles and the application's database; stopped.
  Result<bool> create(std::uint32_t life);

 private:
  using Verdict = Result<bool>;

  // commands_lifecycle.cc
  Verdict new_life(const core::PgCommand& command);
  Verdict start_standby(const core::PgCommand& command);
  Verdict start_primary(const core::PgCommand& command);
  Verdict stop_fast();
  Verdict stop_immediate();
  Verdict start(bool must_be_primary);
  Verdict wait_until_ready(const ProcessId& postmaster, bool must_be_primary);
  void note_that_commits_wait();
  Verdict ended(const ProcessId& postmaster);

  // commands_seal.cc
  Verdict seal(const core::PgCommand& command);
  Verdict follow(const core::PgCommand& command);
  int shown_receiver();
  Verdict end_receivers(Duration limit);

  // commands_promote.cc
  Verdict promote(const core::PgCommand& command);
  Verdict adopt(const core::PgCommand& command);
  Verdict take_lead(Epoch epoch);
  Verdict wait_for_promotion();
  Verdict reserve_history(Timeline wanted);
  void remove_reserved_history();

  // commands_sync.cc
  Verdict set_sync(const core::PgCommand& command);
  Verdict prove(const core::PgCommand& command);
  Verdict open();
  Verdict close();
  Verdict drain(const core::PgCommand& command);
  Verdict confirm_once();
  Verdict make_commits_wait(const Settings& wanted);
  Verdict see_a_commit_wait();
  Verdict see_sync(const core::Pair& pair);
  void make_slots(const core::Pair& pair);

  // commands_copy.cc
  Verdict rewind(const core::PgCommand& command);
  Verdict rebuild(const core::PgCommand& command);
  Verdict prepare_source(const core::PgCommand& command, bool for_rewind);
  Verdict keep_diverged(const core::PgCommand& command);
  Verdict fetch_tail(const core::PgCommand& command);
  Verdict become_new_life(std::uint32_t life);
  Result<process::RunResult> tool(const std::string& name,
                                  std::vector<std::string> arguments,
                                  Duration limit);

  [[nodiscard]] bool is_down() const { return !context_.postmaster().is_set(); }
  [[nodiscard]] bool interrupted() const { return context_.stop_command.raised(); }

  Context& context_;
  Prover& prover_;
  PeerWatch& peers_;
  CommandHooks hooks_;
  std::uint64_t confirmed_ = 0;  ///< the version of the settings that every new process has
  std::string old_senders_;      ///< processes that were there when that was confirmed
};

}  // namespace holdfast::postgres
