#include "adapters/postgres/commands.h"

#include <utility>

#include "adapters/postgres/prover.h"

namespace holdfast::postgres {

using core::PgVerb;

Commands::Commands(Context& context, Prover& prover, PeerWatch& peers, CommandHooks hooks)
    : context_(context), prover_(prover), peers_(peers), hooks_(std::move(hooks)) {}

Result<bool> Commands::carry_out(const core::PgCommand& command) {
  switch (command.verb) {
    case PgVerb::kNewLife: return new_life(command);
    case PgVerb::kStartStandby: return start_standby(command);
    case PgVerb::kStartPrimary: return start_primary(command);
    case PgVerb::kStopFast: return stop_fast();
    case PgVerb::kStopImmediate: return stop_immediate();
    case PgVerb::kSeal: return seal(command);
    case PgVerb::kFollow: return follow(command);
    case PgVerb::kPromote: return promote(command);
    case PgVerb::kAdopt: return adopt(command);
    case PgVerb::kSetSync: return set_sync(command);
    case PgVerb::kProve: return prove(command);
    case PgVerb::kOpen: return open();
    case PgVerb::kClose: return close();
    case PgVerb::kDrain: return drain(command);
    case PgVerb::kRewind: return rewind(command);
    case PgVerb::kRebuild: return rebuild(command);
  }
  return fail(Errc::kInternal, "an unknown command");
}

}  // namespace holdfast::postgres
